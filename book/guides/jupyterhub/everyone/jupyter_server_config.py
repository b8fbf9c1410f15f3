"""Everybody's JupyterLab on the hub."""

c = get_config()

# Kernels are spoken to over TCP ports that every account of the server can reach. Unencrypted, the
# default, all that a kernel runs and prints could be listened to.
c.KernelManager.transport_encryption = "required"
# A login shell would forget the PATH on which the course's programs are.
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash"]}
