import { describe, expect, it } from "vitest";
import { stepCommand, type StepTool } from "../../../src/lab/step-commands.ts";

function troubleOf(line: string): string | undefined {
  const [tool = "", ...command] = line.split(" ");
  return stepCommand(tool as StepTool).safeParse(command).error?.issues[0]?.message;
}

describe("a step", () => {
  it.each([
    "kubectl rollout status deployment/web --timeout=60s",
    "kubectl create secret generic hub-users --from-literal=token=a/b",
    "kubectl run web --image=localhost:5001/lab-app:1 -- /bin/sh -c ../x",
    "kubectl wait pods --all --for=condition=Ready --namespace=lab-pods-elsewhere",
    "helm upgrade --install web oci://localhost:5001/charts/web --plain-http --values=values.yaml --wait",
    "helm install dask chart --set-file=jupyter.notebooks.sums=sums.ipynb",
    "docker build --tag my-image:1.0 .",
    "docker run --detach --name my-container --env GREETING=Bonjour my-image:1.0",
    "docker stop -t 1 my-container",
  ])("may do what labs do: %s", (line) => {
    expect(troubleOf(line)).toBeUndefined();
  });

  it.each([
    // Another cluster, or a program for its credentials.
    "kubectl get pods --kubeconfig=evil.yaml",
    "kubectl delete pod web --kubeconfig evil.yaml",
    "kubectl --kubeconfig=evil.yaml delete pod web",
    "kubectl delete pod web --server=https://example.com",
    "kubectl delete pod web --context=prod",
    "kubectl delete pod web --as=root",
    "kubectl delete pods --all --namespace=kube-system",
    "kubectl delete pods --all -n kube-system",
    "kubectl config set-credentials x --exec-command=sh",
    // Files and programs of the machine.
    "kubectl apply --filename=/etc/passwd",
    "kubectl apply --filename=../../x.yaml",
    "kubectl apply -f https://example.com/x.yaml",
    "kubectl create configmap x --from-file=/etc/shadow",
    "kubectl cp /etc/shadow web:/",
    "kubectl run web --image=a --overrides={}",
    "kubectl debug node/labctl-worker --image=a",
    "helm install a chart --post-renderer=./x.sh",
    "helm install a chart --post-renderer ./x.sh",
    "helm install a /etc",
    "helm install a ../../chart",
    "helm install a chart --values=/etc/passwd",
    "helm install a chart --set-file=a=/etc/shadow",
    "helm install a chart --set-file=a=b,c=../../etc/shadow",
    "helm plugin install https://example.com/x",
    "helm package chart --sign",
    "helm package chart --destination=/root",
    "docker run --privileged image",
    "docker run -v /:/host image",
    "docker run -v=/:/host image",
    "docker run --volume /:/host image",
    "docker run --mount type=bind,src=/,dst=/host image",
    "docker run --pid=host image",
    "docker run --device=/dev/sda image",
    "docker run --network=host image",
    "docker build --tag a /",
    "docker build --tag a ../..",
    "docker build --tag a https://example.com/x.git",
    "docker build --output=/root .",
    "docker cp my-container:/x /root",
    "docker exec my-container sh",
    "docker -H tcp://example.com:2375 pull a",
    "docker --config=/x pull a",
    // What an object has from its prototype is no verb.
    "kubectl constructor",
    "kubectl ",
  ])("may not do what reaches the machine or another cluster: %s", (line) => {
    expect(troubleOf(line)).toMatch(/^a step may not do /u);
  });
});
