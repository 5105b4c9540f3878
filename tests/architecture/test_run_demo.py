"""The demo's script, with its programs replaced by short ones that are told to stop."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import PATIENCE_SECONDS, ROOT, free_port

# What asks for the sign-ins; Python says goodbye to Ctrl-C with a trace.
FLASK = """#!/bin/sh
case "$*" in
*doors) trap 'echo Traceback >&2; exit 1' INT; touch asked; sleep 1 ;;
*serve) exec sleep 60 ;;
esac
"""
GUNICORN = """#!/bin/sh
exec sleep 60
"""


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


@contextmanager
def hearing_ctrl_c() -> Iterator[None]:
    """Who runs tests in the background is deaf to it, and a shell that is begun deaf stays so."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.processes
def test_ctrl_c_while_the_sign_ins_are_asked_for_ends_it_without_a_trace(tmp_path):
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (tmp_path / "ops").mkdir()
    shutil.copy(ROOT / "ops" / "run-demo", tmp_path / "ops")
    script(programs / "flask", FLASK)
    script(programs / "gunicorn", GUNICORN)
    (programs / "python").symlink_to(sys.executable)

    with hearing_ctrl_c():
        demo = subprocess.Popen(
            [tmp_path / "ops" / "run-demo"],
            env={**os.environ, "PORT": str(free_port())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    end = time.monotonic() + PATIENCE_SECONDS
    while not (tmp_path / "asked").exists() and time.monotonic() < end:
        time.sleep(0.02)
    # As the terminal does: everybody in front is told.
    os.killpg(demo.pid, signal.SIGINT)
    said, _ = demo.communicate(timeout=PATIENCE_SECONDS)

    assert (demo.returncode, said) == (0, "")
