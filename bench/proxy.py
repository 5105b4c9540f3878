"""A reverse proxy as docs/operations.md sets it up, in front of the shipped gunicorn.

The set-up is read out of the document; only ports, places and the certificate are this machine's.
"""

import os
import re
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

from bench import browsers
from tests.servers import ROOT, Answer, free_port

HOST = "linli.example.org"
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


def bare_line(proxy: Proxy, source: str = "127.0.0.1", *, takes: int = 0) -> ssl.SSLSocket:
    """A connection to the proxy under its own name; `takes`: so few bytes are taken at once."""
    trusted = ssl.create_default_context(cafile=str(proxy.folder / "fullchain.pem"))
    bare = socket.socket()
    if takes:
        bare.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
    bare.settimeout(60)
    bare.bind((source, 0))
    bare.connect(("127.0.0.1", proxy.https))
    return trusted.wrap_socket(bare, server_hostname=HOST)


# --- callers ---------------------------------------------------------------------------------


class Line(HTTPSConnection):
    """To the proxy on this machine, as if it were found by its name."""

    def __init__(self, proxy: Proxy, source: str) -> None:
        super().__init__(HOST, timeout=60)
        self.proxy, self.source = proxy, source

    def connect(self) -> None:
        self.sock = bare_line(self.proxy, self.source)


@dataclass
class Caller:
    """A browser at the proxy, from an address of its own; keeps one connection."""

    proxy: Proxy
    source: str = "127.0.0.1"
    cookie: str = ""
    line: Line | None = None
    # How often it had to connect.
    times: int = 0

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        if self.line is None:
            self.line = Line(self.proxy, self.source)
            self.times += 1
        sent = {"Cookie": self.cookie} if self.cookie else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self.line.request(method, path, body, sent)
            response = self.line.getresponse()
            answer = Answer(response.status, response.getheaders(), response.read())
        except (OSError, HTTPException):
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line = None


def signed_in(proxy: Proxy, person: int) -> Caller:
    """This person of a world."""
    return Caller(proxy, cookie=browsers.our_cookie(person).replace("linli=", "__Host-linli=", 1))
