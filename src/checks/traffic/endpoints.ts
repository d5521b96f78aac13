export { whyNotOwn as observe } from "../../look/own-endpoints.ts";
