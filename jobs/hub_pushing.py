"""A push to a hub as a job: the token comes on stdin, from the server that began it, and is written nowhere."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from errors import InputError
from jobs.reporter import Reporter
from store.team.job_rows import JobArguments
from store.workspace import Workspace


def push(workspace: Workspace, arguments: JobArguments, actor: str, report: Reporter) -> Mapping[str, object]:
    """Push the folder of an export, until the job is cancelled.

    Raises:
        CancelledError: somebody stopped it.
        InputError: as `hub_push.push`.
    """
    from labeling.exchange import hub_push

    del workspace, actor
    token = sys.stdin.readline().strip()
    if not token:
        raise InputError("The push came without its token. Type it and push again.")
    return {
        **hub_push.push(
            Path(arguments["path"]), arguments["repository"], public=arguments["public"], token=token, progress=report
        )
    }
