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
    "kubectl create configmap pi --from-file=pi.py",
    "kubectl run web --image=localhost:5001/lab-app:1 -- /bin/sh -c ../x",
    "kubectl wait pods --all --for=condition=Ready --namespace=lab-pods-elsewhere",
    "helm upgrade --install web oci://localhost:5001/charts/web --plain-http --values=values.yaml --wait",
    "helm install dask chart --set-file=jupyter.notebooks.sums=sums.ipynb",
    "docker build --tag my-image:1.0 .",
    "docker run --detach --name my-container --env GREETING=Bonjour my-image:1.0",
    "docker stop -t 1 my-container",
    "docker run --name a --env=GREETING=Bonjour my-image",
    "kubectl label pods --selector=app=shop by-hand=yes",
    "kubectl delete secret,pods --selector=owner=helm,name=temp",
    "kubectl set image deployment/web nginx=localhost:5001/nginx:1.26.3",
    "kubectl taint nodes --selector=dedicated=training dedicated:NoSchedule-",
    "helm install temp lab-web --repo=http://localhost:8080/charts",
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
    "kubectl create configmap x --from-file /etc/shadow",
    "kubectl create configmap x --from-file=a=/etc/shadow",
    "kubectl create configmap x --from-file=../x",
    "kubectl create configmap x --from-file=~/x",
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
    // A list of files, an address, a path that only helm reads as one of the machine.
    "kubectl apply --filename=ok.yaml,/etc/x.yaml",
    "kubectl apply --filename=ok.yaml,https://example.com/x.yaml",
    "kubectl apply --filename=https://example.com/x.yaml",
    "kubectl apply --filename=-",
    "kubectl apply --filename ok.yaml",
    "helm install a chart --values=values.yaml,/etc/passwd",
    "helm install a chart --values=https://example.com/x",
    String.raw`helm install a chart --set-file=a=\/etc/shadow`,
    String.raw`helm install a chart --set-file=a=\.\./\.\./x`,
    "helm install a chart --set-file=a=b,c=d",
    // Somebody else's address, or files that are sent there.
    "helm install a chart --repo=https://example.com",
    "helm install a chart --repo=http://localhost:8080@example.com/charts",
    "helm install a oci://example.com/x",
    "helm install a https://example.com/x.tgz",
    "helm push mine-0.1.0.tgz oci://example.com/x",
    // One hyphen begins short flags: -s is the server, -n the namespace, -e a variable of labctl's own.
    "kubectl delete pods --all -selector=.example.com",
    "kubectl delete pods --all -now",
    "docker run -detach my-image",
    "docker run --env AWS_SECRET_ACCESS_KEY my-image",
    "docker build --build-arg=GITHUB_TOKEN .",
    // What is of no namespace.
    "kubectl delete namespace kube-system",
    "kubectl delete ns/kube-system",
    "kubectl delete pods,nodes --all",
    "kubectl delete deployment/web node/labctl-worker",
    "kubectl delete all --all",
    "kubectl label Nodes.v1./labctl-worker a=b",
    "kubectl patch namespace/lab-web --patch={}",
    "kubectl create namespace other",
    "kubectl create clusterrolebinding x",
    "kubectl set subject clusterrolebinding/x",
    "kubectl delete",
    "kubectl delete pod/x\0",
    // What an object has from its prototype is no verb.
    "kubectl constructor",
    "kubectl ",
  ])("may not do what reaches the machine or another cluster: %s", (line) => {
    expect(troubleOf(line)).toMatch(/^a step may not do /u);
  });
});
