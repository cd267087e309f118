"""A server that plays the hub for pushes: repositories, checks of cards, commits of files, and the faults that a test asks for."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class PushedHub:
    """What the server has and what it was asked.

    Attributes:
        files: bytes by name of a file, by repository as `datasets/owner/name`. private: what each was made as.
        token: the only one that it takes. cut: part of a path whose requests end without an answer, as often as `cuts` says.
        complaint: what it finds wrong with a card. asked: method and path of each request.
    """

    address: str = ""
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    private: dict[str, bool] = field(default_factory=dict)
    token: str = "hf_right"
    cut: str = ""
    cuts: int = 0
    complaint: str = ""
    asked: list[str] = field(default_factory=list)

    def commit(self, repository: str, lines: bytes) -> None:
        """Take the files of a commit, and let go of those that it deletes."""
        there = self.files[repository]
        for line in lines.splitlines():
            entry = json.loads(line)
            if entry["key"] == "file":
                there[entry["value"]["path"]] = base64.b64decode(entry["value"]["content"])
            elif entry["key"] == "deletedFile":
                del there[entry["value"]["path"]]


@contextmanager
def playing(hub: PushedHub) -> Iterator[PushedHub]:
    """The server, at an address of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self._stopped():
                return
            kept = re.fullmatch(r"/api/(.+)/(preupload|commit)/main", self.path)
            if self.path == "/api/repos/create":
                given = json.loads(body)
                name = f"{given.get('type', 'model')}s/{given['name']}"
                if given.get("organization"):
                    name = f"{given.get('type', 'model')}s/{given['organization']}/{given['name']}"
                hub.files.setdefault(name, {})
                hub.private.setdefault(name, given.get("private", given.get("visibility") == "private"))
                self._answer({"url": f"{hub.address}/{name.removeprefix('models/')}", "id": name.partition("/")[2]})
            elif self.path == "/api/validate-yaml":
                self._answer(
                    {"errors": [{"message": hub.complaint}]} if hub.complaint else {}, 400 if hub.complaint else 200
                )
            elif kept and kept[2] == "preupload":
                there = hub.files[kept[1]]
                self._answer({"files": [self._mode(there, one["path"]) for one in json.loads(body)["files"]]})
            elif kept:
                hub.commit(kept[1], body)
                self._answer(
                    {
                        "commitUrl": f"{hub.address}/{kept[1].removeprefix('models/')}/commit/0",
                        "commitOid": hashlib.sha1(body).hexdigest(),
                    }
                )
            else:
                self._answer({"error": "no such path"}, 404)

        def do_GET(self) -> None:
            if self._stopped():
                return
            tree = re.match(r"/api/(.+)/tree/main", self.path)
            if tree:
                listed = [
                    {"type": "file", "path": path, "size": len(content), "oid": "0" * 40}
                    for path, content in hub.files[tree[1]].items()
                ]
                self._answer(listed)
                return
            newest = re.fullmatch(r"/api/(datasets|models)/(.+)/revision/main", self.path)
            if newest:
                self._answer({"id": newest[2], "sha": "0" * 40})
                return
            self._file(body=True)

        def do_HEAD(self) -> None:
            if not self._stopped():
                self._file(body=False)

        def _file(self, *, body: bool) -> None:
            asked = re.fullmatch(r"/(.+?)/resolve/main/(.+)", self.path)
            there = hub.files.get(asked[1]) or hub.files.get(f"models/{asked[1]}") if asked else None
            content = (there or {}).get(asked[2]) if asked else None
            self.send_response(404 if content is None else 200)
            if content is None:
                self.send_header("X-Error-Code", "EntryNotFound")
            else:
                self.send_header("ETag", f'"{hashlib.sha1(content).hexdigest()}"')
                self.send_header("X-Repo-Commit", "0" * 40)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            if body:
                self.wfile.write(content or b"")

        def _mode(self, there: dict[str, bytes], path: str) -> dict[str, object]:
            content = there.get(path)
            oid = None if content is None else hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
            return {"path": path, "uploadMode": "regular", "shouldIgnore": False, "oid": oid}

        def _stopped(self) -> bool:
            hub.asked.append(f"{self.command} {self.path}")
            if hub.cut and hub.cut in self.path and hub.cuts > 0:
                hub.cuts -= 1
                self.close_connection = True
                self.connection.close()
                return True
            if self.path != "/api/validate-yaml" and self.headers.get("Authorization") != f"Bearer {hub.token}":
                self._answer({"error": "Invalid user token."}, 401)
                return True
            return False

        def _answer(self, value: object, status: int = 200) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
