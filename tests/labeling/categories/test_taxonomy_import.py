"""A taxonomy file into a workspace that has categories: seen first, done as one batch, taken back whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from errors import InputError
from labeling.categories import taxonomy_file, taxonomy_import
from labeling.categories.taxonomy_import import Imported
from labeling.review import decisions
from store.items import items
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import prompts, taxonomy
from store.project.prompt_set import Prompt
from store.team import actors
from store.workspace import Workspace

BEFORE = """templates: ['a photo of {name}']
categories:
- {name: nature, prompts: [a landscape]}
- {name: forest, prompts: [trees]}
- {name: sea, parent: nature, prompts: [waves]}
- {name: game_picture, prompts: [a game]}
- {name: old, prompts: [something old]}
"""
AFTER = """categories:
- {name: nature, prompts: [a landscape, mountains]}
- {name: forest, parent: nature, prompts: [trees]}
- {name: sea, parent: nature, prompts: [waves]}
- {name: Game picture, prompts: [a game]}
- {name: city, prompts: [a street]}
"""


@pytest.fixture
def begun(empty: Workspace) -> Workspace:
    """A workspace with five categories, two of them labelled."""
    taxonomy_file.set_taxonomy(empty, taxonomy_file.parse_taxonomy(BEFORE, "before.yaml"), actor="Ann")
    ids = ids_of(empty)
    with empty.engine.begin() as connection:
        new = [items.NewItem("image", f"/x/{k}.jpg", f"{k}.jpg", sha256=f"{k:064d}") for k in range(3)]
        numbers = items.add(connection, new)
        ann = actors.id_of(connection, "Ann")
        labels.write(
            connection, Batch(ann, "human"), [Change(numbers[0], ids["forest"]), Change(numbers[1], ids["old"])]
        )
    return empty


def ids_of(opened: Workspace) -> dict[str, int]:
    with opened.read() as connection:
        return {c.path: c.id for c in taxonomy.categories(connection)}


def texts_of(opened: Workspace) -> dict[str, list[str]]:
    with opened.read() as connection:
        own = prompts.published(connection).prompts.categories
        return {c.path: [p.text for p in own.get(c.id, ())] for c in taxonomy.categories(connection)}


def content(text: str) -> taxonomy_file.TaxonomyFile:
    return taxonomy_file.parse_taxonomy(text, "after.yaml")


def bring(
    opened: Workspace,
    text: str = AFTER,
    renamed: dict[int, int] | None = None,
    retired: tuple[int, ...] = (),
    *,
    preview: bool = False,
) -> Imported:
    return taxonomy_import.import_file(
        opened, content(text), name="after.yaml", renamed=renamed, retired=retired, actor="Bob", preview=preview
    )


def test_a_preview_says_what_is_new_renamed_and_missing_and_writes_nothing(begun: Workspace) -> None:
    before, texts = ids_of(begun), texts_of(begun)
    seen = bring(begun, preview=True)
    assert [row["path"] for row in seen.new] == ["nature/forest", "Game picture", "city"]
    fate = {row["path"]: (row["labels"], row["becomes"], row["retired"]) for row in seen.missing}
    assert fate == {"forest": (1, 2, False), "game_picture": (0, 4, False), "old": (1, None, False)}
    assert seen.changed == ["nature"]
    assert seen.same == 1, "the sea"
    assert seen.effect.batch is None
    assert (ids_of(begun), texts_of(begun)) == (before, texts)


def test_an_import_keeps_ids_labels_and_what_the_file_does_not_name(begun: Workspace) -> None:
    before = ids_of(begun)
    bring(begun)
    after = ids_of(begun)
    assert after["nature/forest"] == before["forest"]
    assert after["Game picture"] == before["game_picture"]
    assert set(after) == {"nature", "nature/forest", "nature/sea", "Game picture", "city", "old"}
    assert texts_of(begun)["nature"] == ["a landscape", "mountains"]
    assert texts_of(begun)["old"] == ["something old"]


def test_one_undo_takes_all_of_it_back(begun: Workspace) -> None:
    before, texts = ids_of(begun), texts_of(begun)
    done = bring(begun, AFTER + "templates: ['a drawing of {name}']\n", retired=(before["old"],))
    assert "old" not in ids_of(begun)
    assert done.settings == ["templates"]
    decisions.undo_batch(begun, "Bob", done.effect.batch)
    assert (ids_of(begun), texts_of(begun)) == (before, texts)
    with begun.read() as connection:
        assert prompts.published(connection).prompts.templates == ("a photo of {name}",)


def test_prompts_alone_are_one_batch_too(begun: Workspace) -> None:
    texts = texts_of(begun)
    done = bring(begun, BEFORE.replace("waves", "the open sea"))
    assert (done.new, done.missing, done.changed) == ([], [], ["nature/sea"])
    assert texts_of(begun)["nature/sea"] == ["the open sea"]
    decisions.undo_batch(begun, "Bob", done.effect.batch)
    assert texts_of(begun) == texts
    with pytest.raises(InputError, match="Nothing of this batch is left"):
        decisions.undo_batch(begun, "Bob", done.effect.batch)


def test_a_choice_of_the_person_goes_before_what_is_suggested(begun: Workspace) -> None:
    before = ids_of(begun)
    bring(begun, renamed={before["old"]: 5})
    after = ids_of(begun)
    assert after["city"] == before["old"]
    assert after["nature/forest"] != before["forest"] == after["forest"]


def test_a_renamed_branch_takes_its_children_along(begun: Workspace) -> None:
    before = ids_of(begun)
    text = BEFORE.replace("name: nature", "name: outdoors").replace("parent: nature", "parent: outdoors")
    seen = bring(begun, text, preview=True)
    assert {row["path"]: row["becomes"] for row in seen.missing} == {"nature": 1, "nature/sea": 3}
    bring(begun, text)
    assert ids_of(begun)["outdoors/sea"] == before["nature/sea"]
    assert ids_of(begun)["outdoors"] == before["nature"]


def test_a_prompt_that_is_switched_off_stays_off(begun: Workspace) -> None:
    with begun.engine.begin() as connection:
        published = prompts.published(connection).prompts
        own = {n: tuple(prompts_with_one_off(texts)) for n, texts in published.categories.items()}
        ann = actors.id_of(connection, "Ann")
        prompts.publish(connection, replace(published, categories=own), note="", actor_id=ann)
    with pytest.raises(InputError, match="Nothing would change"):
        bring(begun, BEFORE)


def prompts_with_one_off(texts: tuple[Prompt, ...]) -> list[Prompt]:
    return [*texts, Prompt("not now", on=False)]


def test_a_choice_that_cannot_be_is_refused_and_nothing_written(begun: Workspace) -> None:
    before = ids_of(begun)
    with pytest.raises(InputError, match="The category with id 999 is not missing"):
        bring(begun, renamed={999: 5})
    with pytest.raises(InputError, match="Entry 1 of the file is not a new category"):
        bring(begun, renamed={before["old"]: 1})
    with pytest.raises(InputError, match="is not missing from the file"):
        bring(begun, retired=(before["nature"],))
    with pytest.raises(InputError, match="cannot become the same entry"):
        bring(begun, renamed={before["old"]: 5, before["forest"]: 5})
    with pytest.raises(InputError, match="cannot lie below itself"):
        bring(begun, "categories: [{name: cove, parent: sea, prompts: [a cove]}]", {before["nature"]: 1})
    assert ids_of(begun) == before


def test_a_parent_without_prompts_speaks_with_its_children_and_adds_no_templates(empty: Workspace) -> None:
    text = "categories: [{name: a, prompts: [x]}, {name: b}, {name: c, parent: b, prompts: [y]}]"
    assert bring(empty, text).settings == []
    assert bring(empty, "categories: [{name: d}]").settings == ["templates"], "it has nothing else to be known by"


def test_what_was_exported_changes_nothing(begun: Workspace) -> None:
    text = yaml.safe_dump(taxonomy_file.show_prompts(begun), sort_keys=False)
    with pytest.raises(InputError, match="Nothing would change"):
        bring(begun, text)


def test_five_hundred_leaves_come_in_time_and_go_again(begun: Workspace) -> None:
    before = ids_of(begun)
    done = bring(begun, large(10, 10, 5))
    assert len(done.new) == 10 + 100 + 500
    decisions.undo_batch(begun, "Bob", done.effect.batch)
    assert ids_of(begun) == before


def large(tops: int, middles: int, leaves: int) -> str:
    rows = []
    for a in range(tops):
        rows.append({"name": f"branch {a}"})
        for b in range(middles):
            rows.append({"name": f"twig {a}.{b}", "parent": f"branch {a}"})
            rows += [
                {"name": f"leaf {a}.{b}.{c}", "parent": f"twig {a}.{b}", "prompts": [f"a picture of {a} {b} {c}"]}
                for c in range(leaves)
            ]
    return yaml.safe_dump({"categories": rows})
