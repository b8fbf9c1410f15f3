"""A student's JupyterLab: nbgrader's assignment list and Validate button only."""

c = get_config()

c.ServerApp.jpserver_extensions = {
    "nbgrader.server_extensions.formgrader": False,
    "nbgrader.server_extensions.course_list": False,
}
