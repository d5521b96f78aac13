/** Where labctl keeps what is its own in a cluster. */
export const systemNamespace = "labctl-system";
