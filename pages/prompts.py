"""Prompts: see what an edit moves before anybody else does."""

from web import components, session

components.prompts(session.workspace())
