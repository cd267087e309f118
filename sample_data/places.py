"""Everything that is nature, by kind."""

from sample_data import nature, wildlife

RENDERERS = {**nature.RENDERERS, **wildlife.RENDERERS}
