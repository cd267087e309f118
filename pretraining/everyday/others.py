"""Everything that is none of the three classes, by kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pretraining.everyday.objects import clothing, food, person, thing
from pretraining.everyday.town import building, street, vehicle
from pretraining.materials.indoors import kitchen, room
from pretraining.materials.landscape import Light
from pretraining.materials.textures import Field

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
