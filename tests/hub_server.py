"""A server that plays the hub: sizes and digests by HEAD, bytes and ranges by GET, and the faults that a test asks for."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE = 1 << 16


@dataclass
class Hub:
    """What the server has and what it was asked.

    Attributes:
        address: where it listens. files: bytes by `/owner/name/resolve/main/file`.
        digests: ETags that differ from the sha256 of the bytes. otherwise: status for anything else.
        cuts: after how many bytes of an answer the connection ends, one a request until the list is empty.
        pause_s: between two pieces. ranges: whether it answers a part.
        asked: method and path of each request. begins: the first byte of each answer.
    """

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    otherwise: int = 404
    cuts: list[int] = field(default_factory=list)
    pause_s: float = 0.0
    ranges: bool = True
    asked: list[str] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)

    def digest(self, path: str) -> str:
        """What it states of a file."""
        return self.digests.get(path) or hashlib.sha256(self.files[path]).hexdigest()


@contextmanager
def playing(hub: Hub) -> Iterator[Hub]:
    """The server, at an address of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._head(0)

        def do_GET(self) -> None:
            given = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            begin = int(given[1]) if given and hub.ranges else 0
            content = self._head(begin)[begin:]
            hub.begins.append(begin)
            cut = hub.cuts.pop(0) if hub.cuts else len(content)
            with suppress(OSError):
                for start in range(0, min(cut, len(content)), PIECE):
                    self.wfile.write(content[start : min(start + PIECE, cut)])
                    time.sleep(hub.pause_s)
            self.close_connection = True

        def _head(self, begin: int) -> bytes:
            hub.asked.append(f"{self.command} {self.path}")
            content = hub.files.get(self.path)
            if content is None:
                self.send_response(hub.otherwise)
                self.send_header("X-Error-Code", "EntryNotFound" if hub.otherwise == 404 else "Refused")
            else:
                self.send_response(206 if begin else 200)
                self.send_header("ETag", f'"{hub.digest(self.path)}"')
                self.send_header("X-Repo-Commit", "0" * 40)
            self.send_header("Content-Length", str(len(content or b"") - begin))
            self.end_headers()
            return content or b""

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hub.address = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield hub
        server.shutdown()
