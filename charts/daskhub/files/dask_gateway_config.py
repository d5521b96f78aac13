"""Dask Gateway's API server and controller, of the chart daskhub: both read this, and values.yaml beside it."""

import os
from pathlib import Path

import yaml

values = yaml.safe_load((Path(__file__).parent / "values.yaml").read_text())
backend = values["backend"]
namespace = os.environ["POD_NAMESPACE"]

c.DaskGateway.address = c.KubeController.address = ":8000"
# What they make carries this label, and they look at nothing else.
c.KubeBackend.gateway_instance = c.KubeController.gateway_instance = values["name"]
# Where a cluster's scheduler reports.
c.KubeBackend.api_url = c.KubeController.api_url = f"http://api-{values['name']}:8000/api"

# Who asks --------------------------------------------------------------------------------------------------------
if values["auth"] == "simple":
    c.DaskGateway.authenticator_class = "dask_gateway_server.auth.SimpleAuthenticator"
else:
    c.DaskGateway.authenticator_class = "dask_gateway_server.auth.JupyterHubAuthenticator"
    c.JupyterHubAuthenticator.jupyterhub_api_url = "http://hub:8081/hub/api"
    # Only tokens that may use this service.
    c.JupyterHubAuthenticator.jupyterhub_service_name = "dask-gateway"

# What a cluster is made of -----------------------------------------------------------------------------------------
c.DaskGateway.backend_class = "dask_gateway_server.backends.kubernetes.KubeBackend"
c.KubeClusterConfig.namespace = namespace
c.KubeClusterConfig.image = f"{backend['image']['name']}:{backend['image']['tag']}"
# The commands of today's Dask; Dask Gateway still calls them by the names that they had before.
c.KubeClusterConfig.scheduler_cmd = ["dask", "scheduler"]
c.KubeClusterConfig.worker_cmd = ["dask", "worker"]
c.KubeClusterConfig.environment = backend["environment"]
c.KubeClusterConfig.idle_timeout = values["idleTimeout"]
c.KubeClusterConfig.cluster_max_workers = values["clusterMaxWorkers"]
c.KubeClusterConfig.worker_threads = backend["worker"]["threads"]
for role in ["scheduler", "worker"]:
    for resource in ["cores", "memory"]:
        wanted = backend[role][resource]
        c.KubeClusterConfig[f"{role}_{resource}"] = wanted["request"]
        c.KubeClusterConfig[f"{role}_{resource}_limit"] = wanted["limit"]
    c.KubeClusterConfig[f"{role}_extra_pod_config"] = {
        "terminationGracePeriodSeconds": 5,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    c.KubeClusterConfig[f"{role}_extra_container_config"] = {
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    }

# Where a cluster is reached: Traefik serves both on the port "web" -------------------------------------------------
c.KubeController.proxy_prefix = values["prefix"]
c.KubeController.proxy_web_entrypoint = c.KubeController.proxy_tcp_entrypoint = "web"
c.KubeController.proxy_web_middlewares = [{"name": "clusters-prefix@file"}]

for name, code in sorted(values["extraConfig"].items()):
    exec(compile(code, name, "exec"))
