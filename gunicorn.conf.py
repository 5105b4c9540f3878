"""How gunicorn serves the pages; the same for the demo and for real use.

`python gunicorn.conf.py` says in one sentence what it would refuse. gunicorn itself reads
WEB_CONCURRENCY before this file, and ends with a trace when that is no number.
"""

import gc
import logging
import os
import sys
from pathlib import Path
from typing import Any

# gunicorn finds modules of ours only after it has read this file.
sys.path.insert(0, str(Path(__file__).parent))

from config import LOG_LEVELS, Refused, expect_free, listen_on, one_of, whole

# While all is being loaded nothing becomes garbage, and looking for it takes a tenth of the start:
# from here to the fork nobody looks (the recipe of Python's own documentation of gc.freeze).
gc.disable()

# In real use a reverse proxy stands in front of it: it answers this machine only, unless told.
bind = listen_on(os.environ)
workers = whole(os.environ, "WEB_CONCURRENCY", 2, least=1, most=64)
worker_class = "gthread"
# Python runs one of them at a time; more of them mostly take it out of each other's hands.
threads = whole(os.environ, "WEB_THREADS", 4, least=1, most=64)
# Loaded once and shared by all workers: they start at once and hold most of their memory in common.
preload_app = True

# A worker that is silent for so long is replaced; at the end a request gets so long to finish.
timeout = 30
graceful_timeout = 10
# Time for a reader to click on; shorter would make every click connect anew.
keepalive = 15
# Workers report through a file; on a slow disk that alone could make them look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes it safely

# No access log: personal links stand in the addresses, and whoever reads the log could open them.
accesslog = None
errorlog = "-"
level = os.environ.get("WEB_LOG_LEVEL", "").upper()
loglevel = one_of({"WEB_LOG_LEVEL": level}, "WEB_LOG_LEVEL", "WARNING", LOG_LEVELS)


def say_no_addresses(record: logging.LogRecord) -> bool:
    """What gunicorn cannot read it repeats in its log, whole: a personal link may stand there, as
    when a phone puts 。 behind it and sends that as it is. The kind of fault is enough."""
    said = str(record.msg)
    if said.startswith(("Invalid request from", "Error handling request")):
        what = said.partition(": ")[0].partition(" %")[0]
        record.msg, record.args = f"{what}: {type(sys.exc_info()[1]).__name__}", ()
    return True


# A second reading of this file, as by HUP, puts its own in the place of ours.
logging.getLogger("gunicorn.error").filters[:] = [say_no_addresses]
# Which neighbours may say what address and scheme the caller really had.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1"
# Nobody here steers a running server by its socket; one door less.
control_socket_disable = True


def pre_request(_worker: object, _request: object) -> None:
    """Says nothing. gunicorn's own would log the address of every request at DEBUG."""


def when_ready(server: Any) -> None:
    """Before the workers are forked: load what the first page needs, once for all of them."""
    # Here and not above: gunicorn reads this file before the app may be loaded.
    from volunteer import warm_up

    warm_up(server.app.wsgi())
    keep_shared()


def keep_shared() -> None:
    """What is loaded by now stays: the garbage collector need not touch it in every worker,
    and what is not touched stays shared."""
    gc.freeze()


def look_for_garbage() -> None:
    """Again, but seldom: a page leaves a hundred things that refer to one another, and looking for
    them after every 700 new ones took a twelfth of its time."""
    gc.set_threshold(10_000)
    gc.enable()


def post_fork(server: object, worker: object) -> None:
    """A database connection cannot be shared by two processes: each worker makes its own."""
    look_for_garbage()
    from volunteer.core.database import engine_after_fork

    engine_after_fork()


if __name__ == "__main__":
    # By now it is a number of ours. gunicorn reads it as well, and knows neither "" nor "2.0".
    if not os.environ.get("WEB_CONCURRENCY", "1").strip().isdecimal():
        raise Refused("WEB_CONCURRENCY is a whole number from 1 to 64, or not set at all.")
    expect_free(bind)
