"""Neighbours: fix what looks alike in one decision."""

from web import components, session

components.neighbours(session.workspace())
