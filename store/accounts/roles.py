"""Roles: what somebody may do in a workspace, each with all that the ones before may; and who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from errors import InputError


class Role(IntEnum):
    """What somebody may do, in order."""

    NOBODY = 0
    ANNOTATOR = 1  # labels, and undoes own decisions
    REVIEWER = 2  # also accepts in bulk, undoes others' decisions, writes guidelines and drafts of prompts
    OWNER = 3  # also data, categories, publishing, training, export, people of the workspace
    ADMIN = 4  # an owner of every workspace of the server, and its people

    @property
    def word(self) -> str:
        """As people write it."""
        return self.name.lower()


GIVEN = (Role.ANNOTATOR, Role.REVIEWER, Role.OWNER)  # what somebody can be in one workspace


def named(word: str) -> Role:
    """The role of that name.

    Raises:
        InputError: there is none.
    """
    for role in (*GIVEN, Role.ADMIN):
        if role.word == word:
            return role
    names = ", ".join(role.word for role in (*GIVEN, Role.ADMIN))
    raise InputError(f"There is no role {word!r}. Choose one of {names}.")


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, as of a moment.

    Attributes:
        account, session: ids of rows. name: what stands on labels.
        is_admin: whether every workspace is theirs.
        roles: of each workspace that they may enter, by name. ties: which workspace each is for, see `account_rows.tie`.
        by_proxy: whether the session was begun on a proxy's word.
        most: what an API token cuts every role to. only: the one workspace that it is for. A session has all.
    """

    account: int
    session: int
    name: str
    is_admin: bool
    roles: Mapping[str, Role]
    most: Role = Role.ADMIN
    only: str | None = None
    by_proxy: bool = False
    ties: Mapping[str, str | None] = field(default_factory=dict)

    def role_in(self, workspace: str) -> Role:
        """What they may do in a workspace, by its name."""
        if self.only is not None and workspace != self.only:
            return Role.NOBODY
        return min(self.most, Role.ADMIN if self.is_admin else self.roles.get(workspace, Role.NOBODY))

    @property
    def highest(self) -> Role:
        """The most that they may do anywhere."""
        return min(self.most, Role.ADMIN if self.is_admin else max(self.roles.values(), default=Role.NOBODY))
