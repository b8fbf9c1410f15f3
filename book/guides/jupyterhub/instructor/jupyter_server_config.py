"""An instructor's JupyterLab."""

c = get_config()

# JupyterLab shows formgrader in a frame, which the hub forbids unless told.
c.ServerApp.tornado_settings = {
    "headers": {"Content-Security-Policy": "frame-ancestors 'self'"},
}
