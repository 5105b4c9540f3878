"""A reverse proxy as docs/operations.md sets it up, in front of the shipped gunicorn.

The set-up is read out of the document; only ports, places and the certificate are this machine's.
"""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench import world
from bench.figures import Figure
from bench.pages import filled
from tests.servers import ROOT, Server, free_port, web_server

HOST = "linli.example.org"
SETTINGS = {"BASE_URL": f"https://{HOST}", "TRUSTED_PROXIES": "1", "LOG_LEVEL": "CRITICAL"}
# What surrounds the chapter's lines on a Debian machine.
AROUND = """
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/start.log;
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log {folder}/access.log;
    error_log {folder}/error.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {chapter}
}}
"""


def chapter() -> str:
    text = (ROOT / "docs" / "operations.md").read_text()
    (found,) = re.findall(r"```nginx\n(.*?)```", text, re.DOTALL)
    return str(found)


@dataclass
class Proxy:
    """A running nginx: its two ports, and the folder in which it may write."""

    https: int
    http: int
    folder: Path

    def logged(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))


@contextmanager
def proxy_before(web_port: int, folder: Path) -> Iterator[Proxy]:
    proxy = Proxy(free_port(), free_port(), Path(tempfile.mkdtemp(dir=folder)))
    make_certificate(proxy.folder)
    ours = chapter()
    for was, here in (
        (r"listen \[::\].*\n", "\n"),
        (r"listen 443 ", f"listen 127.0.0.1:{proxy.https} "),
        (r"listen 80;", f"listen 127.0.0.1:{proxy.http};"),
        (r"/etc/letsencrypt/live/[^/]+/", f"{proxy.folder}/"),
        (r"/var/log/nginx/", f"{proxy.folder}/"),
        (r"/srv/linli/", f"{ROOT}/"),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{web_port}"),
    ):
        ours, times = re.subn(was, here, ours)
        assert times, f"docs/operations.md no longer has {was}"
    settings = proxy.folder / "nginx.conf"
    # Who reads the folders of a developer is the developer.
    user = "user root;" if os.geteuid() == 0 else ""
    settings.write_text(AROUND.format(folder=proxy.folder, chapter=ours, user=user))
    process = subprocess.Popen(["nginx", "-c", settings, "-g", "daemon off;"])
    try:
        wait_for_it(proxy, process)
        yield proxy
    finally:
        process.terminate()
        process.wait(30)


def make_certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
               "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
               "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


def wait_for_it(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert process.poll() is None, f"nginx ended: {proxy.logged()}"
        with suppress(OSError), socket.create_connection(("127.0.0.1", proxy.https), 1):
            return
        time.sleep(0.05)
    raise AssertionError("nginx does not answer")


def there_is_one(what: str, kind: str) -> Iterator[Figure]:
    """Nothing; without nginx a figure that says so, for what was not measured is not held."""
    if shutil.which("nginx") is None:
        yield Figure(f"{what}: NOT MEASURED, there is no nginx here", kind, 0, None, None)


@contextmanager
def set_up(kind: str, folder: Path) -> Iterator[tuple[Server, Proxy]]:
    with (
        filled(kind, folder, world.SMALL) as url,
        web_server(url, folder, workers=2, **SETTINGS) as server,
        proxy_before(server.port, folder) as proxy,
    ):
        yield server, proxy
