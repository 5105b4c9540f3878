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
    (tmp_path / "gunicorn.conf.py").touch()
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


@pytest.mark.processes
@pytest.mark.parametrize("value", ["abc", "0", "2.0", ""])
def test_settings_that_the_web_server_would_refuse_with_a_trace_are_one_sentence(tmp_path, value):
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (tmp_path / "ops").mkdir()
    shutil.copy(ROOT / "ops" / "run-demo", tmp_path / "ops")
    for name in ("gunicorn.conf.py", "config.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("flask", "gunicorn"):
        script(programs / name, "#!/bin/sh\ntouch begun\n")
    (programs / "python").symlink_to(sys.executable)

    done = subprocess.run(
        [tmp_path / "ops" / "run-demo"],
        env={**os.environ, "PORT": str(free_port()), "WEB_CONCURRENCY": value},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("Linli does not start: WEB_CONCURRENCY is a ")
    assert not (tmp_path / "begun").exists()


def test_whatever_starts_the_web_server_looks_at_its_settings_first():
    """`make web`, and the unit that operators copy."""
    for file, first in (
        ("Makefile", "$(BIN)/python gunicorn.conf.py"),
        ("docs/operations.md", "ExecStartPre=/srv/linli/.venv/bin/python gunicorn.conf.py"),
    ):
        text = (ROOT / file).read_text()
        server = text.index("bin/gunicorn -c" if file.startswith("docs") else "/gunicorn -c")
        assert first in text[:server], file
