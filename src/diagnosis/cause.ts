/** Why something is not as it should be, in the words of a finding. */
export interface Cause {
  /** A full sentence. */
  readonly message: string;
  /** What is there, in a few words: "ImagePullBackOff". */
  readonly actual: string;
  /** The command that shows it. */
  readonly next: string;
}
