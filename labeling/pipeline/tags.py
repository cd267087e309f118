"""Open facets: any number of labels an item, each yes, no or unknown, each with its own score and threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from errors import InputError
from labeling import multilabel, zero_shot
from labeling.multilabel import NO, UNKNOWN, YES, Thresholds, Tri
from labeling.pipeline.scene import Scene
from labeling.zero_shot import Floats, Linear
from store import board as rows_of
from store import labels, taxonomy
from store import workspace as workspaces
from store.ledger import PERSON, Batch, Change
from store.prompts import PromptSet
from store.taxonomy import Category
from store.workspace import MACHINE

NEUTRAL = ("a picture", "an image", "a photo", "a scene", "a view")
ENOUGH = 10  # answers of people from which on thresholds are fitted
CODES = {"yes": YES, "no": NO}
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tags:
    """What stands for an open facet, one row an item of the scene and one column a category.

    Attributes:
        categories: ids, in the order of the columns. value: int8 [n, k] of YES, NO, UNKNOWN. person: bool [n, k], a person or an
            import said so. version: int64 [n], of (item, facet).
    """

    facet: taxonomy.Facet
    categories: tuple[int, ...]
    value: Tri
    person: npt.NDArray[np.bool_]
    version: Ints

    @property
    def verified(self) -> Tri:
        """int8 [n, k]: what people said, UNKNOWN elsewhere."""
        return np.asarray(np.where(self.person, self.value, UNKNOWN), np.int8)


@dataclass(frozen=True)
class Scored:
    """Scores float32 [n, k] in (0, 1) and their thresholds; `fitted_on` answers of people, 0 where the thresholds are the default."""

    linear: Linear
    scores: Floats
    thresholds: Thresholds
    fitted_on: int


def facets(scene: Scene) -> list[taxonomy.Facet]:
    """The open facets that have categories in use."""
    used = {category.facet_id for category in scene.tree}
    with scene.workspace.read() as connection:
        return [facet for facet in taxonomy.facets(connection) if not facet.exclusive and facet.id in used]


def find(scene: Scene, name: str | None = None) -> taxonomy.Facet:
    """An open facet by name, or the only one.

    Raises:
        InputError: there is none of that name, or several and no name.
    """
    known = facets(scene)
    found = [facet for facet in known if name in (None, facet.name)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(facet.name for facet in known) or "none"
    raise InputError(f"Name one facet that takes any number of labels. There are: {listed}.")


def columns(scene: Scene, facet: taxonomy.Facet) -> list[Category]:
    """The categories of a facet in use, inner ones too: each may hold for itself."""
    return [category for category in scene.tree if category.facet_id == facet.id]


def tags(scene: Scene, facet: taxonomy.Facet) -> Tags:
    """What stands, kept until a label or the tree changes."""
    ids = tuple(category.id for category in columns(scene, facet))
    with scene.workspace.read() as connection:
        key = (rows_of.newest_event(connection), ids, len(scene.ids))
    found: Tags = scene.kept(f"tags {facet.id}", key, lambda: _load(scene, facet, ids))
    return found


def _load(scene: Scene, facet: taxonomy.Facet, ids: tuple[int, ...]) -> Tags:
    place = {int(number): row for row, number in enumerate(scene.ids)}
    column = {number: k for k, number in enumerate(ids)}
    value = np.full((len(place), len(ids)), UNKNOWN, np.int8)
    person = np.zeros(value.shape, np.bool_)
    version = np.zeros(len(place), np.int64)
    with scene.workspace.read() as connection:
        for state in rows_of.states(connection, facet.id, None):
            at = (place.get(state.item_id, -1), column.get(state.category_id, -1))
            if min(at) >= 0 and state.value in CODES:
                value[at], person[at] = CODES[state.value], state.source in (*PERSON, "import")
        for row in rows_of.versions(connection, facet.id, None):
            if row.item_id in place:
                version[place[row.item_id]] = row.version
    return Tags(facet, ids, value, person, version)


def zero_shot_linear(scene: Scene, facet: taxonomy.Facet, prompt_set: PromptSet | None = None) -> Linear:
    """Each category's prompts against the background's: logits whose sigmoid is the score.

    Raises:
        InputError: a category has no prompt in use. EncoderError: the encoder has no text side.
    """
    made = prompt_set if prompt_set is not None else scene.prompts()[1]
    chosen = columns(scene, facet)
    texts = [made.texts(category.id, category.name) for category in chosen]
    bare = next((c.path for c, own in zip(chosen, texts, strict=True) if not own), None)
    if bare is not None:
        raise InputError(f"{bare} has no prompt that is switched on. Add one, or a template for all categories.")
    yes = zero_shot.class_vectors([scene.encoder.encode_text(own) for own in texts])
    background = zero_shot.class_vectors([scene.encoder.encode_text(list(made.background or NEUTRAL))])[0]
    scale = float(scene.encoder.logit_scale) / made.options.temperature
    linear = multilabel.contrast(yes, background, scale=scale)
    return Linear(tuple(c.id for c in chosen), linear.weights, linear.bias)


def scored(scene: Scene, facet: taxonomy.Facet, prompt_set: PromptSet | None = None) -> Scored:
    """Scores by the prompts. The prompts have seen no label, so every answer of people is out of fold for the thresholds."""
    linear = zero_shot_linear(scene, facet, prompt_set)
    key = (linear.classes, float(linear.weights.sum()), len(scene.ids))
    values: Floats = scene.kept(f"tag scores {facet.id}", key, lambda: multilabel.scores(linear, scene.vectors))
    truth = tags(scene, facet).verified
    known = int((truth != UNKNOWN).sum())
    plain = Thresholds(np.full(len(linear.classes), 0.5, np.float32), 0.5)
    thresholds = multilabel.fit_thresholds(values, truth) if known >= ENOUGH else plain
    return Scored(linear, values, thresholds, known if known >= ENOUGH else 0)


def propose(
    scene: Scene, facet: taxonomy.Facet, actor: str = MACHINE, held: frozenset[int] = frozenset()
) -> dict[str, Any]:
    """A round for an open facet: a yes where the score reaches the threshold; a machine's yes below it goes. People's answers stay.

    Returns:
        `labelled`, `skipped_human`, `per_class`, `batch`, `thresholds` by category.
    """
    found, standing = scored(scene, facet), tags(scene, facet)
    says = found.scores >= found.thresholds.values
    stands = (standing.value == YES) & ~standing.person
    free = ~standing.person & ~np.isin(scene.ids, list(held))[:, None]
    changes = [
        Change(int(scene.ids[row]), standing.categories[k], "yes", confidence=float(found.scores[row, k]))
        for row, k in np.argwhere(says & free).tolist()
    ]
    gone = [
        Change(int(scene.ids[row]), standing.categories[k], "clear")
        for row, k in np.argwhere(~says & stands & free).tolist()
    ]
    names = {category.id: category.path for category in scene.tree}
    with scene.workspace.engine.begin() as connection:
        batch = Batch(
            workspaces.actor_id(connection, actor),
            "zero_shot",
            "propose",
            note=facet.name,
            prompt_version=scene.prompts()[0],
        )
        outcomes = labels.write(connection, batch, [*changes, *gone])
    counts = {names[number]: 0 for number in standing.categories}
    for change, outcome in zip(changes, outcomes[: len(changes)], strict=True):
        counts[names[change.category_id]] += outcome.status in ("saved", "unchanged")
    return {
        "labelled": sum(counts.values()),
        "skipped_human": int((says & standing.person).sum()),
        "per_class": counts,
        "batch": batch.id if any(outcome.status == "saved" for outcome in outcomes) else None,
        "thresholds": {
            names[n]: round(float(t), 4) for n, t in zip(standing.categories, found.thresholds.values, strict=True)
        },
    }


def of_rows(scene: Scene, rows: list[int]) -> list[dict[str, Any]]:
    """For each row what its tile shows of all open facets: {"versions": {facet: n}, "tags": [{"id", "value", "person", "score"}]}."""
    found: list[dict[str, Any]] = [{"versions": {}, "tags": []} for _ in rows]
    for facet in facets(scene):
        standing = tags(scene, facet)
        score = scored(scene, facet).scores if scene.has_text else None
        for at, row in enumerate(rows):
            found[at]["versions"][str(facet.id)] = int(standing.version[row])
            for k in np.flatnonzero(standing.value[row] != UNKNOWN).tolist():
                tag = {
                    "id": standing.categories[k],
                    "value": "yes" if standing.value[row, k] == YES else "no",
                    "person": bool(standing.person[row, k]),
                }
                found[at]["tags"].append(tag | {"score": None if score is None else round(float(score[row, k]), 4)})
    return found


def matches(scene: Scene, wanted: dict[int, str]) -> npt.NDArray[np.bool_]:
    """bool [n]: items whose tags are as wanted: category id -> `yes`, `no`, `unknown` or `proposed` (a machine's yes)."""
    keep = np.ones(len(scene.ids), np.bool_)
    for facet in facets(scene):
        standing = tags(scene, facet)
        for k, number in enumerate(standing.categories):
            value, person = standing.value[:, k], standing.person[:, k]
            tests = {
                "yes": value == YES,
                "no": value == NO,
                "unknown": value == UNKNOWN,
                "proposed": (value == YES) & ~person,
            }
            if number in wanted:
                keep &= tests.get(wanted[number], keep)
    return keep


def doubt(scene: Scene, category_id: int | None = None) -> Floats:
    """float32 [n]: how near the nearest score is to its threshold, over the tags (or one of them) that no person has answered; NaN where all are."""
    least = np.full(len(scene.ids), np.nan, np.float32)
    for facet in facets(scene):
        found, standing = scored(scene, facet), tags(scene, facet)
        apart = np.where(standing.person, np.nan, np.abs(found.scores - found.thresholds.values))
        if category_id is not None:
            apart[:, [number != category_id for number in standing.categories]] = np.nan
        known = ~np.isnan(apart).all(axis=1)
        nearest = np.full(len(apart), np.nan, np.float32)
        nearest[known] = np.nanmin(apart[known], axis=1)
        least = np.fmin(least, nearest)
    return least


def report(scene: Scene, facet: taxonomy.Facet) -> dict[str, Any]:
    """Counts of an open facet for its page: for each category yes, no and proposed, its threshold."""
    standing, found = tags(scene, facet), scored(scene, facet)
    rows = []
    for k, number in enumerate(standing.categories):
        value, person = standing.value[:, k], standing.person[:, k]
        rows.append({
            "category": number, "yes": int(((value == YES) & person).sum()), "no": int(((value == NO) & person).sum()),
            "proposed": int(((value == YES) & ~person).sum()), "threshold": round(float(found.thresholds.values[k]), 4),
            "over": int((found.scores[:, k] >= found.thresholds.values[k]).sum()),
        })  # fmt: skip
    return {
        "facet": facet.id,
        "name": facet.name,
        "fitted_on": found.fitted_on,
        "shared": found.thresholds.shared,
        "categories": rows,
    }
