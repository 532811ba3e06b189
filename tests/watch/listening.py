"""A web address on loopback that notes what it is asked and answers as told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Listening:
    """What it heard, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.status = 200
        self.url = ""
        self.was_asked = threading.Event()


@contextmanager
def listening() -> Iterator[Listening]:
    """Listen on a free port while the block lasts."""
    heard = Listening()

    class Handler(BaseHTTPRequestHandler):
        def _note(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            self.send_response(heard.status)
            if heard.status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            heard.was_asked.set()

        do_GET = do_POST = _note  # noqa: N815 - the library's own names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    heard.url = f"http://127.0.0.1:{server.server_address[1]}/switch"
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
