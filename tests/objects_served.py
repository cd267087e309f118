"""A store of objects that speaks S3: moto's, on this machine, which counts what is read and has the faults that a test asks for."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from store.blobs.blob import Blob


@dataclass
class ObjectStore:
    """What it is asked, and what it shall refuse.

    Attributes:
        address: where it listens. buckets: how many it has made.
        refusals: statuses of the next answers. away: status of every answer until it is None.
        cuts: after how many bytes the next answers with a body break off.
        asked: method and path of each request. sent: bytes of bodies by path.
    """

    address: str = ""
    buckets: int = 0
    refusals: list[int] = field(default_factory=list)
    away: int | None = None
    cuts: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)

    def bucket(self) -> str:
        """A new bucket of the name that is returned as `s3://NAME`; faults and counts of earlier tests are gone."""
        self.refusals, self.away, self.cuts, self.asked, self.sent = [], None, [], [], {}
        self.buckets += 1
        name = f"bucket-{self.buckets}"
        with urllib.request.urlopen(urllib.request.Request(f"{self.address}/{name}", method="PUT")):
            return f"s3://{name}"

    def read(self, blob: Blob) -> int:
        """How many bytes of an object were sent."""
        return self.sent.get(blob.uri.removeprefix("s3:/"), 0)


@contextmanager
def serving() -> Iterator[ObjectStore]:
    """The server, in a thread, at an address of its own."""
    from moto.moto_server.werkzeug_app import create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *args: Any, **kwargs: Any) -> None:
            pass

    store = ObjectStore()
    behind = create_backend_app("s3")
    server = make_server("127.0.0.1", 0, _faulty(store, behind), threaded=True, request_handler=Quiet)
    store.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _faulty(store: ObjectStore, behind: Any) -> Any:
    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        store.asked.append(f"{environ['REQUEST_METHOD']} {path}")
        refusal = store.refusals.pop(0) if store.refusals else store.away
        if refusal is not None:
            start(f"{refusal} refused", [("Content-Length", "0")])
            return [b""]
        body = b"".join(behind(environ, start))
        if environ["REQUEST_METHOD"] == "GET" and body and store.cuts:
            body = body[: store.cuts.pop(0)]
        store.sent[path] = store.sent.get(path, 0) + len(body)
        return [body]

    return answer
