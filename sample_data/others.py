"""Everything that is none of the three classes, by kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sample_data.indoors import kitchen, room
from sample_data.landscape import Light
from sample_data.objects import clothing, food, person, thing
from sample_data.textures import Field
from sample_data.town import building, street, vehicle

Rng = np.random.Generator

RENDERERS: dict[str, Callable[[Rng, int, int, Light], Field]] = {
    "room": room,
    "kitchen": kitchen,
    "building": building,
    "street": street,
    "vehicle": vehicle,
    "clothing": clothing,
    "thing": thing,
    "food": food,
    "person": person,
}
