"""Who asks at the proxy: a bare line, and a browser from an address of its own."""

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection

from bench import browsers
from bench.proxy import HOST, Proxy
from tests.servers import Answer


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
