"""Review: confirm or fix what the machine proposed."""

from web import components, session

components.review(session.workspace())
