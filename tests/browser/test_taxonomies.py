"""Taxonomies of 80 and 500 leaves in Chromium: the lists hold them, and a file is imported on the page and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect
from steps import review, stored, unseen, visible

from labeling.categories import taxonomy_file, taxonomy_import
from store import workspace


def tree(tops: int, middles: int, leaves: int) -> str:
    """A taxonomy file; without middles of two levels, else of three."""
    rows: list[dict[str, Any]] = []
    for a in range(tops):
        rows.append({"name": f"branch {a}"})
        parents = [f"branch {a}"]
        if middles:
            parents = [f"twig {a}.{b}" for b in range(middles)]
            rows += [{"name": name, "parent": f"branch {a}"} for name in parents]
        for parent in parents:
            key = parent.split()[1]
            rows += [
                {"name": f"leaf {key}.{c}", "parent": parent, "prompts": [f"a photo of number {key} {c}"]}
                for c in range(leaves)
            ]
    return yaml.safe_dump({"categories": rows})


SHAPES = {80: (8, 0, 10), 500: (10, 10, 5)}


@pytest.fixture(scope="module", params=SHAPES)
def large(server: Any, request: pytest.FixtureRequest) -> Iterator[tuple[str, Path, int]]:
    """Name, folder and leaves of a workspace with a large taxonomy beside the classes of the demo."""
    name = f"large{request.param}"
    folder = server.workspace.parent / name
    shutil.copytree(server.workspace, folder)
    opened = workspace.open_workspace(folder)
    content = taxonomy_file.parse_taxonomy(tree(*SHAPES[request.param]), "tree.yaml")
    taxonomy_import.import_file(opened, content, name="tree.yaml", actor="pat")
    opened.engine.dispose()
    yield name, folder, request.param
    shutil.rmtree(folder)


def inside(node: Locator, box: Locator) -> None:
    """Whether a node lies within the width of a box."""
    one, other = node.bounding_box(), box.bounding_box()
    assert one is not None
    assert other is not None
    assert one["x"] >= other["x"] - 1
    assert one["x"] + one["width"] <= other["x"] + other["width"] + 1


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)], ids=str)
def test_the_filter_column_is_searched_folded_and_shows_one_class_only(
    page: Page, server: Any, large: tuple[str, Path, int], size: tuple[int, int]
) -> None:
    name, _, leaves = large
    page.set_viewport_size({"width": size[0], "height": size[1]})
    review(page, server, f"?workspace={name}&by=all")
    if page.locator(".review.narrow").count():
        page.get_by_role("button", name="Filters").click()
    column = page.locator(".filters")
    visible(column.get_by_label("Find a class"))
    assert column.locator(".class").count() < 30, "branches of a large tree are closed at first"
    visible(column.get_by_label("Label by"))
    inside(column.locator(".class").first, column)
    unseen(column.get_by_text("leaf 3", exact=False))
    column.get_by_role("button", name="Open branch 3").click()
    visible(column.get_by_text("twig 3.0" if leaves == 500 else "leaf 3.0", exact=True))
    column.get_by_label("Find a class").fill("leaf 3.1")
    first = column.locator(".class", has_text="leaf 3.1").first
    visible(first)
    assert column.locator(".class").count() <= 12
    first.get_by_role("button", name="Only leaf 3.1").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => new URLSearchParams(location.search).get('class')")
    expect(page.get_by_text("branch 3", exact=True).first).to_be_visible()
    visible(column.get_by_role("button", name="All", exact=True))
    column.get_by_role("button", name="All", exact=True).click()
    page.wait_for_function("() => !new URLSearchParams(location.search).get('class')")


def test_a_branch_counts_and_chooses_what_lies_below_it(page: Page, server: Any, large: tuple[str, Path, int]) -> None:
    name, folder, _ = large
    review(page, server, f"?workspace={name}&by=all")
    page.locator(".filters .class", has_text="branch 2").get_by_role("button", name="Only branch 2").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => new URLSearchParams(location.search).get('class')")
    chosen = page.evaluate("new URLSearchParams(location.search).get('class').split(',').length")
    below = stored(
        folder,
        "with recursive b(id) as (select id from category where name = 'branch 2' union all "
        "select c.id from category c join b on c.parent_id = b.id) select count(*) from b",
    )
    assert chosen == below[0][0]


def test_the_tree_of_prompts_is_searched_and_walked_by_keyboard(
    page: Page, server: Any, large: tuple[str, Path, int]
) -> None:
    name, _, leaves = large
    page.goto(f"{server.url}prompts?workspace={name}")
    page.wait_for_selector(".prompts[data-ready]")
    listed = page.locator(".prompts .tree .list")
    assert listed.locator(".node").count() < 30
    field = page.get_by_label("Find a category")
    visible(field)
    field.fill("leaf 5.1")
    visible(listed.locator(".node", has_text="leaf 5.1").first)
    field.press("Enter")
    expect(page.locator(".prompts .titled h2")).to_contain_text("leaf 5.1")
    field.press("Escape")
    expect(field).to_have_value("")
    visible(listed.locator(".node.on"))
    twig = listed.locator(".node", has_text="branch 7")
    twig.focus()
    page.keyboard.press("ArrowRight")
    inner = listed.locator(".node", has_text="twig 7.0" if leaves == 500 else "leaf 7.0").first
    visible(inner)
    page.keyboard.press("ArrowDown")
    expect(inner).to_be_focused()


def test_sub_categories_of_a_split_are_seen_among_many(page: Page, server: Any, large: tuple[str, Path, int]) -> None:
    page.goto(f"{server.url}prompts?workspace={large[0]}")
    page.wait_for_selector(".prompts[data-ready]")
    nodes = page.locator(".prompts .node")
    nodes.filter(has_text="nature").first.click()
    page.get_by_role("button", name="Change this category").click()
    page.get_by_role("menuitem", name="Split").click()
    for place, (name, prompt) in enumerate((("land", "a forest"), ("water", "the sea"))):
        page.get_by_label(f"Sub-category {place + 1}", exact=True).fill(name)
        page.get_by_label(f"Prompts of sub-category {place + 1}").fill(prompt)
    page.get_by_role("button", name="Split nature").click()
    expect(page.get_by_text("Every image is accounted for")).to_be_visible()
    visible(nodes.filter(has_text="water"))
    unseen(nodes.filter(has_text="leaf 0.0"))


def test_overview_holds_them(page: Page, server: Any, large: tuple[str, Path, int]) -> None:
    name, _, leaves = large
    page.goto(f"{server.url}?workspace={name}")
    box = page.locator(".sl-classbars")
    expect(box).to_be_visible()
    box.scroll_into_view_if_needed()
    visible(box)
    size = box.bounding_box()
    assert size is not None
    assert size["height"] <= 340
    assert box.locator(".sl-classbar").count() >= leaves
    done = page.get_by_text("pat imported")
    done.scroll_into_view_if_needed()
    visible(done)


def chosen(page: Page, server: Any, file: Path) -> Locator:
    """The preview of a file that was chosen on the Prompts page."""
    page.goto(f"{server.url}prompts")
    page.wait_for_selector(".prompts[data-ready]")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import", exact=True).click()
    chooser.value.set_files(file)
    return page.get_by_role("dialog", name=f"Import {file.name}")


def test_a_file_is_imported_on_the_page_and_one_undo_takes_it_back(page: Page, server: Any, tmp_path: Path) -> None:
    before = stored(server.workspace, "select id, name, parent_id from category where retired_at is null order by id")
    text = yaml.safe_load(tree(8, 0, 10))
    document = "select id from category where name = 'document'"
    text["categories"] += [{"name": "Document", "prompts": ["a page of text"]}]
    file = tmp_path / "tree80.yaml"
    file.write_text(yaml.safe_dump(text))
    sheet = chosen(page, server, file)
    expect(sheet.locator(".effect")).to_contain_text("88 new, 1 renamed or moved")
    visible(sheet.get_by_text("Not in the file (3)"))
    fate = sheet.get_by_role("button", name="What becomes of document")
    expect(fate).to_contain_text("is now Document")
    sheet.get_by_text("New categories (88)").click()
    visible(sheet.get_by_text("branch 0", exact=True))
    assert stored(server.workspace, document), "a preview writes nothing"
    number = stored(server.workspace, document)[0][0]
    sheet.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("tree80.yaml is imported: 88 new, 1 renamed or moved")).to_be_visible()
    assert stored(server.workspace, "select id from category where name = 'Document'") == [(number,)]
    visible(page.locator(".prompts .node", has_text="branch 0"))
    page.locator(".toast button").click()
    expect(page.get_by_text("The categories are restored.")).to_be_visible()
    after = stored(server.workspace, "select id, name, parent_id from category where retired_at is null order by id")
    assert after == before


def test_a_file_that_cannot_be_read_says_where(page: Page, server: Any, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("categories:\n- name: a\n  promts: [a cat]\n")
    sheet = chosen(page, server, file)
    expect(sheet.locator(".effect")).to_contain_text("line 3: category 1 (a) has a field 'promts'")
    expect(sheet.get_by_role("button", name="Import", exact=True)).to_be_disabled()


def test_what_rounds_to_nothing_has_no_sign_and_now_is_not_ago(page: Page, server: Any) -> None:
    page.goto(server.url)
    words = page.evaluate(
        """async () => {
          const dom = await import("/ui/shared/dom.js");
          const { many } = await import("/ui/shared/page/words.js");
          const now = new Date().toISOString();
          const before = new Date(Date.now() - 180000).toISOString();
          return [dom.fixed(-0.001, 2), dom.fixed(-0.5, 1), dom.signed(-0.001, 2), dom.signed(0.25, 2), dom.signed(-0.25, 2),
            dom.since(now), dom.since(before), many(1, "category", "categories"), many(2, "label")];
        }"""
    )
    assert words == ["0.00", "-0.5", "0.00", "+0.25", "-0.25", "just now", "3 min ago", "1 category", "2 labels"]


def test_the_first_steps_lead_where_they_say(page: Page, server: Any) -> None:
    empty = server.workspace.parent / "fresh"
    workspace.create(empty).engine.dispose()
    try:
        for step, place in (("Open Data", "data"), ("Open Prompts", "prompts"), ("Open Review", "review")):
            page.goto(f"{server.url}?workspace=fresh")
            link = page.get_by_role("link", name=step)
            visible(link)
            link.click()
            page.wait_for_url(f"**/{place}?workspace=fresh*")
    finally:
        shutil.rmtree(empty)
