import { register } from "../screens";
import { Booking } from "./Booking";
import { Offer } from "./Offer";
import { Visit } from "./Visit";

register("booking", Booking);
register("offer", Offer);
register("visit", Visit);
