"""The folder of an export, or of a published head, on its way to a model hub, by `huggingface_hub`.

At the command the token is what `hf auth login` keeps, or `HF_TOKEN`. From a page somebody gives their own, which is held in memory
until the push ends: no setting, row or log of ours has it.
"""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import huggingface_hub
from huggingface_hub import errors as hub_errors
from typing_extensions import TypedDict

from errors import CancelledError, InputError
from labeling.exchange.formats import picture_files
from progress import Progress, silent

MODEL, DATASET = "model", "dataset"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
# The client has changed its HTTP library before. Its own error derives from that library's, and from OSError.
_BROKEN: tuple[type[Exception], ...] = (
    RuntimeError, *(base for base in hub_errors.HfHubHTTPError.__bases__ if issubclass(base, Exception)),
)  # fmt: skip
LOG_IN = "Log in with `hf auth login`, or set HF_TOKEN to a token that may write, then push again."
GIVE_ONE = "Give a token that may write to this repository, then push again."
TELLING = (".csv", ".json", ".jsonl", ".md", ".parquet", ".xml", ".yaml")  # files that tell of others
LOT, MOST_LOTS = 200, 40  # files in a commit at least, and commits at most: the hub counts commits by the hour
GOES_ON = "What arrived stays there. Push again: it goes on where it stopped."


class Pushed(TypedDict):
    """What was pushed.

    Attributes:
        repository: OWNER/NAME. kind: MODEL or DATASET. url: of its page. commit: its newest, in hexadecimal.
        files: how many the folder has. removed: how many of an earlier push went.
    """

    repository: str
    kind: str
    url: str
    commit: str
    files: int
    removed: int


def push(
    folder: Path, repository: str, *, public: bool = False, token: str | None = None, progress: Progress = silent
) -> Pushed:
    """Push a folder that `sceneloop export` or `sceneloop head export --hub` wrote; the repository is made where there is none.

    Pictures go first, some at a time; cards and lists go last, with what an earlier push brought and the folder has no more: until then
    the repository reads as it did. Whatever else lies in it stays.

    Args:
        repository: OWNER/NAME.
        public: of a new repository, that everybody sees it. One that is there keeps its visibility.
        token: of the person who pushes; None for the one of this machine.
        progress: files that arrived.

    Raises:
        InputError: the folder is none of ours or was changed, the name is none, there is no token or it is refused, the hub refuses a
            file, or the connection breaks.
        CancelledError: `progress` wants it to stop.
    """
    checked_name(repository)
    form, listed = picture_files.content(folder)
    kind = MODEL if form == MODEL else DATASET
    if token is None and huggingface_hub.get_token() is None:
        raise InputError(f"There is no token for the hub on this machine. {LOG_IN}")
    api = huggingface_hub.HfApi(library_name="sceneloop", token=token)
    try:
        api.create_repo(repository, private=not public, repo_type=kind, exist_ok=True)
        gone = sorted(_earlier(api, repository, kind) - listed)
        commit = _sent(api, repository, kind, folder, sorted(listed), gone, progress)
    except CancelledError:
        raise CancelledError(f"Cancelled. {GOES_ON}") from None
    except hub_errors.HfHubHTTPError as error:
        raise _refused(error, repository, LOG_IN if token is None else GIVE_ONE) from error
    except _BROKEN as error:
        raise InputError(f"The hub cannot be reached any more ({_short(error)}). {GOES_ON}") from error
    except ValueError as error:
        raise InputError(f"The hub refuses the card of {folder.name} ({_short(error)}). Mend README.md.") from error
    url = f"{api.endpoint}/{'datasets/' if kind == DATASET else ''}{repository}"
    return {
        "repository": repository, "kind": kind, "url": url, "commit": commit.oid, "files": len(listed), "removed": len(gone),
    }  # fmt: skip


def checked_name(repository: str) -> str:
    """The name of a repository.

    Raises:
        InputError: it is none.
    """
    if not _NAME.fullmatch(repository):
        raise InputError(f"{repository!r} is no name of a repository. Write OWNER/NAME.")
    return repository


def _sent(
    api: huggingface_hub.HfApi, repository: str, kind: str, folder: Path, listed: list[str], gone: list[str], progress: Progress
) -> huggingface_hub.CommitInfo:  # fmt: skip
    """Send the files in commits of a moderate size, what tells of the others last; returns the last commit."""
    telling = [name for name in listed if Path(name).suffix in TELLING]
    told_of = [name for name in listed if Path(name).suffix not in TELLING]
    size = max(LOT, -(-len(told_of) // MOST_LOTS))
    lots = [told_of[at : at + size] for at in range(0, len(told_of), size)]
    title = f"Push {folder.resolve().name} from Sceneloop"
    done = 0

    def send(names: list[str], deleted: list[str], title: str) -> huggingface_hub.CommitInfo:
        nonlocal done
        progress(done, len(listed), "Sending the files")
        operations: list[huggingface_hub.CommitOperationAdd | huggingface_hub.CommitOperationDelete] = []
        operations += [huggingface_hub.CommitOperationAdd(name, folder / name) for name in names]
        operations += [huggingface_hub.CommitOperationDelete(name) for name in deleted]
        commit = api.create_commit(repository, operations, commit_message=title, repo_type=kind)
        done += len(names)
        return commit

    for number, names in enumerate(lots, start=1):
        send(names, [], f"{title}: pictures, {number} of {len(lots)}")
    commit = send(telling, gone, title)
    progress(done, len(listed), "Sending the files")
    return commit


def _earlier(api: huggingface_hub.HfApi, repository: str, kind: str) -> set[str]:
    """Names of the files that an earlier push brought, by the list that it brought too."""
    with tempfile.TemporaryDirectory() as place:
        try:
            there = api.hf_hub_download(repository, picture_files.LIST, repo_type=kind, local_dir=place)
            return set(json.loads(Path(there).read_text(encoding="utf-8"))["files"])
        except (hub_errors.RemoteEntryNotFoundError, hub_errors.RevisionNotFoundError):
            return set()
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{picture_files.LIST} in {repository} is no list of an export, so it is not known what an earlier push brought. "
                "Take it out there, then push again."
            ) from error


def _refused(error: hub_errors.HfHubHTTPError, repository: str, way: str) -> InputError:
    status = error.response.status_code
    if status in (401, 403):
        return InputError(f"The hub refuses the token for {repository} ({status}). {way}")
    return InputError(f"The hub refuses {repository} ({status}: {error.server_message or _short(error)}). {GOES_ON}")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
