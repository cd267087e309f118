"""The folder of an export, or of a published head, on its way to a model hub, by `huggingface_hub` and its own token.

No token passes through a form, a setting or a log of ours: it is what `hf auth login` keeps, or `HF_TOKEN`.
"""

from __future__ import annotations

import glob
import json
import re
import tempfile
from pathlib import Path

import huggingface_hub
from huggingface_hub import errors as hub_errors
from typing_extensions import TypedDict

from errors import InputError
from labeling.exchange.formats import picture_files

MODEL, DATASET = "model", "dataset"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
# The client has changed its HTTP library before. Its own error derives from that library's, and from OSError.
_BROKEN: tuple[type[Exception], ...] = (
    RuntimeError, *(base for base in hub_errors.HfHubHTTPError.__bases__ if issubclass(base, Exception)),
)  # fmt: skip
LOG_IN = "Log in with `hf auth login`, or set HF_TOKEN to a token that may write, then push again."
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


def push(folder: Path, repository: str, *, public: bool = False) -> Pushed:
    """Push a folder that `sceneloop export` or `sceneloop head export --hub` wrote; the repository is made where there is none.

    Files that an earlier push brought and that the folder has no more go. Whatever else lies in the repository stays.

    Args:
        repository: OWNER/NAME.
        public: of a new repository, that everybody sees it. One that is there keeps its visibility.

    Raises:
        InputError: the folder is none of ours or was changed, the name is none, there is no token or it is refused, the hub refuses a
            file, or the connection breaks.
    """
    if not _NAME.fullmatch(repository):
        raise InputError(f"{repository!r} is no name of a repository. Write OWNER/NAME.")
    form, listed = picture_files.content(folder)
    kind = MODEL if form == MODEL else DATASET
    if huggingface_hub.get_token() is None:
        raise InputError(f"There is no token for the hub on this machine. {LOG_IN}")
    api = huggingface_hub.HfApi(library_name="sceneloop")
    try:
        api.create_repo(repository, private=not public, repo_type=kind, exist_ok=True)
        gone = sorted(_earlier(api, repository, kind) - listed)
        commit = api.upload_folder(
            repo_id=repository, folder_path=folder, repo_type=kind, commit_message=f"Push {folder.resolve().name} from Sceneloop",
            delete_patterns=[glob.escape(name) for name in gone] or None,
        )  # fmt: skip
    except hub_errors.HfHubHTTPError as error:
        raise _refused(error, repository) from error
    except _BROKEN as error:
        raise InputError(f"The hub cannot be reached any more ({_short(error)}). {GOES_ON}") from error
    except ValueError as error:
        raise InputError(f"The hub refuses the card of {folder.name} ({_short(error)}). Mend README.md.") from error
    url = f"{api.endpoint}/{'datasets/' if kind == DATASET else ''}{repository}"
    return {
        "repository": repository, "kind": kind, "url": url, "commit": commit.oid, "files": len(listed), "removed": len(gone),
    }  # fmt: skip


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


def _refused(error: hub_errors.HfHubHTTPError, repository: str) -> InputError:
    status = error.response.status_code
    if status in (401, 403):
        return InputError(f"The hub refuses the token for {repository} ({status}). {LOG_IN}")
    return InputError(f"The hub refuses {repository} ({status}: {error.server_message or _short(error)}). {GOES_ON}")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
