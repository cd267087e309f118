"""Words of lower rooms that pages show as they come: they are keys, though no page writes them."""

from __future__ import annotations

from web.language.words import noted

ROLES = (noted("annotator"), noted("reviewer"), noted("owner"), noted("admin"))
