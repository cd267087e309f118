"""Files of classes as people write them: names as written, every refusal with its place."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import FrameType

import pytest

from errors import InputError
from labeling.categories import taxonomy_file
from labeling.categories.taxonomy_text import FileCategory, TaxonomyFile
from settings import ROOT
from store.project import prompts, taxonomy
from store.workspace import Workspace, create, open_workspace


def put(target: Workspace, text: str) -> list[str]:
    """The paths of the categories after a file was set."""
    taxonomy_file.set_taxonomy(target, taxonomy_file.parse_taxonomy(text, "tree.yaml"), actor="Ann")
    with target.read() as connection:
        return [c.path for c in taxonomy.categories(connection)]


NAMES = [*map(str, range(10)), "on", "yes", "no", "off", "007", "12:30", "1e3", "null", "~", "2024-01-01", "0x1F"]


@pytest.mark.parametrize(
    "form", ["- {{name: {name}}}", "- name: {name}", "- {{name: '{name}'}}", '- {{"name": "{name}"}}']
)
def test_names_are_texts_as_written(empty: Workspace, form: str) -> None:
    text = "categories:\n" + "\n".join(form.format(name=name) for name in NAMES)
    assert put(empty, text) == NAMES
    shown = taxonomy_file.show_prompts(empty)
    assert [entry["name"] for entry in shown["categories"]] == NAMES


def test_names_of_numbers_in_json(empty: Workspace) -> None:
    assert put(empty, '{"categories": [{"name": 0}, {"name": 1.50}, {"name": "2"}, {"name": true}]}') == [
        "0",
        "1.50",
        "2",
        "true",
    ]


def test_prompts_are_texts_as_written(empty: Workspace) -> None:
    put(empty, "categories:\n- name: a\n  prompts: [007, on, 12:30, null, 'a: b', ' two  spaces ', '']")
    with empty.read() as connection:
        (texts,) = prompts.published(connection).prompts.categories.values()
    assert [prompt.text for prompt in texts] == ["007", "on", "12:30", "null", "a: b", "two spaces"]


def test_a_child_may_come_before_its_parent(empty: Workspace) -> None:
    text = """categories:
- {name: oak, parent: plant/tree, prompts: [an oak]}
- {name: tree, parent: plant, prompts: [a tree]}
- {name: fir, parent: tree, prompts: [a fir]}
- {name: plant, prompts: [a plant]}
"""
    assert set(put(empty, text)) == {"plant", "plant/tree", "plant/tree/oak", "plant/tree/fir"}


def test_one_name_in_two_facets_is_two_categories(empty: Workspace) -> None:
    text = "facets: [{name: tags, exclusive: off}]\ncategories:\n- {name: a, facet: tags, prompts: [x]}\n- {name: a, prompts: [y]}"
    put(empty, text)
    with empty.read() as connection:
        assert len({c.facet_id for c in taxonomy.categories(connection)}) == 2
    assert len(put(empty, text)) == 2, "the same file again adds nothing"


REFUSED = {
    "categories:\n- name: a\n  promts: [a cat]": "line 3: category 1 (a) has a field 'promts' that nothing reads",
    "template: ['{name}']\ncategories:\n- {name: a}": "line 1: the file has a field 'template' that nothing reads",
    "facets:\n- {name: a, exklusive: no}\ncategories:\n- {name: a}": "line 2: facet 1 has a field 'exklusive'",
    "templates: a photo of {name}\ncategories:\n- {name: a}": "line 1: `templates` must be a list",
    "categories:\n- {name: a}\nbackground: a wall": "line 3: `background` must be a list",
    "categories:\n- name: a\n  prompts: a cat": "line 3: the prompts of category 1 (a) must be a list",
    "facets: [scene, tags]\ncategories:\n- {name: a}": "line 1: facet 1 is not a mapping",
    "facets: {scene: true}\ncategories:\n- {name: a}": "line 1: `facets` must be a list",
    "facets:\n- {name: [a]}\ncategories:\n- {name: a}": "line 2: the name of facet 1 is a list",
    "facets:\n- {name: a, exclusive: 3}\ncategories:\n- {name: a}": "line 2: `exclusive` of facet 1 must be true or false",
    "options: [centred]\ncategories:\n- {name: a}": "line 1: `options` must be a mapping",
    "options:\n  temperature: hot\ncategories:\n- {name: a}": "line 2: the option temperature must be a number",
    "options:\n  prior: {a: [1]}\ncategories:\n- {name: a}": "line 2: the prior of a is a list",
    "options:\n  centered: true\ncategories:\n- {name: a}": "line 2: there is no option 'centered'",
    "categories:\n- name: a\n  prompts:\n  - a stop sign\n  - a road sign: stop": "line 5: prompt 2 of category 1 (a) is a mapping",
    "categories:\n- name: a\n  prompts:\n  - [a]": "line 4: prompt 1 of category 1 (a) is a list",
    "categories:\n- name: a\n- cat": "line 3: category 2 is the text 'cat'",
    "categories:\n- name: a\n- [cat]": "line 3: category 2 is a list",
    "categories:\n- name: a\n- prompts: [x]": "line 3: category 2 has no name",
    "categories:\n- name: a\n- name:": "line 3: category 2 has no name",
    "categories:\n- name: a\n- name: {b: c}": "line 3: the name of category 2 is a mapping",
    "categories:\n- name: a\n- name: b\n- name: ' a '": "line 4: category 3 (a) was given before: tree.yaml, line 2",
    "categories:\n- {name: a, parent: b}\n- {name: b, parent: a}": "line 2: category 1 (a): There is no category 'b'",
    "categories:\n- {name: a}\n- {name: b, parent: nowhere}": "line 3: category 2 (b): There is no category 'nowhere'",
    f"categories:\n- name: {'x' * 201}": "line 2: category 1 has a name of 201 characters",
    f"categories:\n- {{name: a, facet: {'x' * 201}}}": "line 2: the facet of category 1 (a) has a name of 201",
    f"categories:\n- name: a\n  prompts: [{'x' * 2001}]": "line 3: prompt 1 of category 1 (a) has 2,001 characters",
    "facets:\n- {name: t, exclusive: false}\n- {name: t}\ncategories:\n- name: a": "line 3: the facet t was given before",
    'categories:\n- name: "a\\u200b"': "line 2: category 1",
    'categories:\n- name: "\\u200b"': "line 2: category 1",
    "categories: 3": "line 1: `categories` must be a list",
    "categories: []": "line 1: `categories` is empty",
    "[]": "needs a list `categories`",
    "": "needs a list `categories`",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_a_refusal_names_the_place_and_changes_nothing(empty: Workspace, text: str) -> None:
    with pytest.raises(InputError, match=re.escape(REFUSED[text])):
        put(empty, text)
    with empty.read() as connection:
        assert taxonomy.categories(connection) == []


def test_many_classes_are_set_in_time(empty: Workspace) -> None:
    names = [f"class {k}" for k in range(300)]
    assert put(empty, "categories:\n" + "".join(f"- {{name: {name}}}\n" for name in names)) == names


def test_the_work_grows_with_the_number_of_categories_and_not_with_its_square(tmp_path: Path) -> None:
    few, many = (_calls(create(tmp_path / str(count)), _leaves(count)) for count in (100, 800))
    assert many < 12 * few
    with open_workspace(tmp_path / "800").read() as connection:
        tree = taxonomy.categories(connection)
    assert len(tree) == 820
    assert taxonomy.by_name(tree, "group 3/leaf 3").parent_id == taxonomy.by_name(tree, "group 3").id


def _leaves(count: int) -> TaxonomyFile:
    """Twenty groups, and leaves that are dealt to them."""
    entries: list[FileCategory] = [{"name": f"group {n}", "prompts": ["a group"]} for n in range(20)]
    entries += [{"name": f"leaf {n}", "parent": f"group {n % 20}", "prompts": ["a leaf"]} for n in range(count)]
    return {"categories": entries}


def _calls(opened: Workspace, content: TaxonomyFile) -> int:
    """Calls of functions of ours, generators' steps among them, while the categories of a file are put in."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        del argument
        counted += event == "call" and str(ROOT) in frame.f_code.co_filename

    sys.setprofile(count)
    try:
        taxonomy_file.set_taxonomy(opened, content, actor="Ann")
    finally:
        sys.setprofile(None)
    return counted
