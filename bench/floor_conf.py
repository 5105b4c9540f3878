"""The shipped gunicorn set-up for the floor: all the same, but for whose connections end."""

import runpy
from pathlib import Path

shipped = runpy.run_path(str(Path(__file__).parent.parent / "gunicorn.conf.py"))
globals().update({name: value for name, value in shipped.items() if not name.startswith("_")})


def post_fork(_server: object, _worker: object) -> None:
    """Each worker makes its own connections, as ours do."""
    from bench.floor import engine

    engine.dispose(close=False)
