"""Neighbours: fix what looks alike in one decision."""

from web import session
from web.parts import components
from web.parts.workspaces import working_set_parts

working_set_parts.note(session.workspace())
components.neighbours(session.workspace())
