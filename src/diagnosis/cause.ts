/** Why something is not as it should be, in the words of a finding. */
export interface Cause {
  /** A stable code, as Kubernetes' conditions have one: "image-not-found". What refers to it outlives the sentence. */
  readonly reason: string;
  /** A full sentence. */
  readonly message: string;
  /** What is there, in a few words: "ImagePullBackOff". */
  readonly actual: string;
  /** The command that shows it. */
  readonly next: string;
}
