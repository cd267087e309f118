"""What every command shares: its options, progress on stderr, the workspace, the name on labels (`SCENELOOP_ACTOR`)."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from settings import current

if TYPE_CHECKING:
    from labeling.snapshot.snapshot import Snapshot
    from store.accounts.accounts_database import Accounts
    from store.workspace import Workspace

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Answer: TypeAlias = Mapping[str, object]  # what a command prints, as one JSON object
Command: TypeAlias = Callable[[argparse.Namespace], Answer | None]


class Parser(argparse.ArgumentParser):
    """The parser of one command, whose options may stand between its arguments: `add W --labels L.csv FOLDER`."""

    _plain = False  # in a group of commands, and where argparse calls again for the options and for the rest

    def add_subparsers(self, **given: Any) -> Any:
        """Commands below this one; options stand between the arguments of those."""
        self._plain = True
        return super().add_subparsers(**given)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The arguments that are known, and those that are not."""
        if self._plain:
            return super().parse_known_args(args, namespace)
        self._plain = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._plain = False


def command(
    commands: Commands, name: str, run: Command, text: str, *, workspace: bool = True, output: bool = True
) -> argparse.ArgumentParser:
    """Add a command that takes a workspace and prints one JSON object."""
    parser = commands.add_parser(name, help=text, description=text)
    if workspace:
        parser.add_argument("workspace", type=Path, metavar="WORKSPACE")
    if output:
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout, nothing else there")
    parser.set_defaults(run=run)
    if not output:
        parser.set_defaults(json=False)
    return parser


def count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def who() -> str:
    """The person at the command line.

    Raises:
        InputError: as `people.of_this_account`.
    """
    from store.team import people

    return people.of_this_account()


class ProgressLine:
    """A `Progress` on stderr: a line rewritten in place on a terminal, a line every half second elsewhere."""

    def __init__(self, unit: str) -> None:
        self._unit, self._begin, self._shown_at = unit, time.monotonic(), 0.0

    def __call__(self, done: float, total: float, message: str = "", losses: Sequence[float] = (), /) -> None:
        """Show how far the work is."""
        del losses
        now = time.monotonic()
        if now - self._shown_at < 0.5 and (done != total or total == 0):
            return
        self._shown_at = now
        if total == 0 and message:
            print(message, file=sys.stderr, flush=True)
            return
        rate = done / max(now - self._begin, 1e-3)
        left = f", {(total - done) / rate:.0f} s left" if rate and total > done else ""
        end = "\n" if done >= total or not sys.stderr.isatty() else "\r"
        print(
            f"{self._unit}: {done:,.0f} of {total:,.0f}, {rate:,.0f}/s{left}   ",
            end=end,
            file=sys.stderr,
            flush=True,
        )


_opened: list[Workspace | Accounts] = []


def kept(workspace: Workspace) -> Workspace:
    """The same workspace, remembered for `close`."""
    _opened.append(workspace)
    return workspace


def close() -> None:
    """Give back the database connections of the workspaces and accounts that a command used."""
    while _opened:
        _opened.pop().engine.dispose()


def open_accounts(root: Path | None) -> Accounts:
    """The accounts of the server on a folder of workspaces, by default the one that the settings name."""
    from store.accounts import accounts_database

    where = root or current().workspace, current().accounts_url
    accounts = accounts_database.open_accounts(*where)
    _opened.append(accounts)
    warning = accounts_database.left_behind(*where)
    if warning:
        print(f"sceneloop: {warning}", file=sys.stderr)
    return accounts


def open_workspace(given: argparse.Namespace) -> Workspace:
    """The workspace that a command names."""
    from store import workspace

    return kept(workspace.open_workspace(given.workspace, database_url=current().database_url))


def load_snapshot(given: argparse.Namespace) -> Snapshot:
    """The workspace that a command names, loaded."""
    from labeling.snapshot.snapshot import Snapshot

    return Snapshot(open_workspace(given))
