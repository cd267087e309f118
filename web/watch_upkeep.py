"""Watched folders go on without anybody on the pages: a watch whose process died is begun anew."""

from __future__ import annotations

import logging
import threading

import jobs
from errors import AppError
from web import resources

log = logging.getLogger(__name__)
EVERY_S = 30.0


def look_after(stopped: threading.Event) -> None:
    """Tend the workspaces with watched folders again and again, until the server stops."""
    while not stopped.wait(EVERY_S):
        tend()


def tend() -> None:
    """Mark what died in workspaces with watched folders, and begin those watches anew. A workspace that cannot be opened is passed over."""
    for name, folder in resources.workspaces().items():
        if not jobs.is_watched(folder):
            continue
        try:
            jobs.tend(resources.workspace(name))
        except AppError as error:
            log.warning("The watched folders of %s are not looked after: %s", name, error)
