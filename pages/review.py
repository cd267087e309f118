"""Review: confirm or fix what the machine proposed."""

from web import session
from web.parts import components
from web.parts.workspaces import working_set_parts

working_set_parts.note(session.workspace())
components.review(session.workspace())
