import { EnvironmentError } from "../errors.ts";

/** Somebody else has written an object since it was read: read it again, and write then. */
export class ConflictError extends EnvironmentError {}
