import { register } from "../screens";
import { Article } from "./Article";
import { Choosing } from "./Choosing";
import { Failed, Missing } from "./Failed";
import { Home } from "./Home";
import { Procedures } from "./Procedures";
import { Profile } from "./Profile";
import { Providers } from "./Providers";
import { Search } from "./Search";

register("home", Home);
register("procedures", Procedures);
register("article", Article);
register("providers", Providers);
register("profile", Profile);
register("search", Search);
register("choosing", Choosing);
register("missing", Missing);
register("failed", Failed);
