/** For a container whose files nobody is to change, whoever gets into it. */
export const hardenedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/** A pod's securityContext. */
export function unprivileged(user: number) {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Limits of what labctl's own pods may write to their node, logs included; more, and the kubelet ends them. */
export const writtenAtMost = { "ephemeral-storage": "256Mi" };
