"""Real HTTP servers of this process: they keep what they are posted, and answer as told."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Post:
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Sink:
    """Answers every post with the same number and the same body."""

    status: int = 200
    answer: Any = None
    port: int = 0
    location: str = "/elsewhere"
    got: list[Post] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/send?via=linli"


@contextmanager
def answering(
    status: int = 200, answer: Any = None, *, certificate: Path | None = None
) -> Iterator[Sink]:
    sink = Sink(status, answer)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers["Content-Length"]))
            is_json = "json" in self.headers.get("Content-Type", "")
            body_said = json.loads(said) if is_json else said
            sink.got.append(Post(self.path, dict(self.headers), body_said))
            body = b"" if sink.answer is None else json.dumps(sink.answer).encode()
            self.send_response(sink.status)
            self.send_header("Location", sink.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        sink.port = server.server_port
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        try:
            yield sink
        finally:
            server.shutdown()
