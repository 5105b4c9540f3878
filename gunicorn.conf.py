"""How gunicorn serves the pages; the same for the demo and for real use."""

import os
from pathlib import Path

# A reverse proxy stands in front of it in real use, so it answers this machine only, unless told otherwise.
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or "8")
# Loaded once and shared by all workers: they start at once and hold most of their memory in common.
preload_app = True

# A worker that does not report for so long is replaced; whoever is being answered gets this long to finish.
timeout = 30
graceful_timeout = 10
# Longer than a proxy waits between two requests is of no use; shorter makes every click connect anew.
keepalive = 15
# Workers report through a file; on a slow disk that alone could make them look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes it safely

# No access log: personal links stand in the addresses, and whoever reads the log could open them.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("WEB_LOG_LEVEL") or "warning"
# Which neighbours may say what address and scheme the caller really had.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1"
# Nobody here steers a running server by its socket; one door less.
control_socket_disable = True


def post_fork(server: object, worker: object) -> None:
    """A database connection cannot be shared by two processes: each worker makes its own."""
    from volunteer.core.database import engine_after_fork  # noqa: PLC0415 - after the app is loaded

    engine_after_fork()
