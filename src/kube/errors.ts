import { EnvironmentError } from "../errors.ts";

/** Somebody else has written an object since it was read: read it again, and write then. */
export class ConflictError extends EnvironmentError {}

/** A PodDisruptionBudget does not let a pod be evicted; which one, and why, stands in `lastSeen`. */
export class DisruptionBudgetError extends EnvironmentError {}
