"""Changes of the tree: no label lost, ids stable, every one of them undone exactly."""

from __future__ import annotations

import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from errors import InputError
from labeling.categories import split, tree_edits
from labeling.prompts import draft_effect
from labeling.review import grid
from labeling.snapshot.prompt_vectors import Texts
from progress import Progress, silent
from store import workspace
from store.database import schema
from store.items import items
from store.ledger import labels, relabel, undo
from store.ledger.events import RANK, Batch, Change
from store.project import prompts, taxonomy
from store.project.prompt_set import Prompt, PromptSet
from store.team import actors, people
from store.workspace import Workspace

ITEMS = 16


class Words:
    """A stand-in for an encoder: a text's vector depends on the text alone."""

    fingerprint, logit_scale = "words", 20.0

    def encode_text(self, texts: list[str], progress: Progress = silent) -> np.ndarray:
        rows = np.stack([np.random.default_rng(zlib.crc32(text.encode())).normal(size=8) for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@dataclass
class Loaded:
    """A stand-in for a snapshot, with what a split asks of it."""

    workspace: Workspace
    ids: np.ndarray
    vectors: np.ndarray
    texts: Texts
    has_text: bool = True


def build(path: Path) -> tuple[Loaded, list[int]]:
    """Sixteen items under four exclusive categories (one a child) and two open ones, labelled by people and machines."""
    opened = workspace.create(path)
    with opened.engine.begin() as connection:
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(ITEMS)]
        ids = items.add(connection, new)
        tree = [taxonomy.add(connection, name) for name in ("nature", "games", "pages")]
        tree.append(taxonomy.add(connection, "beach", parent_id=tree[0]))
        tree += [taxonomy.add(connection, name, facet="tags", exclusive=False) for name in ("blue", "dark")]
        ann, machine = (actors.id_of(connection, name) for name in ("Ann", people.MACHINE))
        texts = {n: (Prompt(f"prompt {n}"),) for n in tree}
        prompts.publish(connection, PromptSet(texts, ("{name}",)), note="first", actor_id=ann)
        guess = [Change(i, tree[k % 4], confidence=0.5) for k, i in enumerate(ids)]
        labels.write(connection, Batch(machine, "zero_shot", "propose", prompt_version=1), guess)
        labels.write(connection, Batch(ann, "human"), [Change(i, tree[(k * 3) % 4]) for k, i in enumerate(ids[:7])])
        labels.write(connection, Batch(ann, "human"), [Change(i, tree[k % 3], "no") for k, i in enumerate(ids[7:11])])
        labels.write(connection, Batch(ann, "human"), [Change(ids[11], tree[2], "unsure")])
        labels.write(connection, Batch(ann, "import", "import"), [Change(i, tree[1]) for i in ids[12:14]])
        labels.write(connection, Batch(machine, "zero_shot", "propose"), [Change(i, tree[4]) for i in ids[:9]])
        labels.write(connection, Batch(ann, "human"), [Change(i, tree[5]) for i in ids[5:12]])
    vectors = np.random.default_rng(0).normal(size=(ITEMS, 8)).astype(np.float16)
    return Loaded(opened, np.array(ids), vectors, Texts(path / "texts.npz", "words", Words)), tree


def rows(opened: Workspace) -> list[dict[str, Any]]:
    with opened.read() as connection:
        query = select(schema.label_state).order_by(schema.label_state.c.item_id, schema.label_state.c.category_id)
        return [dict(row._mapping) for row in connection.execute(query)]


def tree_of(opened: Workspace) -> list[taxonomy.Category]:
    with opened.read() as connection:
        return taxonomy.categories(connection)


def texts_of(opened: Workspace) -> PromptSet:
    with opened.read() as connection:
        return prompts.published(connection).prompts


def take_back(opened: Workspace, batch: str) -> str:
    with opened.engine.begin() as connection:
        return undo.reverse_batch(connection, batch, actors.id_of(connection, "Bob")).batch_id


def events(opened: Workspace) -> list[dict[str, Any]]:
    with opened.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(schema.label_event).order_by("id"))]


def yes(state: list[dict[str, Any]], category_id: int) -> set[tuple[int, str]]:
    return {(r["item_id"], r["source"]) for r in state if r["category_id"] == category_id and r["value"] == "yes"}


@pytest.fixture
def loaded(tmp_path: Path) -> tuple[Loaded, list[int]]:
    return build(tmp_path / "ws")


def test_a_merge_keeps_where_each_label_came_from(loaded) -> None:
    scene, (nature, games, *_rest) = loaded
    before = rows(scene.workspace)
    effect = tree_edits.merge(scene.workspace, games, nature, actor="Bob")
    after = rows(scene.workspace)
    assert (effect.labels, effect.items) == (len(yes(before, games)), len(yes(before, games)))
    assert yes(after, nature) == yes(before, nature) | yes(before, games)
    own = {r["item_id"]: r for r in before if r["category_id"] == games and r["value"] == "yes"}
    for row in after:
        if row["item_id"] in own and row["category_id"] == nature:
            old = own[row["item_id"]]
            assert {n: row[n] for n in relabel.PROVENANCE} == {n: old[n] for n in relabel.PROVENANCE}
    assert [p.text for p in texts_of(scene.workspace).categories[nature]] == [f"prompt {nature}", f"prompt {games}"]
    assert games not in {c.id for c in tree_of(scene.workspace)}


def test_a_person_s_no_outranks_a_merged_proposal(loaded) -> None:
    scene, (nature, games, *_rest) = loaded
    with scene.workspace.engine.begin() as connection:
        ann, machine = (actors.id_of(connection, name) for name in ("Ann", people.MACHINE))
        item = int(scene.ids[15])
        labels.write(connection, Batch(ann, "human"), [Change(item, nature, "no")])
        labels.write(connection, Batch(machine, "head", "propose"), [Change(item, games)])
    tree_edits.merge(scene.workspace, games, nature, actor="Bob")
    assert [(r["category_id"], r["value"]) for r in rows(scene.workspace) if r["item_id"] == item] == [(nature, "no")]


def test_two_tags_merge_to_the_stronger_label(loaded) -> None:
    scene, (*_rest, blue, dark) = loaded
    before = rows(scene.workspace)
    batch = tree_edits.merge(scene.workspace, dark, blue, actor="Bob").batch
    after = rows(scene.workspace)
    human = {item for item, source in yes(before, dark) if source == "human"}
    assert human <= {item for item, source in yes(after, blue) if source == "human"}
    assert {i for i, _ in yes(after, blue)} == {i for i, _ in yes(before, blue) | yes(before, dark)}
    take_back(scene.workspace, batch)
    assert rows(scene.workspace) == before


@pytest.mark.parametrize("away", [4, 5])
def test_two_tags_that_people_gave_to_one_item_become_one_and_come_back_as_two(loaded, away) -> None:
    scene, tree = loaded
    stays, goes = tree[9 - away], tree[away]
    alone, together, sure = (int(number) for number in scene.ids[13:])
    with scene.workspace.engine.begin() as connection:
        ann, bob = (actors.id_of(connection, name) for name in ("Ann", "Bob"))
        labels.write(connection, Batch(ann, "human"), [Change(i, stays) for i in (alone, together, sure)])
        labels.write(connection, Batch(ann, "human"), [Change(alone, goes), Change(sure, goes, "unsure")])
        labels.write(connection, Batch(bob, "human"), [Change(together, goes)])
    before, past = rows(scene.workspace), events(scene.workspace)
    batch = tree_edits.merge(scene.workspace, goes, stays, actor="Cleo").batch
    after = {r["item_id"]: r for r in rows(scene.workspace) if r["facet_id"] == facet_of(before, stays)}
    assert set(after) == {r["item_id"] for r in before if r["facet_id"] == facet_of(before, stays)}
    assert {r["category_id"] for r in after.values()} == {stays}
    assert [after[i]["value"] for i in (alone, together, sure)] == ["yes"] * 3, "an unsure takes no yes away"
    answer = {i: [spoken(r) for r in before if r["item_id"] == i and r["category_id"] in (stays, goes)] for i in after}
    assert all(spoken(row) in answer[number] for number, row in after.items())
    assert (after[alone]["actor_id"], after[sure]["actor_id"]) == (ann, ann)
    assert after[together]["actor_id"] in (ann, bob)
    assert events(scene.workspace)[: len(past)] == past
    take_back(scene.workspace, batch)
    assert rows(scene.workspace) == before, "both rows, with their people, times and sources"


def facet_of(state: list[dict[str, Any]], category_id: int) -> int:
    return next(int(r["facet_id"]) for r in state if r["category_id"] == category_id)


def test_a_split_routes_proposals_and_suggests_for_people(loaded) -> None:
    scene, (nature, games, *_rest) = loaded
    before = rows(scene.workspace)
    effect = split.split(
        scene, games, [{"name": "chess", "prompts": ["a"]}, {"name": "race", "prompts": ["b"]}], actor="Bob"
    )
    after, children = rows(scene.workspace), [c.id for c in tree_of(scene.workspace) if c.parent_id == games]
    held = {i for i, source in yes(before, games) if source in ("human", "import")}
    routed = {i for c in children for i, source in yes(after, c)}
    assert {i for i, _ in yes(after, games)} == held
    assert routed | held == {i for i, _ in yes(before, games)}
    assert not routed & held
    assert len(held) == effect.to_confirm == len(split.suggestions(scene.workspace, effect.batch))
    assert {r["prompt_version"] for r in after if r["category_id"] in children} == {effect.version}
    with scene.workspace.engine.begin() as connection:
        item = min(held)
        labels.write(connection, Batch(actors.id_of(connection, "Ann"), "human"), [Change(item, children[0])])
    assert item not in {r.item_id for r in split.suggestions(scene.workspace, effect.batch)}
    take_back(scene.workspace, effect.batch)
    assert children[0] in {c.id for c in tree_of(scene.workspace)}, "a category that a person has labelled with stays"
    assert children[1] not in {c.id for c in tree_of(scene.workspace)}
    assert nature in texts_of(scene.workspace).categories


def test_a_preview_changes_nothing(loaded) -> None:
    scene, (nature, games, pages, beach, *_rest) = loaded
    before = rows(scene.workspace), tree_of(scene.workspace), texts_of(scene.workspace)
    result = [
        tree_edits.merge(scene.workspace, games, nature, actor="Bob", preview=True),
        tree_edits.retire(scene.workspace, pages, actor="Bob", preview=True),
        tree_edits.move(scene.workspace, beach, None, actor="Bob", preview=True),
        split.split(scene, games, [{"name": "a"}, {"name": "b"}], actor="Bob", preview=True),
    ]
    assert [effect.batch for effect in result] == [None] * 4
    assert all(effect.labels and effect.items and effect.prompts for effect in result)
    assert (rows(scene.workspace), tree_of(scene.workspace), texts_of(scene.workspace)) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda w, t: tree_edits.move(w, t[0], t[3], actor="Bob"), "below itself"),
        (lambda w, t: tree_edits.edit(w, t[0], {"name": "games"}, actor="Bob"), "already exists"),
        (lambda w, t: tree_edits.edit(w, t[0], {"name": "x" * 201}, actor="Bob"), "1 to 200"),
        (lambda w, t: tree_edits.merge(w, t[0], t[3], actor="Bob"), "below it"),
        (lambda w, t: tree_edits.merge(w, t[0], t[4], actor="Bob"), "another facet"),
        (lambda w, t: tree_edits.move(w, t[0], t[4], actor="Bob"), "another facet"),
        (lambda w, t: tree_edits.retire(w, 999, actor="Bob"), "no category"),
        (lambda w, t: tree_edits.edit(w, t[0], {"color": "red"}, actor="Bob"), "#RRGGBB"),
    ],
)
def test_what_cannot_be_is_refused(loaded, change, words) -> None:
    scene, tree = loaded
    before = tree_of(scene.workspace)
    with pytest.raises(InputError, match=words):
        change(scene.workspace, tree)
    assert tree_of(scene.workspace) == before


def test_a_fourth_level_is_refused(loaded) -> None:
    scene, (nature, games, _pages, beach, *_rest) = loaded
    split.split(scene, beach, [{"name": "sand"}, {"name": "rocks"}], actor="Bob")
    with pytest.raises(InputError, match="level 4"):
        tree_edits.move(scene.workspace, nature, games, actor="Bob")


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "😀🏔", "طبيعة", "自然", "x" * 200, "../../x"])
def test_any_name_is_only_a_name(loaded, name) -> None:
    scene, (nature, *_rest) = loaded
    tree_edits.edit(scene.workspace, nature, {"name": name}, actor="Bob")
    assert name in {c.name for c in tree_of(scene.workspace)}


def test_keys_are_chosen_and_the_rest_follow(loaded) -> None:
    scene, (nature, games, *_rest) = loaded
    tree_edits.edit(scene.workspace, games, {"key": 1}, actor="Bob")
    keys = {c.id: c.key for c in tree_of(scene.workspace)}
    assert keys[games] == "1"
    assert sorted(map(int, keys.values())) == list(range(1, len(keys) + 1))
    with pytest.raises(InputError, match="share the key 1"):
        tree_edits.edit(scene.workspace, nature, {"key": 1}, actor="Bob")
    batch = tree_edits.edit(scene.workspace, games, {"key": ""}, actor="Bob").batch
    assert {c.id: c.key for c in tree_of(scene.workspace)}[nature] == "1"
    take_back(scene.workspace, batch)
    assert {c.id: c.key for c in tree_of(scene.workspace)}[games] == "1"


def test_a_category_is_added_with_its_prompts_and_taken_back(loaded) -> None:
    scene, (nature, *_rest) = loaded
    before = rows(scene.workspace), tree_of(scene.workspace), texts_of(scene.workspace).categories
    seen = tree_edits.add(scene.workspace, "hills", nature, prompts=["a hill"], actor="Bob", preview=True)
    assert (seen.batch, seen.labels) == (None, 0), "nature has a child already, so it is not a class that is lost"
    done = tree_edits.add(scene.workspace, "hills", nature, prompts=["a hill"], actor="Bob")
    opened = next(c for c in tree_of(scene.workspace) if c.path == "nature/hills")
    assert [p.text for p in texts_of(scene.workspace).categories[opened.id]] == ["a hill"]
    take_back(scene.workspace, done.batch)
    assert (rows(scene.workspace), tree_of(scene.workspace), texts_of(scene.workspace).categories) == before
    third = tree_edits.add(scene.workspace, "sand", made_id(scene, "nature/beach"), prompts=["sand"], actor="Bob")
    assert third.batch
    with pytest.raises(InputError, match="level 3"):
        tree_edits.add(scene.workspace, "grain", made_id(scene, "nature/beach/sand"), prompts=["x"], actor="Bob")


def made_id(scene: Loaded, path: str) -> int:
    return next(c.id for c in tree_of(scene.workspace) if c.path == path)


def test_the_first_category_of_all_publishes_the_first_version(empty) -> None:
    done = tree_edits.add(empty, "nature", prompts=["a forest"], actor="Bob")
    assert done.version == 1
    assert [c.name for c in tree_of(empty)] == ["nature"]
    take_back(empty, done.batch)
    assert tree_of(empty) == []


def test_the_same_name_under_two_parents(loaded) -> None:
    scene, (_nature, games, *_rest) = loaded
    split.split(scene, games, [{"name": "beach"}, {"name": "hill"}], actor="Bob")
    assert sorted(c.path for c in tree_of(scene.workspace) if c.name == "beach") == ["games/beach", "nature/beach"]


def test_a_draft_is_carried_over(loaded) -> None:
    scene, (nature, games, pages, *_rest) = loaded
    with scene.workspace.engine.begin() as connection:
        ann = actors.id_of(connection, "Ann")
        mine = PromptSet(
            {**prompts.published(connection).prompts.categories, pages: (Prompt("my draft"),)}, ("{name}",)
        )
        prompts.save_draft(connection, mine, base=1, actor_id=ann)
    tree_edits.merge(scene.workspace, games, nature, actor="Bob")
    with scene.workspace.read() as connection:
        draft = prompts.draft(connection, ann)
    assert (draft.base, draft.actor) == (2, "Ann")
    assert [p.text for p in draft.prompts.categories[pages]] == ["my draft"]
    assert len(draft.prompts.categories[nature]) == 2
    assert games not in draft.prompts.categories


def test_undo_keeps_what_was_changed_since(loaded) -> None:
    scene, (nature, *_rest) = loaded
    first = tree_edits.edit(scene.workspace, nature, {"name": "outside"}, actor="Bob").batch
    tree_edits.edit(scene.workspace, nature, {"description": "all that grows"}, actor="Bob")
    tree_edits.edit(scene.workspace, nature, {"name": "out there"}, actor="Bob")
    with pytest.raises(InputError, match="left to undo"):
        take_back(scene.workspace, first)
    result = next(c for c in tree_of(scene.workspace) if c.id == nature)
    assert (result.name, result.description) == ("out there", "all that grows")


def test_pages_still_read_a_tree_that_was_changed(demo_snapshot) -> None:
    nature, game, document = (c.id for c in demo_snapshot.categories.classes())
    children = [{"name": "land", "prompts": ["a forest"]}, {"name": "sea", "prompts": ["the sea"]}]
    split.split(demo_snapshot, nature, children, actor="Bob")
    tree_edits.retire(demo_snapshot.workspace, document, actor="Bob")
    page = grid.tiles(demo_snapshot, grid.TileQuery(limit=300))
    assert len(page["tiles"]) == 300
    assert {tile["category"] for tile in page["tiles"]} == {c.id for c in demo_snapshot.categories.classes()} | {
        document
    }
    assert {c.name for c in demo_snapshot.categories.classes()} == {"land", "sea", "animation_game"}
    assert draft_effect.draft(demo_snapshot, {"categories": []})["moves"] == []
    assert game in demo_snapshot.classifiers.in_use().scorer.classes


def test_a_change_of_the_tree_is_a_new_revision(loaded) -> None:
    scene, (nature, *_rest) = loaded
    with scene.workspace.read() as connection:
        before = workspace.revision(connection)
    batch = tree_edits.edit(scene.workspace, nature, {"color": "#123456"}, actor="Bob").batch
    with scene.workspace.read() as connection:
        between = workspace.revision(connection)
    take_back(scene.workspace, batch)
    with scene.workspace.read() as connection:
        assert len({before, between, workspace.revision(connection)}) == 3


OPERATIONS = (
    "add",
    "rename",
    "recolour",
    "key",
    "describe",
    "move",
    "merge",
    "retire",
    "split",
    "label",
    "undo",
    "undo",
)
steps = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 40), st.integers(0, 40)), min_size=50, max_size=50
)


def drawn(opened: Workspace, step: tuple[str, int, int]) -> tuple[int, int]:
    """The two categories in use that a step names."""
    ids = [c.id for c in tree_of(opened)] or [1]
    return ids[step[1] % len(ids)], ids[step[2] % len(ids)]


def operate(scene: Loaded, step: tuple[str, int, int], done: list[str], number: int) -> str:
    """One random operation; the batch that takes it back."""
    name, a, b = step
    opened = scene.workspace
    one, two = drawn(opened, step)
    if name == "undo":
        return take_back(opened, done[a % len(done)] if done else "none")
    if name == "label":
        with opened.engine.begin() as connection:
            batch = Batch(actors.id_of(connection, ("Ann", "Cleo")[b % 2]), "human")
            value = ("yes", "yes", "no", "unsure")[a % 4]
            labels.write(connection, batch, [Change(int(scene.ids[b % ITEMS]), one, value)])
            return batch.id
    if name == "split":
        entries = [{"name": f"{number}-{k}", "prompts": [f"{number} {k}"]} for k in range(2)]
        effect = split.split(scene, one, entries, actor="Bob")  # type: ignore[arg-type]
    elif name == "add":
        effect = tree_edits.add(opened, f"new {b % 7}", one if a % 2 else None, prompts=[f"prompt {b}"], actor="Bob")
    elif name == "key":
        effect = tree_edits.edit(opened, one, {"key": b % 20 + 1}, actor="Bob")
    elif name == "move":
        effect = tree_edits.move(opened, one, two if b % 3 else None, actor="Bob")
    elif name == "merge":
        effect = tree_edits.merge(opened, one, two, actor="Bob")
    elif name == "retire":
        effect = tree_edits.retire(opened, one, actor="Bob")
    elif name == "rename":
        effect = tree_edits.edit(opened, one, {"name": f"name {b % 5}"}, actor="Bob")
    elif name == "recolour":
        effect = tree_edits.edit(opened, one, {"color": f"#0000{b:02d}"}, actor="Bob")
    else:
        effect = tree_edits.edit(opened, one, {"description": f"text {b}"}, actor="Bob")
    assert effect.batch is not None
    return effect.batch


def spoken(row: dict[str, Any]) -> tuple[Any, ...]:
    """What was said and by whom, when and from what, wherever the row stands now."""
    return (row["value"], *(row[name] for name in relabel.PROVENANCE))


def strength(row: dict[str, Any]) -> tuple[int, int]:
    """Which of two labels of an item stands when their categories become one."""
    return RANK[row["source"]], ("no", "unsure", "yes").index(row["value"])


def nothing_lost(step: str, pair: tuple[int, int], before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """Of two labels that a merge makes one the stronger stands as it was said; a split moves a machine's; else each row stays."""
    old, new = ({(r["item_id"], r["category_id"]): r for r in state} for state in (before, after))
    if step == "split":
        assert answered(after) >= answered(before)
        old, new = ({k: r for k, r in result.items() if not relabel.machine(r)} for result in (old, new))
    source, target = pair
    met = [item for (item, c), r in old.items() if c == source and r["value"] != "no"] if step == "merge" else []
    for item in met:
        both = [old.pop((item, c)) for c in pair if (item, c) in old]
        stands = new.pop((item, target))
        assert spoken(stands) in [spoken(row) for row in both]
        assert strength(stands) == max(strength(row) for row in both)
    assert new == old


def answered(state: list[dict[str, Any]]) -> set[tuple[int, int]]:
    """Items with a yes or unsure in a facet, and those where a person's no stands in a proposal's way."""
    return {(r["item_id"], r["facet_id"]) for r in state if r["value"] != "no" or r["source"] == "human"}


@given(steps)
# Shrinking fifty steps of real transactions takes minutes; the failing steps are printed as they are.
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.reuse, Phase.generate))
def test_fifty_random_changes_lose_nothing_and_are_undone_exactly(work) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scene, _ = build(Path(folder) / "ws")
        opened = scene.workspace
        done: list[str] = []
        history = []
        past = events(opened)
        for number, step in enumerate(work):
            before = rows(opened), tree_of(opened), texts_of(opened).categories
            pair = drawn(opened, step)
            with opened.read() as connection:
                ids = {c.id for c in taxonomy.categories(connection, retired=True)}
            try:
                batch = operate(scene, step, done, number)
            except InputError:
                assert (rows(opened), tree_of(opened), texts_of(opened).categories) == before
                continue
            after = rows(opened)
            if step[0] not in ("label", "undo"):
                nothing_lost(step[0], pair, before[0], after)
            answer = events(opened)
            assert answer[: len(past)] == past
            past = answer
            with opened.read() as connection:
                assert ids <= {c.id for c in taxonomy.categories(connection, retired=True)}
                state = {(r["item_id"], r["category_id"]): (r["value"], r["source"], r["event_id"]) for r in after}
                assert undo.replay(connection) == state
            done.append(batch)
            history.append((batch, before))
        for batch, before in reversed(history):
            take_back(opened, batch)
            assert (rows(opened), tree_of(opened), texts_of(opened).categories) == before
        opened.engine.dispose()
