"""Prompts: see what an edit moves before anybody else does."""

from web import session
from web.parts import components

components.prompts(session.workspace())
