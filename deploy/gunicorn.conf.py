"""How the site is served in production. No access log: with times in it, a vote could be told from its neighbours."""

import os

bind = "127.0.0.1:8000"
workers = 3
threads = 4
timeout = 60
graceful_timeout = 30
accesslog = None
errorlog = "-"
# Heartbeats in memory, so that a slow disk never looks like a hung worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
# Nobody steers the server through a socket, and the user that serves has no home to keep one in.
control_socket_disable = True
# The proxy is told apart by the settings of the site, not here.
forwarded_allow_ips = ""
