"""The examples in the documentation of `sceneloop`, one after the other in one workspace; and what they leave out."""

from __future__ import annotations

import doctest
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import sample_data
import sceneloop
from errors import EncoderError, InputError
from labeling.exchange.formats.label_set import Choice, Images
from sceneloop import project

CALLS = ("open", "add", "propose", "suspects", "label", "train", "predict", "segment", "export", "frame")


@pytest.fixture(scope="module")
def folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples run: the workspace `demo`, the pictures that it holds, and a clip."""
    place = tmp_path_factory.mktemp("notebook")
    shutil.copytree(built, place / "demo")
    shutil.copytree(built.parent / "pictures", place / "pictures")
    shutil.copy(sorted(sample_data.clips_folder().glob("*.mp4"))[0], place / "clip.mp4")
    return place


@pytest.fixture
def opened(folder: Path) -> Iterator[project.Project]:
    with sceneloop.open(folder / "demo", actor="Ann") as there:
        yield there


def examples() -> dict[str, doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    parts = [*finder.find(sceneloop, "sceneloop", module=sceneloop), *finder.find(project.Project, "Project")]
    return {part.name.rpartition(".")[2]: part for part in parts if part.examples}


def test_every_call_has_an_example_that_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    parts = examples()
    assert {"sceneloop", *CALLS} <= set(parts)
    shared: dict[str, object] = {}
    for name in ("sceneloop", *CALLS[:8], "export", "frame"):
        parts[name].globs = shared
        result = doctest.DocTestRunner(optionflags=doctest.REPORT_NDIFF).run(parts[name], clear_globs=False)
        assert result.failed == 0, f"{name}: {result}"
    opened = shared["project"]
    assert isinstance(opened, project.Project)
    opened.close()


def test_the_module_gives_the_calls_and_nothing_else(opened: project.Project) -> None:
    assert set(sceneloop.__all__) == {"Project", "open"}
    public = {name for name in vars(project.Project) if name[0] != "_"}
    assert public == {*CALLS[1:], "close", "snapshot"}


def test_what_was_written_is_read_back(opened: project.Project) -> None:
    frame = opened.frame()
    file = str(frame["file"][0])
    assert opened.label(pd.DataFrame({"file": [file], "class": ["document"]})).labelled == 1
    row = opened.frame().set_index("file").loc[file]
    assert (row["class"], row["source"], row["actor"]) == ("document", "human", "Ann")
    assert opened.label({file: "nature"}, source="import").conflicts == ["line 1: a person has labelled it already"]


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({"a.jpg": "no such class"}, "no such class"),
        (pd.DataFrame({"file": ["a.jpg"]}), "no column 'class'"),
        (pd.DataFrame({"file": ["a.jpg"], "class": [float("nan")]}), "Row 1: class is nan"),
        (pd.DataFrame({"file": ["a.jpg"], "class": ["nature"], "value": ["perhaps"]}), "yes or no"),
    ],
)
def test_wrong_labels_are_refused_whole(
    opened: project.Project, labels: dict[str, str] | pd.DataFrame, words: str
) -> None:
    before = opened.frame()
    with pytest.raises(InputError, match=words):
        opened.label(labels)
    pd.testing.assert_frame_equal(opened.frame(), before)


def test_a_word_that_is_none_is_refused(opened: project.Project, folder: Path) -> None:
    for call in (
        lambda: opened.label({}, source="machine"),
        lambda: opened.segment(folder / "clip.mp4", smoothing="lots"),
        lambda: opened.segment(folder / "clip.mp4", aggregator="best"),
        lambda: opened.export("xlsx", folder / "out.xlsx"),
        lambda: opened.export("csv", folder / "out.csv", choice=Choice(people=True)),
        lambda: opened.propose("neighbours", facet="tags"),
        lambda: sceneloop.open(folder / "absent"),
        lambda: sceneloop.open(folder / "demo", actor="machine"),
    ):
        with pytest.raises(InputError):
            call()


def test_another_tool_s_format_says_what_it_loses(opened: project.Project, folder: Path) -> None:
    done = opened.export("coco", folder / "coco", choice=Choice(images=Images.NONE), dry_run=True)
    assert done["written"] is False
    assert not (folder / "coco").exists()


def test_a_model_that_is_none_leaves_no_folder(folder: Path) -> None:
    with pytest.raises(EncoderError):
        sceneloop.open(folder / "new", classes=["a"], model=str(folder / "pictures"))
    assert not (folder / "new").exists()
