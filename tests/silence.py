"""A line to a server that may fall silent: nothing is refused, nothing is cut, nothing arrives."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url

from tests.servers import free_port


@dataclass
class Line:
    """Carries both ways what is said, but while it is silent: then it takes everything and says
    nothing, as a proxy that hangs does."""

    port: int
    carries: threading.Event = field(default_factory=threading.Event)
    ends: list[socket.socket] = field(default_factory=list)

    def fall_silent(self) -> None:
        self.carries.clear()

    def speak(self) -> None:
        self.carries.set()

    def carry(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while said := here.recv(65536):
                self.carries.wait()
                there.sendall(said)
        for end in (here, there):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept(self, door: socket.socket, server: str) -> None:
        with suppress(OSError):
            while True:
                caller, _address = door.accept()
                called = socket.socket(socket.AF_UNIX)
                called.connect(server)
                self.ends += [caller, called]
                for ends in ((caller, called), (called, caller)):
                    threading.Thread(target=self.carry, args=ends, daemon=True).start()


@contextmanager
def line_to(url: str) -> Iterator[tuple[str, Line]]:
    """The address by which this PostgreSQL, which listens at a socket, is reached over a line of
    ours; and the line, which speaks."""
    there = make_url(url)
    with socket.create_server(("127.0.0.1", port := free_port())) as door:
        line = Line(port)
        line.speak()
        server = f"{there.query['host']}/.s.PGSQL.5432"
        threading.Thread(target=line.accept, args=(door, server), daemon=True).start()
        here = there.set(host="127.0.0.1", port=port, query={})
        try:
            yield here.render_as_string(hide_password=False), line
        finally:
            line.speak()
            # Else accept() would go on for ever: closing alone does not wake it.
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            for end in line.ends:
                end.close()
