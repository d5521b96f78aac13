"""The hub of the chart daskhub. What may be set comes from the chart's values, in values.yaml beside this file."""

import hmac
import os
from pathlib import Path

import yaml
from jupyterhub.auth import Authenticator
from traitlets import Unicode, default

values = yaml.safe_load((Path(__file__).parent / "values.yaml").read_text())
hub, singleuser, gateway = values["hub"], values["singleuser"], values["gateway"]


class SecretAuthenticator(Authenticator):
    """Users and their passwords from a Secret: its keys are names, its values are passwords.

    It is read at each login, so that whoever is added to the Secret need not wait for a new hub.
    """

    folder = Unicode("/etc/jupyterhub/users", config=True, help="Where the Secret is mounted.")

    @default("allow_all")
    def _whoever_is_in_the_secret(self):
        return True

    async def authenticate(self, handler, data):
        name = self.normalize_username(data["username"])
        # The name is compared with those of files, and never made part of a path.
        passwords = {each.name.lower(): each for each in Path(self.folder).iterdir() if each.is_file()}
        if name not in passwords:
            return None
        expected = passwords[name].read_bytes().strip()
        given = data["password"].encode()
        return name if expected and hmac.compare_digest(expected, given) else None


# The hub itself -----------------------------------------------------------------------------------------------------
c.JupyterHub.bind_url = "http://:8000"
c.JupyterHub.hub_bind_url = "http://:8081"
# Names without a namespace here and below: all of it is in one, and they are found with the first question to the DNS.
c.JupyterHub.hub_connect_url = "http://hub:8081"
c.JupyterHub.db_url = "sqlite:////srv/jupyterhub/jupyterhub.sqlite"
if hub["db"]["type"] == "sqlite-memory":
    c.JupyterHub.db_url = "sqlite:///:memory:"
# Servers are pods of their own, and outlive the hub.
c.JupyterHub.cleanup_servers = False
c.JupyterHub.last_activity_interval = 60
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}

# Its proxy is a pod of its own.
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = "http://proxy-api:8001"

# A user's server ----------------------------------------------------------------------------------------------------
c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
c.KubeSpawner.namespace = os.environ["POD_NAMESPACE"]
c.KubeSpawner.image = f"{singleuser['image']['name']}:{singleuser['image']['tag']}"
c.KubeSpawner.cmd = ["jupyterhub-singleuser"]
c.KubeSpawner.common_labels = values["labels"]
c.KubeSpawner.start_timeout = singleuser["startTimeout"]
c.KubeSpawner.http_timeout = singleuser["startTimeout"]
c.KubeSpawner.default_url = singleuser["defaultUrl"]
c.KubeSpawner.service_account = singleuser["serviceAccountName"] or None
c.KubeSpawner.cpu_guarantee = singleuser["cpu"]["guarantee"]
c.KubeSpawner.cpu_limit = singleuser["cpu"]["limit"]
c.KubeSpawner.mem_guarantee = singleuser["memory"]["guarantee"]
c.KubeSpawner.mem_limit = singleuser["memory"]["limit"]
c.KubeSpawner.uid = 1000
c.KubeSpawner.gid = 100
c.KubeSpawner.fs_gid = 100
c.KubeSpawner.allow_privilege_escalation = False
c.KubeSpawner.extra_pod_config = {"terminationGracePeriodSeconds": 5}
if singleuser["storage"]["type"] == "dynamic":
    c.KubeSpawner.storage_pvc_ensure = True
    c.KubeSpawner.pvc_name_template = "claim-{user_server}"
    c.KubeSpawner.storage_capacity = singleuser["storage"]["capacity"]
    c.KubeSpawner.storage_access_modes = ["ReadWriteOnce"]
    c.KubeSpawner.volumes = [{"name": "home", "persistentVolumeClaim": {"claimName": "{pvc_name}"}}]
    c.KubeSpawner.volume_mounts = [{"name": "home", "mountPath": singleuser["storage"]["homeMountPath"]}]

# Dask Gateway: where a notebook finds it, and who may use it ------------------------------------------------------
c.KubeSpawner.environment = {
    "DASK_GATEWAY__ADDRESS": f"http://proxy-public{gateway['prefix']}",
    "DASK_GATEWAY__PROXY_ADDRESS": gateway["proxyAddress"],
    "DASK_GATEWAY__PUBLIC_ADDRESS": f"{gateway['prefix']}/",
    "DASK_GATEWAY__AUTH__TYPE": gateway["auth"],
    **singleuser["extraEnv"],
}
c.JupyterHub.services = [
    {
        "name": "dask-gateway",
        "url": gateway["url"],
        "api_token": os.environ["DASK_GATEWAY_API_TOKEN"],
        "display": False,
    }
]
gateway_access = "access:services!service=dask-gateway"
roles = {
    "user": ["self", gateway_access],
    "server": ["users:activity!user", "access:servers!server", gateway_access],
    **{name: role["scopes"] for name, role in hub["loadRoles"].items()},
}
c.JupyterHub.load_roles = [{"name": name, "scopes": scopes} for name, scopes in roles.items()]

# The chart's values have the last word ----------------------------------------------------------------------------
for section, options in hub["config"].items():
    c[section].update(options)
if c.JupyterHub.authenticator_class == "secret":
    c.JupyterHub.authenticator_class = SecretAuthenticator
for name, code in sorted(hub["extraConfig"].items()):
    exec(compile(code, name, "exec"))
