"""One frozen, typed `Settings`, read once from the environment.

Every name starts with `SCENELOOP_`. Nothing else in the project reads the environment for configuration.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from errors import InputError

ROOT = Path(__file__).resolve().parent
MAX_PIXELS = 50_000_000
MAX_UPLOAD_MB = 2048


@dataclass(frozen=True)
class Settings:
    """Where things are and how many threads may work.

    Attributes:
        workspace: folder that holds one workspace, or a folder whose children are workspaces.
        database_url: SQLAlchemy URL that replaces the workspace's own SQLite file, or None.
        threads: compute threads of torch and FAISS; 0 lets the libraries decide.
        suggest_url: base URL of an OpenAI-compatible endpoint for prompt suggestions, or None.
        suggest_key: its key, or None.
        suggest_model: the model name sent to it.
    """

    workspace: Path
    database_url: str | None = None
    threads: int = 0
    suggest_url: str | None = None
    suggest_key: str | None = None
    suggest_model: str = "default"


def read(environ: Mapping[str, str]) -> Settings:
    """Build settings from an environment mapping.

    Raises:
        InputError: `SCENELOOP_THREADS` is not a whole number of zero or more.
    """
    threads = environ.get("SCENELOOP_THREADS", "0")
    if not threads.isdigit():
        raise InputError(f"SCENELOOP_THREADS is {threads!r}. Set it to a whole number, or 0 for automatic.")
    return Settings(
        workspace=Path(environ.get("SCENELOOP_WORKSPACE") or "workspace").expanduser(),
        database_url=environ.get("SCENELOOP_DATABASE_URL") or None,
        threads=int(threads),
        suggest_url=environ.get("SCENELOOP_SUGGEST_URL") or None,
        suggest_key=environ.get("SCENELOOP_SUGGEST_KEY") or None,
        suggest_model=environ.get("SCENELOOP_SUGGEST_MODEL") or "default",
    )


@cache
def current() -> Settings:
    """The settings of this process, read once."""
    return read(os.environ)
