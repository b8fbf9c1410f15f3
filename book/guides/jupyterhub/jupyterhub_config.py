"""JupyterHub for one class on one Linux server.

Everybody has an account on the server, and their JupyterLab runs under it, so it is the file system
that keeps students apart. The Unix group `llmbook-instructors` makes an instructor; all others are
students. `set_up_class.sh` makes the groups and folders that are named here.
"""

import grp
import os
import pwd
import sys
from pathlib import Path

c = get_config()

SETTINGS = (
    Path(__file__).resolve().parent
)  # belongs to root: what a role gets is not theirs to change
CLASS = Path("/srv/llmbook")

# --- the hub ------------------------------------------------------------------------------------
# Browsers reach it through a web server in front of it, which adds HTTPS.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.db_url = f"sqlite:///{CLASS}/hub/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{CLASS}/hub/cookie_secret"
c.ConfigurableHTTPProxy.pid_file = f"{CLASS}/hub/proxy.pid"

# --- who may log in: the accounts of this server, with their passwords ---------------------------
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"llmbook-students", "llmbook-instructors"}

# --- their servers ------------------------------------------------------------------------------
c.JupyterHub.spawner_class = "localprocess"
# 512 processes and threads for each account: a fork bomb stops at its own account
SERVER = ["prlimit", "--nproc=512", "jupyterhub-singleuser"]
c.Spawner.cmd = SERVER
c.Spawner.environment = {
    "NBGRADER_EXCHANGE": str(CLASS / "exchange"),
    "OMP_NUM_THREADS": "2",  # else each torch takes every core of the server
}


def give_role(spawner):
    """Choose the settings by the account's groups; an instructor's server starts in the course."""
    account = pwd.getpwnam(spawner.user.name)
    groups = {grp.getgrgid(g).gr_name for g in os.getgrouplist(account.pw_name, account.pw_gid)}
    role = "instructor" if "llmbook-instructors" in groups else "student"
    settings = f"{SETTINGS / role}{os.pathsep}{SETTINGS / 'everyone'}"
    spawner.environment = {**spawner.environment, "JUPYTER_CONFIG_PATH": settings}
    if role == "instructor":
        spawner.notebook_dir = str(CLASS / "course")
        spawner.cmd = ["env", f"--chdir={CLASS / 'course'}", *SERVER]


c.Spawner.pre_spawn_hook = give_role

# --- servers that nobody has used for an hour are stopped ----------------------------------------
c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]
