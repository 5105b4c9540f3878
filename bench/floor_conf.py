"""The shipped gunicorn set-up for the floor: all the same, but for whose page and connections."""

import runpy
from pathlib import Path

shipped = runpy.run_path(str(Path(__file__).parent.parent / "gunicorn.conf.py"))
globals().update({name: value for name, value in shipped.items() if not name.startswith("_")})


def when_ready(_server: object) -> None:
    """It has no page of ours to draw before its workers are forked; the rest is the same."""
    shipped["keep_shared"]()


def post_fork(_server: object, _worker: object) -> None:
    """Each worker makes its own connections, as ours do."""
    from bench.floor import engine

    shipped["look_for_garbage"]()
    engine.dispose(close=False)
