import { register } from "../screens";
import { Booking } from "./Booking";
import { Visit } from "./Visit";

register("booking", Booking);
register("visit", Visit);
