"""What a `file` column means: one item, none, or several, never silently the last one."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naming import class_above, class_parts, class_path, file_name
from store import workspace
from store.items import items
from store.items.file_names import Names, handles
from store.items.items import NewItem
from store.workspace import Workspace

NFC, NFD = "d\u00e9j\u00e0/caf\u00e9.jpg", "de\u0301ja\u0300/cafe\u0301.jpg"


def digest(of: object) -> str:
    return hashlib.sha256(str(of).encode()).hexdigest()


def filled(target: Workspace, *files: tuple[str, str]) -> list[int]:
    """Items of (name, path), with bytes of their own."""
    with target.engine.begin() as connection:
        start = sum(items.count(connection).values())
        new = [NewItem("image", path, name, sha256=digest(start + k)) for k, (name, path) in enumerate(files)]
        return items.add(connection, new)


def names_of(target: Workspace) -> Names:
    with target.read() as connection:
        return Names(connection)


def twins(target: Workspace) -> list[int]:
    return filled(target, *[("cat/000.jpg", f"/d/{split}/cat/000.jpg") for split in ("train", "val", "test")])


def test_a_name_of_several_items_means_none_of_them(empty: Workspace) -> None:
    ids = twins(empty)
    names = names_of(empty)
    assert names.match("cat/000.jpg") == names.match("000.jpg") == names.match(r".\cat\000.jpg") == tuple(ids)
    assert names.find("cat/000.jpg") is None
    assert [names.handle(number) for number in ids] == ["train/cat/000.jpg", "val/cat/000.jpg", "test/cat/000.jpg"]
    assert [names.find(names.handle(number)) for number in ids] == ids
    assert names.choices(ids) == "train/cat/000.jpg or val/cat/000.jpg or test/cat/000.jpg"


@pytest.mark.parametrize(
    "asked",
    [
        "train/cat/000.jpg", "./train/cat/000.jpg", r"train\cat\000.jpg", "train//cat/./000.jpg", " train/cat/000.jpg ",
        "/d/train/cat/000.jpg", "d/train/cat/000.jpg", r"C:\data\train\cat\000.jpg", "/nowhere/else/train/cat/000.jpg",
        "images/train/cat/000.jpg", r"\\server\share\train\cat\000.jpg",
    ],
)  # fmt: skip
def test_more_of_the_path_tells_twins_apart(empty: Workspace, asked: str) -> None:
    train, *_ = twins(empty)
    assert names_of(empty).find(asked) == train


@pytest.mark.parametrize(
    "asked", ["val/cat/000.jpg", "cat/001.jpg", "xcat/000.jpg", "/d/val/cat/000.jpg", "", ".", "/", "jpg"]
)
def test_what_contradicts_the_path_is_not_meant(empty: Workspace, tmp_path: Path, asked: str) -> None:
    (tmp_path / "d" / "val" / "cat").mkdir(parents=True)
    filled(empty, ("cat/000.jpg", str(tmp_path / "d/train/cat/000.jpg")))
    asked = asked.replace("/d/", f"{tmp_path}/d/")
    assert names_of(empty).match(asked) == ()


@pytest.mark.parametrize(("stored", "asked"), [(NFC, NFD), (NFD, NFC), (NFC, NFC), (NFD, NFD)])
def test_letters_are_compared_composed(empty: Workspace, stored: str, asked: str) -> None:
    [number] = filled(empty, (stored, f"/in/{stored}"))
    names = names_of(empty)
    for name in (asked, f"./{asked}", asked.rpartition("/")[2], f"/in/{asked}"):
        assert names.find(name) == number


def test_files_whose_names_differ_in_form_alone_are_told_apart(empty: Workspace) -> None:
    pairs = [(NFC, NFD), ("a.jpg", " a.jpg"), ("b.jpg", "b.jpg "), ("c/d.jpg", r"c\d.jpg"), ("E.jpg", "e.jpg"), ("f.jpg", "f.jpg."),
             ("g.jpg", "g\u00a0.jpg"), ("😀.jpg", "😀\ufe0f.jpg"), ("h, \"i\"\n.jpg", "h, i.jpg"), ("x" * 255, "x" * 254)]  # fmt: skip
    files = list(itertools.chain.from_iterable(pairs))
    ids = filled(empty, *[(name, f"/in/{name}") for name in files])
    names = names_of(empty)
    assert [names.find(name) for name in files] == ids
    assert [names.handle(number) for number in ids] == files


def test_the_edge_of_a_name_may_be_lost_on_the_way(empty: Workspace) -> None:
    first, second = filled(empty, (" led.jpg", "/in/ led.jpg"), ("b.jpg ", "/in/b.jpg "))
    names = names_of(empty)
    assert (names.find("led.jpg"), names.find("b.jpg"), names.find("  b.jpg")) == (first, second, second)


def test_a_second_place_is_a_name_too_and_may_be_ambiguous(empty: Workspace) -> None:
    one, two = filled(empty, ("cat/000.jpg", "/d/train/cat/000.jpg"), ("cat/001.jpg", "/d/train/cat/001.jpg"))
    with empty.engine.begin() as connection:
        items.add_aliases(connection, [(two, "cat/000.jpg"), (two, "/d/test/cat/000.jpg")])
    names = names_of(empty)
    assert names.match("cat/000.jpg") == (one, two)
    assert names.find("test/cat/000.jpg") == names.find("/d/test/cat/000.jpg") == two
    assert names.handle(one) == "train/cat/000.jpg"
    assert names.handle(two) == "cat/001.jpg"


def test_what_was_replaced_is_called_by_its_bytes(empty: Workspace) -> None:
    old, new = filled(empty, ("a.jpg", "/in/a.jpg"), ("a.jpg", "/in/a.jpg"))
    with empty.engine.begin() as connection:
        items.mark_replaced(connection, [old])
    names = names_of(empty)
    assert names.find("a.jpg") == names.find("/in/a.jpg") == new
    assert names.handle(old).startswith("a.jpg#sha256=")
    assert names.find(names.handle(old)) == old


def test_frames_of_videos_of_one_name(empty: Workspace) -> None:
    with empty.engine.begin() as connection:
        films = items.add(connection, [NewItem("video", f"/{k}/f.mp4", "f.mp4", sha256=digest(k)) for k in "ab"])
        frames = items.add(
            connection,
            [
                NewItem("frame", f"/{k}/f.mp4", "f.mp4#t=1.5", parent_id=f, time_s=1.5)
                for k, f in zip("ab", films, strict=True)
            ],
        )
    names = names_of(empty)
    assert [names.handle(number) for number in frames] == ["a/f.mp4#t=1.5", "b/f.mp4#t=1.5"]
    assert [names.find(names.handle(number)) for number in films + frames] == films + frames
    assert names.match("f.mp4#t=1.5") == tuple(frames)


PART = st.text(st.sampled_from("ab. 'é\u0301\\#=+\n\"😀"), min_size=1, max_size=4).filter(
    lambda part: part not in (".", "..")
)
PATH = st.lists(PART, min_size=1, max_size=3).map("/".join)


@settings(max_examples=60, deadline=None)
@given(paths=st.lists(PATH, min_size=1, max_size=12, unique=True), cut=st.integers(0, 2))
def test_the_name_of_each_item_means_that_item(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str], cut: int
) -> None:
    opened = workspace.create(tmp_path_factory.mktemp("names") / "w")
    files = [("/".join(path.split("/")[min(cut, path.count("/")) :]), f"/root/{path}") for path in paths]
    ids = filled(opened, *files)
    names = names_of(opened)
    given_out = [names.handle(number) for number in ids]
    assert [names.find(name) for name in given_out] == ids
    with opened.read() as connection:
        assert handles(connection, ids) == dict(zip(ids, given_out, strict=True))
    opened.engine.dispose()


def test_one_form() -> None:
    assert file_name(r".\a//b\.\c.jpg") == "a/b/c.jpg"
    assert file_name("//server/x/") == "//server/x"
    assert file_name("C:\\x") == "C:/x"


@given(
    st.lists(
        st.text(st.sampled_from("ab/ "), min_size=1, max_size=6).filter(lambda n: n.strip("/") == n),
        min_size=1,
        max_size=3,
    )
)
def test_a_path_of_classes_is_read_back(parts: list[str]) -> None:
    assert class_parts(class_path(parts)) == parts
    assert class_above(class_path(parts)) == (class_path(parts[:-1]) if len(parts) > 1 else "")
