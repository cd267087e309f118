"""Commands on a workspace of a server: `sceneloop --server URL`. They ask its routes and print what they print on a folder."""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlsplit

import files
from cli import cleaning, data, labels
from cli.console import Answer, Command
from errors import AppError, InputError, StoreError
from settings import current, is_loopback

if TYPE_CHECKING:
    import httpx

    from written.json_values import JsonObject

ARCHIVE_WAIT_S = 3600.0  # the server writes a folder of images before it sends the first of it
WAIT_S = 120.0  # a server that has just begun loads the workspace first


def register(parser: argparse.ArgumentParser) -> None:
    """Add the options, which stand before the command."""
    names = ", ".join(sorted(WORDS))
    parser.add_argument("--server", metavar="URL", help=f"work on a workspace of this server, by its name: {names}")
    parser.add_argument(
        "--token",
        help="an API token of your account there; better in SCENELOOP_TOKEN, where no list of processes shows it",
    )


def run(given: argparse.Namespace) -> Answer:
    """Do a command on the server that was named.

    Raises:
        InputError: it works on a folder alone, or the server refuses what was asked.
        StoreError: the server cannot be reached.
    """
    work = WORK.get(given.run)
    if work is None:
        raise InputError(
            f"--server does {', '.join(sorted(WORDS))}. Do anything else on the server's page, or where its folder is."
        )
    token = given.token or current().token
    if not token:
        raise InputError(
            "Give an API token: --token, or SCENELOOP_TOKEN. You make one on your account page of that server."
        )
    return work(_Server(given.server, token, str(given.workspace)), given)


class _Server:
    """One workspace of a server, asked with a token."""

    def __init__(self, url: str, token: str, workspace: str) -> None:
        parts = urlsplit(url)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or parts.username
            or parts.query
            or parts.fragment
        ):
            raise InputError(f"{url} is not an address of a server. Write it as https://label.example.")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            print(
                f"sceneloop: {url} has no TLS, so the token travels as it is. Use https:// where you can.",
                file=sys.stderr,
            )
        if "/" in workspace.strip("/"):
            raise InputError(f"With --server a workspace goes by its name, not by a path such as {workspace}.")
        self._base = f"{url.rstrip('/')}/api/{quote(workspace.strip('/'), safe='')}/commands/"
        self._headers = {"Authorization": f"Bearer {token}", "X-Sceneloop": "1"}

    def get(self, name: str, **query: object) -> JsonObject:
        """What a route answers."""
        import httpx

        wanted = {key: str(value) for key, value in query.items() if value is not None}
        return self._asked(lambda: httpx.get(self._base + name, params=wanted, headers=self._headers, timeout=WAIT_S))

    def post(self, name: str, body: Mapping[str, object]) -> JsonObject:
        """The same for a route that changes something."""
        import httpx

        return self._asked(lambda: httpx.post(self._base + name, json=body, headers=self._headers, timeout=WAIT_S))

    @contextmanager
    def pieces(self, name: str, body: Mapping[str, object]) -> Iterator[Iterator[bytes]]:
        """What a route sends, however much it is; it may take its time before the first byte."""
        import httpx

        patience = httpx.Timeout(WAIT_S, read=ARCHIVE_WAIT_S)
        try:
            with httpx.stream("POST", self._base + name, json=body, headers=self._headers, timeout=patience) as answer:
                if answer.status_code != 200:
                    answer.read()
                    raise _refused(answer)
                yield answer.iter_bytes()
        except httpx.HTTPError as error:
            raise _unreached(error) from error

    def _asked(self, send: Callable[[], httpx.Response]) -> JsonObject:
        import httpx

        try:
            answer = send()  # a redirect is not followed: the token is for this server alone
            content = answer.json()
        except httpx.HTTPError as error:
            raise _unreached(error) from error
        except ValueError:
            raise _refused(answer) from None
        if not isinstance(content, dict) or answer.status_code != 200:
            raise _refused(answer)
        return content


def _unreached(error: Exception) -> StoreError:
    return StoreError(
        f"The server cannot be reached ({error or type(error).__name__}). Check its address, then try again."
    )


def _refused(answer: httpx.Response) -> AppError:
    """What the server says, or that it is none of ours."""
    try:
        content = answer.json()
    except ValueError:
        return StoreError(f"No Sceneloop answers at that address (status {answer.status_code}).")
    reason = content.get("error") if isinstance(content, dict) else None
    return RefusedError(str(reason or f"The server answers with status {answer.status_code}."))


class RefusedError(AppError):
    """What the server says, in its own words."""


def _label(server: _Server, given: argparse.Namespace) -> Answer:
    try:
        content = given.file.read_bytes()
    except OSError as error:
        raise InputError(f"{given.file} cannot be read ({error.strerror}).") from error
    body = {"file": base64.b64encode(content).decode(), "name": given.file.name, "source": given.source}
    return server.post("label", body if given.order is None else {**body, "order": given.order})


def _suspects(server: _Server, given: argparse.Namespace) -> Answer:
    return server.get("suspects", limit=given.limit, humans=str(given.humans).lower())


def _next(server: _Server, given: argparse.Namespace) -> Answer:
    return server.get("next", size=given.size, order=given.order)


def _history(server: _Server, given: argparse.Namespace) -> Answer:
    return server.get("history", item=given.item)


def _undo(server: _Server, given: argparse.Namespace) -> Answer:
    return server.post("undo", {"batch": given.batch})


def _export(server: _Server, given: argparse.Namespace) -> Answer:
    from labeling.exchange import any_export
    from labeling.exchange.formats.label_set import Images

    choice, out = data.choice_of(given), given.out
    any_export.check(given.kind, choice, dry_run=given.dry_run)
    if choice.images is Images.LINK:
        raise InputError("The images are on the server, so they cannot be linked from here. Leave --images link out.")
    try:
        if given.kind in ("csv", "parquet"):
            return _export_table(server, given)
        wish = {"kind": given.kind, "people": given.people, "confidence": given.confidence, "facet": given.facet, "view": given.view,
                "splits": given.splits, "images": given.images}  # fmt: skip
        return _export_folder(server, given, wish)
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written ({error.strerror}). {files.remedy(error)}, then try again."
        ) from error


def _export_table(server: _Server, given: argparse.Namespace) -> Answer:
    out: Path = given.out
    answer = server.post("export", {"kind": given.kind, "negatives": given.negatives, "view": given.view})
    out.parent.mkdir(parents=True, exist_ok=True)
    files.write(out, base64.b64decode(str(answer["file"])))
    return {"out": str(out), "labels": answer["labels"]}


def _export_folder(server: _Server, given: argparse.Namespace, wish: Mapping[str, object]) -> Answer:
    """What is lost goes to stderr before anything is written; the folder arrives beside its place, and takes it once it is whole."""
    from labeling.exchange import any_export, export_archive

    out: Path = given.out
    if given.negatives:
        raise InputError("--negatives belongs to csv and parquet. Leave it out.")
    if given.kind != "folders":
        planned = server.post("plan", wish)
        for notice in cast("list[dict[str, int | str]]", planned["not_carried"]):
            print(f"{notice['count']:,}: {notice['what']}", file=sys.stderr)
        if given.dry_run:
            return {"out": str(out), **planned}
    with any_export.replacing(given.kind, out) as folder, server.pieces("archive", wish) as content:
        return {"out": str(out), **export_archive.unpack(content, folder)}


WORK: dict[Command, Callable[[_Server, argparse.Namespace], Answer]] = {
    labels.label: _label,
    labels.suspects: _suspects,
    cleaning.next_batch: _next,
    labels.show_history: _history,
    labels.undo: _undo,
    data.export: _export,
}
WORDS = ("label", "suspects", "next", "history", "undo", "export")
