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

/** A container's resources, in which it may write no more than 256 MiB to its node: the kubelet ends it otherwise. */
export function bounded(requests: Amounts, limits: Amounts = {}): { requests: Amounts; limits: Amounts } {
  return {
    // Left out, Kubernetes would ask for as much as the limit.
    requests: { ...requests, "ephemeral-storage": "1Mi" },
    limits: { ...limits, "ephemeral-storage": "256Mi" },
  };
}

type Amounts = Readonly<Record<string, string>>;
