"""Everything that is nature, by kind."""

from pretraining.nature import vistas, wildlife

RENDERERS = {**vistas.RENDERERS, **wildlife.RENDERERS}
