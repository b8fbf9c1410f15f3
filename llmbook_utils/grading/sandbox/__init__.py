"""The sandbox: warm kernels behind walls, for code that nobody has read.

jail.py builds the outer walls with bubblewrap; fork_server.py runs inside them, with torch loaded,
and forks a kernel behind walls of its own for each submission (namespaces.py); server.py is the
trusted side's handle on both. kernel.py and agent.py are what the fork becomes: an ipykernel, and
in it the one who performs calls for the trusted side. provisioner.py makes it a kernel like any
other for jupyter_client, watchdog.py stops what uses too much.
"""
