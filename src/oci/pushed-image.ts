/** An image in the lab registry. */
export interface PushedImage {
  /** As a pod names it: `localhost:5001/nginx:1.22.1`. */
  readonly reference: string;
  /** Of the manifest: `sha256:…`; what a running container's `imageID` ends in. */
  readonly digest: string;
}
