/** A choice and its reason, for one line of output: "packages (no container registry answers)". */
export interface Chosen<T> {
  readonly value: T;
  readonly why: string;
}
