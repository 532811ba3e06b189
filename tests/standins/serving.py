"""A small HTTP server on this machine that answers as told, and can be slow, silent or rude about it."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class StandIn:
    """Subclasses say in `answer` what a request gets; `moods` says what happens to the next ones instead."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.moods: deque[str] = deque()
        """For each coming POST: `hang`, `lose` (done, the answer lost), `break` (nothing done), `slow`, a status."""
        self.questions: deque[str] = deque()
        """The same for each coming GET."""
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.url = ""

    def answer(self, asked: Asked) -> Answer:
        """Do what is asked."""
        raise NotImplementedError

    def meet(self, asked: Asked) -> Answer | None:
        """Answer in the mood of the moment; None hangs up."""
        with self.lock:
            self.asked.append(asked)
            moods = self.moods if asked.method == "POST" else self.questions
            mood = moods.popleft() if moods else ""
        if mood == "hang":
            self.over.wait(30)
            return None
        if mood == "break":
            return None
        if mood == "slow":
            self.over.wait(0.05)
        if mood.isdecimal():
            return self.refusal(int(mood))
        with self.lock:
            answer = self.answer(asked)
        return None if mood == "lose" else answer

    def refusal(self, status: int) -> Answer:
        """Answer with nothing but a status."""
        return Answer(status, {"words": "private words"})

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[Self]:
        """Serve while the block lasts, on a free port unless one is named."""
        self.over.clear()
        server = _Server(("127.0.0.1", port), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            server.shutdown()
            server.server_close()
            thread.join(10)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """Connections that wait their turn: with the few that are usual, many threads at once are turned away."""


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._meet()

        def do_POST(self) -> None:
            self._meet()

        def _meet(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = stand_in.meet(Asked(self.command, self.path, dict(self.headers), body))
            if answer is None:
                self.close_connection = True
                return
            said = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    return Handler
