"""A watched folder: what stands still is taken, what grows waits, what moves or goes is followed."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import cli
import sample_data
from cli.services.watching import EVERY_S
from errors import InputError
from labeling import overview
from labeling.categories import tree_edits
from maintenance import watching
from maintenance.watching import Round
from store import workspace
from store.items import items
from store.ledger import label_rows, labels, undo
from store.ledger.events import Batch, Change
from store.project import taxonomy
from store.team import actors
from store.workspace import Workspace

PICTURES = sorted(sample_data.images_folder().iterdir())[60:64]


class EnoughError(Exception):
    """Ends a watch that would go on."""


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Iterator[tuple[Workspace, Path]]:
    """A workspace of thirty images, and an empty folder."""
    opened = workspace.open_workspace(Path(shutil.copytree(built, tmp_path / "demo")))
    folder = tmp_path / "in"
    folder.mkdir()
    yield opened, folder
    opened.engine.dispose()


def rounds(opened: Workspace, folder: Path, *steps: Callable[[], object]) -> list[Round]:
    """What a watch says while between its looks something happens in the folder; two more looks follow."""
    left = iter([*steps, lambda: None, lambda: None])
    seen: list[Round] = []

    def rest(seconds: float) -> None:
        assert seconds >= watching.EVERY_S
        step = next(left, None)
        if step is None:
            raise EnoughError
        step()

    with contextlib.suppress(EnoughError):
        for done in watching.watch(opened, folder, rest=rest):
            seen.append(done)
    assert next(left, None) is None
    return seen


def counts(done: Round) -> tuple[int, int, int]:
    return done["added"], done["duplicates"], done["proposed"]


def test_what_comes_is_added_proposed_and_counted(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    (folder / "sub").mkdir()
    with opened.engine.begin() as connection:
        [first, *_] = items.labelable(connection)
        [standing] = [row for row in label_rows.by_item_name(connection, ("yes",)) if row.item_id == first.id]
        batch = Batch(actors.id_of(connection, "Ann"), "human")
        labels.write(connection, batch, [Change(first.id, standing.category_id)])
    assert overview.arrivals_of(opened) is None
    [waits, done] = rounds(opened, folder, lambda: [shutil.copy(path, folder / "sub") for path in PICTURES])
    assert sorted(waits["growing"]) == [f"sub/{path.name}" for path in PICTURES], (
        "they have stood still for no look yet"
    )
    assert counts(done) == (4, 0, 4)
    assert not done["note"]
    new = overview.arrivals_of(opened)
    assert new is not None
    assert (new.images, new.folders) == (4, [str(folder)])
    assert new.since is not None
    with opened.engine.begin() as connection:
        later = Batch(actors.id_of(connection, "Ann"), "human")
        labels.write(connection, later, [Change(first.id, standing.category_id, "clear")])
    assert overview.arrivals_of(opened) is None, "somebody has labelled since"


def test_a_file_that_grows_waits(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    content, file = PICTURES[0].read_bytes(), folder / "a.jpg"

    def grow(size: int) -> Callable[[], object]:
        return lambda: file.write_bytes(content[:size])

    steps = [grow(0), lambda: None, grow(100), grow(2000), grow(len(content))]
    seen = rounds(opened, folder, *steps)
    assert [done["growing"] for done in seen] == [["a.jpg"], []], "said once, not at each look"
    assert counts(seen[-1]) == (1, 0, 1)
    assert not any(done["quarantined"] for done in seen)


def test_a_renamed_file_keeps_its_item_and_a_removed_one_its_label(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    for path in PICTURES[:2]:
        shutil.copy(path, folder)
    one, two = (folder / path.name for path in PICTURES[:2])
    still = (lambda: None,) * 3
    seen = rounds(opened, folder, *still, lambda: one.rename(folder / "new name.jpg"), *still, two.unlink)
    assert [(counts(done), done["gone"]) for done in seen if not done["growing"]] == [
        ((2, 0, 2), []),
        ((0, 1, 0), []),
        ((0, 0, 0), [two.name]),
    ]
    with opened.read() as connection:
        paths = {row.path for row in items.labelable(connection)}
    assert {str(folder / "new name.jpg"), str(two)} <= paths


def test_a_damaged_file_is_told_once_and_taken_when_it_is_mended(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    file = folder / "bad.jpg"
    file.write_bytes(b"no picture")
    still = (lambda: None,) * 4
    seen = rounds(opened, folder, *still, lambda: shutil.copy(PICTURES[0], file))
    assert [len(done["quarantined"]) for done in seen if not done["growing"]] == [1, 0]
    assert counts(seen[-1]) == (1, 0, 1)
    with opened.read() as connection:
        assert items.quarantined(connection) == []


def test_what_is_here_already_is_not_read_again(place: tuple[Workspace, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    opened, folder = place
    shutil.copy(PICTURES[0], folder)
    assert len(rounds(opened, folder)) == 2
    monkeypatch.setattr(watching.adding, "add_walk", lambda *given, **more: pytest.fail("it was taken before"))
    assert rounds(opened, folder) == []


def test_a_folder_that_is_away_loses_nothing(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    shutil.copy(PICTURES[0], folder)
    away = folder.with_name("away")
    still = (lambda: None,) * 2
    seen = rounds(opened, folder, *still, lambda: folder.rename(away), *still, lambda: away.rename(folder), *still)
    assert [done["note"] for done in seen if done["note"]] == [f"{folder} cannot be reached. Is it mounted?"]
    assert not any(done["gone"] for done in seen)
    assert sum(done["added"] for done in seen) == 1


def test_the_command_says_it_in_lines_of_json_and_ends_at_ctrl_c(
    place: tuple[Workspace, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, folder = place
    shutil.copy(PICTURES[0], folder)
    assert EVERY_S == watching.EVERY_S
    command = ["watch", str(opened.path), str(folder), "--every", "0.1"]
    assert cli.main([*command, "--once", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == 1
    shutil.copy(PICTURES[1], folder)
    looks = iter([None, None])

    def sleep(seconds: float) -> None:
        if next(looks, "over") == "over":
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    watch = watching.watch
    monkeypatch.setattr(watching, "watch", lambda *given, **more: watch(*given, **more, rest=sleep))
    assert cli.main([*command, "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("added") for line in lines] == [0, 1, 1]
    assert lines[-1] == {"stopped": True, "added": 1}
    assert cli.main(["watch", str(opened.path), str(folder / "absent")]) == 1


def test_a_folder_that_is_none_is_refused(place: tuple[Workspace, Path]) -> None:
    with pytest.raises(InputError, match="not a folder"):
        next(watching.watch(place[0], PICTURES[0]))


def test_what_comes_gets_labels_of_open_facets_and_what_is_there_stays(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    for name in ("drawn", "written"):
        tree_edits.add(opened, name, facet="tags", exclusive=False, prompts=[f"something {name}"], actor="Ann")
    with opened.read() as connection:
        before = {row.id for row in items.labelable(connection)}
        tags = {one.id for one in taxonomy.categories(connection) if one.name in ("drawn", "written")}
    [*_, done] = rounds(opened, folder, lambda: [shutil.copy(path, folder) for path in PICTURES])
    with opened.read() as connection:
        given = [row for row in label_rows.by_item_name(connection, ("yes",)) if row.category_id in tags]
    assert done["tagged"] == len(given) > 0
    assert {row.item_id for row in given}.isdisjoint(before)
    assert len(done["tag_batches"]) == 1
    with opened.engine.begin() as connection:
        undo.reverse_batch(connection, done["tag_batches"][0], actor_id=actors.id_of(connection, "Ann"))
        left = label_rows.by_item_name(connection, ("yes",))
    assert not [row for row in left if row.category_id in tags]
    assert done["proposed"] == len(PICTURES), "the class as well"


def test_a_file_that_is_taken_away_while_it_grows_is_no_news_any_more(place: tuple[Workspace, Path]) -> None:
    opened, folder = place
    (folder / "a.jpg").write_bytes(b"")
    waits, quiet = rounds(opened, folder, lambda: None, (folder / "a.jpg").unlink)
    assert (waits["growing"], quiet["growing"]) == (["a.jpg"], [])
