"""Neighbours: fix what looks alike in one decision."""

from web import session
from web.parts import components

components.neighbours(session.workspace())
