/** One package of somebody else's, as the SBOM lists it. */
export interface Piece {
  /** Where it is had and what it is called there: https://github.com/package-url/purl-spec */
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  /** Of its archive, in hex. */
  readonly hash?: readonly [algorithm: "SHA-256" | "SHA-512", content: string];
  /** Of a Go module, as go.sum has it: the hash of a list of hashes, and so none of an archive. */
  readonly goSum?: string;
  /** Whether only those who work on labctl have it. */
  readonly isForDevelopment?: true;
}
