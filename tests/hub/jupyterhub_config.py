"""The guide's configuration, on ports that are free here."""

import os

c = get_config()

load_subconfig("/etc/llmbook/jupyterhub_config.py")

public, api, hub = os.environ["HUB_PORTS"].split()
c.JupyterHub.bind_url = f"http://127.0.0.1:{public}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{api}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{hub}"
