"""What happened, in words: single labels of one person are one row, and a change of the tree says what moved where."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from labeling import activity, activity_words
from labeling.categories import taxonomy_file, taxonomy_import, tree_edits
from labeling.review import decisions
from store.database import schema
from store.ledger import labels
from store.ledger.events import Batch, Change
from store.project import prompts
from store.project.prompt_set import Prompt, PromptSet

MORNING = dt.datetime(2026, 3, 2, 14, 2, tzinfo=dt.UTC)


def write(small, minutes: int, actor: int, changes: list[Change], **more: str) -> str:
    """One batch at a time of the day."""
    batch = Batch(actor, more.get("source", "human"), more.get("kind", "label"), more.get("note", ""))
    with small.workspace.engine.begin() as connection:
        labels.write(connection, batch, changes)
        at = MORNING + dt.timedelta(minutes=minutes)
        connection.execute(update(schema.batch).where(schema.batch.c.id == batch.id).values(at=at))
    return batch.id


def answer(small, limit: int = 50) -> list[str]:
    rows, _ = activity.recent(small.workspace, limit)
    return [activity_words.plain(row.words) for row in rows]


def test_single_labels_of_one_person_are_one_row(small) -> None:
    nature, games, _ = small.classes
    for k in range(6):
        write(small, k, small.ann, [Change(small.items[k], nature)])
        write(small, k, small.bob, [Change(small.items[6 + k // 2], (nature, games)[k % 2])])
    rows, more = activity.recent(small.workspace, 50)
    assert sorted(answer(small)) == ["Ann labelled 6 images as nature", "Bob labelled 3 images"]
    assert not more
    ann = next(row for row in rows if row.words[0].startswith("Ann"))
    assert (ann.first, ann.last) == (MORNING, MORNING + dt.timedelta(minutes=5))
    assert ann.labels == 6
    assert len(ann.parts) == 6


def test_a_pause_or_something_else_ends_a_run(small) -> None:
    nature, games, document = small.classes
    for k in range(2):
        write(small, k, small.ann, [Change(small.items[k], nature)])
    write(small, 3, small.ann, [Change(item, games) for item in small.items[2:6]])
    for k in (6, 7):
        write(small, k, small.ann, [Change(small.items[k], document)])
    write(small, 60, small.ann, [Change(small.items[9], nature)])
    assert answer(small) == [
        "Ann labelled 1 image as nature",
        "Ann labelled 2 images as document",
        "Ann labelled 4 images as animation_game",
        "Ann labelled 2 images as nature",
    ]


def test_what_was_taken_back_within_a_run_is_counted_in_it(small) -> None:
    nature = small.classes[0]
    for k in range(3):
        newest = write(small, -k, small.ann, [Change(small.items[k], nature)])
    undone = decisions.undo_batch(small.workspace, "Ann", newest)
    with small.workspace.engine.begin() as connection:
        connection.execute(update(schema.batch).where(schema.batch.c.id == undone.batch_id).values(at=MORNING))
    assert answer(small) == ["Ann labelled 2 images as nature, took 1 back"]


def test_each_answer_has_its_words(small) -> None:
    nature = small.classes[0]
    answers = {
        "no": "ruled out nature for 2 images",
        "unsure": "was unsure about 2 images",
        "clear": "took the label off 2 images",
    }
    for k, value in enumerate(answers):
        write(small, k, small.ann, [Change(item, nature, value) for item in small.items[:2]])
    write(small, 8, small.bob, [Change(item, nature) for item in small.items[3:6]], source="neighbour")
    write(small, 9, small.machine, [Change(item, nature) for item in small.items[6:9]], source="head", kind="propose")
    assert answer(small) == [
        "The head proposed labels, nothing that a person decided was changed",
        "Bob labelled 3 images as nature, through their neighbours",
        *(f"Ann {words}" for words in reversed(answers.values())),
    ]


def test_a_change_of_the_tree_says_what_went_where(small) -> None:
    nature, games, document = small.classes
    with small.workspace.engine.begin() as connection:
        texts = {n: (Prompt(f"prompt {n}"),) for n in small.classes}
        prompts.publish(connection, PromptSet(texts), note="", actor_id=small.ann)
    edit = {"actor": "pat"}
    tree_edits.move(small.workspace, games, nature, **edit)
    assert answer(small)[0] == "pat moved animation_game below nature"
    moved = activity.recent(small.workspace, 1)[0][0]
    assert moved.words == ("pat moved ", "animation_game", " below ", "nature", "")
    assert moved.labels == 0
    batch = tree_edits.edit(small.workspace, document, {"name": "paper", "color": "#112233"}, **edit).batch
    assert answer(small)[0] == "pat renamed document to paper"
    decisions.undo_batch(small.workspace, "Ann", batch)
    assert answer(small)[0] == "Ann took back what pat did: renamed document to paper"
    tree_edits.edit(small.workspace, document, {"key": 7}, **edit)
    assert answer(small)[0] == "pat changed the key of document"
    tree_edits.add(small.workspace, "forest", nature, prompts=["trees"], **edit)
    assert answer(small)[0] == "pat added forest below nature"
    tree_edits.move(small.workspace, games, None, **edit)
    assert answer(small)[0] == "pat moved animation_game to the top"
    tree_edits.merge(small.workspace, games, document, **edit)
    assert answer(small)[0] == "pat merged animation_game into document"
    tree_edits.retire(small.workspace, nature, **edit)
    assert answer(small)[0] == "pat retired nature and 1 below it"
    text = "categories: [{name: city, prompts: [a street]}, {name: sky, prompts: [clouds]}]"
    content = taxonomy_file.parse_taxonomy(text, "tree.yaml")
    taxonomy_import.import_file(small.workspace, content, name="tree.yaml", **edit)
    assert answer(small)[0] == "pat imported tree.yaml: 2 new"


def test_a_long_run_is_read_to_its_end(small) -> None:
    nature = small.classes[0]
    for k in range(activity.FIRST_READ + 30):
        write(small, k // 20, small.ann, [Change(small.items[k % 12], nature if k % 24 < 12 else small.classes[1])])
    write(small, -60, small.bob, [Change(item, nature) for item in small.items])
    rows, more = activity.recent(small.workspace, 1)
    assert len(rows[0].parts) == activity.FIRST_READ + 30
    assert more
