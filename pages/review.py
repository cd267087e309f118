"""Review: confirm or fix what the machine proposed."""

from web import session
from web.parts import components

components.review(session.workspace())
