/** Among the labels of every container and volume that an integration test makes. */
export const testLabel = "labctl.dev/test";
export const testLabels = { [testLabel]: "integration" };
/** The tags of every image that an integration test makes. */
export const testImages = /^(labctl\/test-|localhost:\d+\/labctl-test-)/;
