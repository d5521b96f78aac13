/** Where no experiment stops the node: the control plane, in clusters that show one; for the spec of a pod. */
export const onControlPlane = {
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          preference: {
            matchExpressions: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }],
          },
        },
      ],
    },
  },
  tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
};
