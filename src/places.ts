/** Where things are on this machine. */
export interface Places {
  /** labctl's own folder: `LABCTL_HOME`, or `~/.labctl`. Engine data, caches, tools and kubeconfigs are below it. */
  readonly home: string;
  /** The folder with `images/`, `charts/`, `manifests/`. */
  readonly project: string;
  /** The folder with the labs: `LABCTL_LABS`, or `labs/` beside those. */
  readonly labs: string;
  /** Below it each lab has a folder with the files that a student works on: `LABCTL_FILES`, or `~/labctl-labs`. */
  readonly labFiles: string;
}
