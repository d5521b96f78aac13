/** A context of a kubeconfig that was named on the command line: of a cluster that labctl did not make. */
export interface NamedContext {
  readonly name: string;
  /** Whether a program that the kubeconfig names for credentials may be run. */
  readonly credentialProgram: boolean;
}
