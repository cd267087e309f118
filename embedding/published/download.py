"""A file from the hub: asked for once within seconds, then fetched so that a cut, a cancel or a full disk loses nothing that came.

What came lies in a part beside the target, named after the digest that the hub states. The next download goes on behind its last byte,
and the part gets the target's name only when size and digest are right. `huggingface_hub` states the digests and signs requests; its own
downloads begin anew after a cancel and compare no digest.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import huggingface_hub
from filelock import FileLock, Timeout
from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

import files
from errors import CancelledError, EncoderError
from progress import Progress, silent

PROBE_SECONDS = 5.0
TRIES = 5  # in a row that bring nothing new
PAUSE_S = 1.0
SPARE_BYTES = 64 * 2**20  # what a disk keeps free besides
MB = 1e6


@dataclass(frozen=True)
class Remote:
    """A file of the hub.

    Attributes:
        address: where it is fetched. size: in bytes, None where the hub does not say.
        digest: its ETag: the sha256 of a large file (64 hex digits), the git blob's sha1 of a small one (40), else any word.
    """

    address: str
    size: int | None
    digest: str


def ask(address: str) -> Remote:
    """Ask the hub for a file's size and digest, once, within `PROBE_SECONDS`.

    Raises:
        TimeoutError: no answer. Exception: what the hub's client raises.
    """
    answers: list[huggingface_hub.HfFileMetadata] = []
    failed: list[Exception] = []

    def probe() -> None:
        try:
            answers.append(huggingface_hub.get_hf_file_metadata(address, timeout=PROBE_SECONDS))
        except Exception as error:  # noqa: BLE001 - carried over to the caller's thread
            failed.append(error)

    # A name lookup has no timeout of its own, so the clock is kept outside; a daemon does not hold up the exit.
    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    thread.join(PROBE_SECONDS + 1)
    if failed:
        raise failed[0]
    if not answers:
        raise TimeoutError(f"no answer within {PROBE_SECONDS:.0f} seconds")
    return Remote(address, answers[0].size, answers[0].etag or "unnamed")


def fetch(remote: Remote, target: Path, shown: str, progress: Progress = silent) -> Path:
    """Download a file to `target`; what came of it before is used.

    Args:
        remote: as `ask` gives it.
        target: where it shall lie.
        shown: what it is called in messages.
        progress: called with megabytes that came, megabytes in all and a sentence.

    Raises:
        CancelledError: `progress` stopped it; what came is kept.
        EncoderError: the network, the disk, or bytes that are not those that the hub states.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target, shown):
            return target if target.is_file() else _completed(remote, target, shown, progress)
    except OSError as error:
        raise EncoderError(
            f"{target.parent} cannot be written ({error.strerror}). {files.remedy(error)}, then start the download again: what "
            "came is kept."
        ) from error


def came(target: Path) -> int:
    """Bytes of a download that was stopped."""
    return max((part.stat().st_size for part in _parts(target)), default=0)


def _parts(target: Path) -> list[Path]:
    return list(target.parent.glob(f"{target.name}.*.part"))


@contextmanager
def _alone(target: Path, shown: str) -> Iterator[None]:
    """One process at a time writes a part; the lock goes with the process."""
    lock = FileLock(target.with_name(f".{target.name}.lock"), timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        raise EncoderError(f"{shown} is being downloaded by another process. Wait for it, then try again.") from error


def _completed(remote: Remote, target: Path, shown: str, progress: Progress) -> Path:
    part = target.with_name(f"{target.name}.{re.sub(r'[^0-9A-Za-z]', '', remote.digest)[:16]}.part")
    for other in _parts(target):
        if other != part:  # the hub has another file under that name by now
            other.unlink()
    _need_room(remote, part, shown)
    failures = 0
    while remote.size is None or _bytes(part) < remote.size:
        before = _bytes(part)
        try:
            _stream(remote, part, shown, progress)
            if remote.size is None:
                break
        except httpx.HTTPError as error:
            failures = failures + 1 if _bytes(part) <= before else 0
            if failures == TRIES or _is_refused(error):
                raise EncoderError(
                    f"The download of {shown} failed ({short(error)}). What came is kept: start it again to go on."
                ) from error
            _report(remote, _bytes(part), f"The connection to {shown} was cut, trying again", progress)
            time.sleep(PAUSE_S * failures)
    _report(remote, _bytes(part), f"Checking {shown}", progress)
    _need_digest(remote, part, shown)
    part.replace(target)
    return target


def _bytes(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _is_refused(error: httpx.HTTPError) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code < 500


def _need_room(remote: Remote, part: Path, shown: str) -> None:
    """Refuse before the first byte what would not fit."""
    if remote.size is None:
        return
    wanted = remote.size - _bytes(part)
    free = shutil.disk_usage(part.parent).free
    if wanted + SPARE_BYTES > free:
        raise EncoderError(
            f"{shown} needs {wanted / MB:,.0f} MB more, and {part.parent} has {free / MB:,.0f} MB free. Free some space, or have "
            "the folder of models elsewhere (SCENELOOP_MODELS)."
        )


def _stream(remote: Remote, part: Path, shown: str, progress: Progress) -> None:
    """Fetch what is missing of a part.

    Raises:
        httpx.HTTPError: the connection; what came is written.
    """
    begin = _bytes(part)
    headers = {**build_hf_headers(), "Accept-Encoding": "identity"}
    if begin:
        headers["Range"] = f"bytes={begin}-"
    limits = httpx.Timeout(PROBE_SECONDS * 2, read=30.0)
    with httpx.stream("GET", remote.address, headers=headers, follow_redirects=True, timeout=limits) as answer:
        answer.raise_for_status()
        # A server that knows no ranges sends everything again.
        with part.open("ab" if answer.status_code == httpx.codes.PARTIAL_CONTENT else "wb") as file:
            for chunk in answer.iter_raw():
                file.write(chunk)
                _report(remote, file.tell(), f"Downloading {shown}", progress)


def _report(remote: Remote, bytes_here: int, text: str, progress: Progress) -> None:
    have, size = bytes_here / MB, (remote.size or 0) / MB
    try:
        progress(have, size, text)
    except CancelledError as error:
        of = f" of {size:,.0f}" if size else ""
        raise CancelledError(
            f"Stopped at {have:,.0f}{of} MB. What came is kept, and the next download goes on from there."
        ) from error


def _need_digest(remote: Remote, part: Path, shown: str) -> None:
    """Delete what is not the file that the hub states.

    Raises:
        EncoderError: it was another one.
    """
    size = part.stat().st_size
    stated = remote.digest.lower()
    if re.fullmatch(r"[0-9a-f]{64}", stated):
        with part.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    elif re.fullmatch(r"[0-9a-f]{40}", stated):
        actual = hashlib.sha1(b"blob %d\0" % size + part.read_bytes(), usedforsecurity=False).hexdigest()
    else:
        actual = stated
    if actual != stated or (remote.size is not None and size != remote.size):
        part.unlink()
        raise EncoderError(
            f"The download of {shown} is damaged: its bytes are not those that the hub states (digest {actual[:12]} in place of "
            f"{stated[:12]}). It was deleted. Download it again; where that happens twice, ask whoever runs the network."
        )


def short(error: BaseException) -> str:
    """The first line of an error of the network without the system's number, for a sentence."""
    words = re.sub(r"^\[Errno -?\d+\] ", "", str(error).strip())
    return words.splitlines()[0][:160] if words else type(error).__name__
