"""Whole videos in Chromium: label by keyboard, accept a lot, undo, see what carries a tag, jump to when; all kept after a reload."""

from __future__ import annotations

import pickle
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import shown_videos
from app_process import Server
from conftest import once
from playwright.sync_api import Browser, Page, expect
from steps import person, visible

from labeling.exchange import video_labels
from store import workspace
from store.items import items, video_features
from store.project import taxonomy
from store.project.taxonomy import VIDEO
from training.video_review import video_heads

LABELLED = 20


@pytest.fixture(scope="module")
def films(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of videos beside the demo, new for this file."""
    built = once(tmp_path_factory, "films", shown_videos.build) / "films"
    path = server.workspace.parent / "films"
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(built, path)
    return path


def show(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}videos?workspace=films{query}")
    page.wait_for_selector(".videos[data-ready]")


def saved(page: Page) -> None:
    page.wait_for_selector(".videos .badge[data-state=saved]")


def tags_of(tile: str) -> str:
    return f".tile[data-id='{tile}'] .tag.h .nm"


def focused(page: Page) -> str:
    number = page.locator(".tile.foc").get_attribute("data-id")
    assert number is not None
    return number


def test_videos_are_labelled_by_keyboard_and_kept(page: Page, server: Server, films: Path) -> None:
    show(page, server, "&order=title")
    expect(page.locator(".tile")).to_have_count(shown_videos.COUNT)
    first = focused(page)
    page.keyboard.press("4")
    expect(page.locator(tags_of(first))).to_have_text(["beep"])
    saved(page)
    page.keyboard.press("4")  # from yes to no
    expect(page.locator(".evidence .tagrow.no", has_text="beep")).to_be_visible()
    page.keyboard.press("4")  # and to unknown
    expect(page.locator(f".tile[data-id='{first}'] .tag.h")).to_have_count(0)
    saved(page)
    page.keyboard.press("4")
    page.keyboard.press("Space")
    assert focused(page) != first
    saved(page)
    page.reload()
    page.wait_for_selector(".videos[data-ready]")
    show(page, server, "&order=title&by=all")
    expect(page.locator(tags_of(first))).to_have_text(["beep"])


def test_accepting_takes_each_tag_of_the_machine_and_undo_takes_it_back(
    page: Page, server: Server, films: Path
) -> None:
    show(page, server, "&order=confidence")
    first = focused(page)
    proposed = page.locator(f".tile[data-id='{first}'] .tag.m .nm").all_text_contents()
    assert proposed
    expect(page.locator(".videos .accept")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator(f".tile[data-id='{first}'] .tag.m")).to_have_count(0)
    saved(page)
    assert focused(page) != first
    page.keyboard.press("Control+z")
    expect(page.locator(f".tile[data-id='{first}'] .tag.h")).to_have_count(0)
    visible(page.locator(".toast", has_text="Undid: 1 video"))
    saved(page)


def test_a_cluster_is_chosen_by_one_key_and_labelled_by_another(page: Page, server: Server, films: Path) -> None:
    show(page, server, "&order=alike")  # what people answered stays, so only what is open changes
    first = focused(page)
    button = page.get_by_role("button", name=re.compile(r"Select \d+ videos alike"))
    size = int(re.findall(r"\d+", button.inner_text())[0])
    assert 3 <= size < shown_videos.COUNT
    page.keyboard.press("n")
    expect(page.locator(".tile.sel")).to_have_count(size)
    page.keyboard.press("4")
    expect(page.locator(".tile.sel")).to_have_count(0)
    saved(page)
    expect(page.locator(tags_of(first), has_text="beep")).to_have_count(1)
    expect(page.locator(".panel .past")).to_contain_text("through neighbours")
    page.keyboard.press("Control+z")
    expect(page.locator(".panel .past .gone").first).to_contain_text("through neighbours")
    saved(page)


def test_guidelines_and_the_history_of_a_video(page: Page, server: Server, films: Path) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    show(page, server, "&order=confidence")
    page.keyboard.press("g")
    sheet = page.locator(".sheet")
    sheet.get_by_role("button", name="beep").click()
    sheet.get_by_label("Guideline").fill("A tone of a second or more.")
    sheet.get_by_role("button", name="Save the text").click()  # nothing of the page stands over it
    sheet.get_by_role("button", name="Example of beep").click()
    expect(sheet.locator(".refs").first.locator(".tile")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("4")
    expect(page.locator(".panel .past")).to_contain_text("beep, ann, just now")
    saved(page)
    page.keyboard.press("Control+z")
    expect(page.locator(".panel .past .gone").first).to_contain_text("beep, ann, just now, undone")
    saved(page)
    page.reload()
    page.wait_for_selector(".videos[data-ready]")
    page.keyboard.press("g")
    sheet.get_by_role("button", name="beep").click()
    expect(sheet.get_by_label("Guideline")).to_have_value("A tone of a second or more.")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


def test_ruling_out_the_rest_after_an_answer_meets_no_conflict(page: Page, server: Server, films: Path) -> None:
    key = {name: str(k) for k, name in enumerate(shown_videos.TAGS, 1)}
    show(page, server, "&order=title&by=all")  # one of the first, which are labelled anyway later
    first = focused(page)
    tags = ".tile[data-id='{}'] .tag.{}"
    while page.locator(tags.format(first, "h")).count() or page.locator(tags.format(first, "m")).count() < 2:
        page.keyboard.press("Space")
        expect(page.locator(f".tile.foc:not([data-id='{first}'])")).to_have_count(1)
        first = focused(page)
    machine = page.locator(f".tile[data-id='{first}'] .tag.m .nm")
    [answer, *rest] = machine.all_text_contents()
    assert rest
    page.keyboard.press(key[answer])
    expect(page.locator(tags_of(first))).to_have_text([answer])
    saved(page)
    page.keyboard.press("x")
    expect(machine).to_have_count(0)
    saved(page)
    expect(page.locator(".toast", has_text="Somebody else")).to_have_count(0)
    expect(page.locator(".evidence .tagrow.no", has_text=rest[0])).to_be_visible()


def test_all_that_matches_takes_one_key(page: Page, server: Server, films: Path) -> None:
    with_ids = category_ids(films)
    show(page, server, f"&tag={with_ids['nature']}:proposed")
    count = page.locator(".tile").count()
    assert count > 3
    page.keyboard.press("Control+a")
    bar = page.locator(".selbar")
    expect(bar).to_contain_text(f"{count} selected")
    visible(bar)
    page.keyboard.press("1")
    expect(page.locator(".toast")).to_contain_text(f"{count} videos to nature")
    saved(page)
    page.keyboard.press("Control+z")
    saved(page)
    expect(page.locator(".tile .tag.h")).to_have_count(0)


def category_ids(films: Path) -> dict[str, int]:
    opened = workspace.open_workspace(films)
    with opened.read() as connection:
        ids = {one.name: one.id for one in taxonomy.categories(connection, subject=VIDEO)}
    opened.engine.dispose()
    return ids


def test_a_head_is_trained_and_the_panel_says_what_carries_a_tag_and_when(
    page: Page, server: Server, films: Path
) -> None:
    label_by_keyboard(page, server, films)
    opened = workspace.open_workspace(films)
    page.get_by_role("radio", name="Train").click()
    page.get_by_role("button", name="Train head").click()
    expect(page.locator("table.sl-df.two").first).to_be_visible(timeout=180_000)
    expect(page.locator("table.sl-df.two").first).to_contain_text("V+A+T, tested without title")
    expect(page.locator(".st-key-by_tag tbody tr")).to_have_count(len(shown_videos.TAGS))
    expect(page.locator(".st-key-curve_of_videos")).to_contain_text(f"n = {LABELLED} videos")
    with opened.read() as connection:
        [facet] = taxonomy.facets(connection, VIDEO)
    [head] = video_heads.every(opened, facet.id)
    assert head["videos"] == LABELLED
    if head["state"] != "promoted":
        video_heads.promote(opened, head["id"], "ann", "for the test")
    opened.engine.dispose()
    show(page, server, "&by=all&named=film-01")
    expect(page.locator(".videos .tagsof")).to_contain_text("By head 1")
    for words in ("Frames", "Sound", "Title"):
        visible(page.locator(".evidence .part", has_text=words).first)
    visible(page.locator(".evidence .when button").first)
    page.locator(".evidence .when button").last.click()
    page.keyboard.press("k")
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some(n => n.shadowRoot?.querySelector('.small video')?.currentTime > 0.2)"
    )


def label_by_keyboard(page: Page, server: Server, films: Path) -> None:
    """Twenty videos, each tag by its digit; space goes on."""
    numbers = {video: int(name.removesuffix(".mp4").removeprefix("film-")) for video, name in names(films).items()}
    key = {name: str(k) for k, name in enumerate(shown_videos.TAGS, 1)}
    show(page, server, "&order=title&by=all")
    expect(page.locator(".tile")).to_have_count(shown_videos.COUNT)
    for _ in range(LABELLED):
        video = focused(page)
        given = page.locator(tags_of(video))
        for tag in shown_videos.truth()[numbers[int(video)]]:
            if tag not in given.all_text_contents():
                page.keyboard.press(key[tag])
                expect(given.filter(has_text=tag)).to_have_count(1)
        page.keyboard.press("Space")
        expect(page.locator(f".tile.foc:not([data-id='{video}'])")).to_have_count(1)
    saved(page)
    expect(page.locator(".videos .top")).to_contain_text(f"{LABELLED} of {shown_videos.COUNT} labelled")


def names(films: Path) -> dict[int, str]:
    """Names of the files of the videos, by id."""
    opened = workspace.open_workspace(films)
    with opened.read() as connection:
        rows = items.get_many(connection, video_features.whole_videos(connection))
    opened.engine.dispose()
    return {number: row.name for number, row in rows.items()}


def test_a_batch_that_the_head_proposes_is_accepted(page: Page, server: Server, films: Path) -> None:
    show(page, server)
    left = shown_videos.COUNT - LABELLED
    expect(page.locator(".tile")).to_have_count(left)
    proposing = page.locator(".tile", has=page.locator(".tag.m")).count()
    assert proposing > 0
    page.keyboard.press("Control+a")
    expect(page.locator(".selbar")).to_contain_text(f"{left} selected")
    page.keyboard.press("a")
    saved(page)
    show(page, server)
    expect(page.locator(".tile")).to_have_count(left - proposing)


def test_a_new_clip_gets_tags_and_its_programme_and_is_added(
    page: Page, server: Server, films: Path, tmp_path: Path
) -> None:
    clip = shown_videos.clip(tmp_path / "new clip.mp4", programme=15)
    show(page, server)
    page.get_by_role("radio", name="Look up").click()
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(clip)
    page.get_by_label("Its title (optional)").fill("A quiet walk, uncut")
    page.get_by_role("button", name="Look it up").click()
    expect(page.locator(".lookup[data-ready]")).to_be_visible(timeout=180_000)
    visible(page.locator(".lookup .tagsof .evidence", has_text="nature").first)
    for part in ("Frames", "Title"):  # by words, and by a head where one is in use
        visible(page.locator(".lookup .carries .part", has_text=part).first)
    visible(page.locator(".lookup .programme", has_text="Programme: Morning show"))
    match = page.locator(".lookup .match").first
    expect(match).to_contain_text("A quiet walk outside 15")
    match.click()
    expect(match).to_have_attribute("aria-pressed", "true")
    visible(page.locator(".lookup .beside", has_text="Play both"))
    page.reload()
    expect(page.locator(".lookup .match").first).to_be_visible()
    page.get_by_role("button", name="Add it to the workspace").click()
    expect(page.get_by_text("It is in the workspace: A quiet walk, uncut")).to_be_visible(timeout=180_000)
    show(page, server, "&by=all&named=uncut&view=Label")
    expect(page.locator(".tile")).to_have_count(1)


def test_a_clip_of_nothing_known_says_so(page: Page, server: Server, films: Path, tmp_path: Path) -> None:
    own = shown_videos.pictures("document")
    shown_videos.film(tmp_path / "strange.mp4", own[-3:], tone=False)
    page.goto(f"{server.url}videos?workspace=films&view=Look+up")
    page.get_by_text("Look up a clip").click()
    page.get_by_label("Or its path on this computer").fill(str(tmp_path / "strange.mp4"))
    page.get_by_role("button", name="Look it up").click()
    expect(page.locator(".lookup .programme", has_text="Nothing alike")).to_be_visible(timeout=180_000)
    expect(page.locator(".lookup .vtitle")).to_have_text("No title")


def test_a_video_scrubs_under_the_pointer(page: Page, server: Server, films: Path) -> None:
    show(page, server, "&order=title&by=all")
    box = page.locator(".tile .im").nth(1).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    page.wait_for_selector(".tile .scrubbed")
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    page.wait_for_function(
        "() => [...document.querySelectorAll('*')].some(n => n.shadowRoot?.querySelector('.tile video')?.currentTime > 2)"
    )
    page.mouse.move(5, 5)
    expect(page.locator(".tile .scrubbed")).to_have_count(0)


def test_the_address_opens_the_same_video(page: Page, server: Server, films: Path) -> None:
    show(page, server, "&by=all&order=newest")
    page.keyboard.press("ArrowRight")
    number = focused(page)
    page.wait_for_url(f"**item={number}*")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".videos[data-ready]")
    expect(other.locator(".tile.foc")).to_have_attribute("data-id", number)
    other.close()


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (720, 450)])
def test_everything_is_in_reach_of_a_small_window(
    page: Page, server: Server, films: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    show(page, server, "&by=all")
    visible(page.locator(".tile.foc"))
    visible(page.locator(".videos .accept"))
    visible(page.locator(".videos .hints .h").first)
    page.get_by_role("button", name="Filters").click()
    visible(page.get_by_label("Order"))


def test_pretraining_says_why_it_cannot_begin(page: Page, server: Server, films: Path) -> None:
    page.goto(f"{server.url}videos?workspace=films&view=Train")
    button = page.get_by_role("button", name="Pretrain", exact=True)
    expect(button).to_be_visible(timeout=60_000)
    expect(button).to_be_disabled()
    button.hover(force=True)
    visible(page.get_by_text(re.compile(r"Pretraining needs 64 videos with frames; here are 2\d videos")))


def test_features_of_others_are_looked_at_before_they_are_taken_in(
    page: Page, server: Server, films: Path, tmp_path: Path
) -> None:
    place = tmp_path / "theirs" / "feature_files"
    place.mkdir(parents=True)
    (tmp_path / "theirs" / "class.txt").write_text("news\t0\nmusic\t1\n")
    rows = ["film-00.mp4\tA title\tnews", "new-1.mp4\tAnother\tmusic", "new-2.mp4\tA third\tunheard", "only a name"]
    (tmp_path / "theirs" / "list.txt").write_text("\n".join(rows) + "\n")
    numbers = np.random.default_rng(0).normal(size=(5, 8)).astype("f4")
    for name in ("film-00", "new-1"):
        content = {"video": name, "label": [0], "feature": {"image_pkl": numbers, "audio_pkl": numbers[:, :4]}}
        (place / f"{name}.pkl").write_bytes(pickle.dumps(content, 2))
    page.goto(f"{server.url}videos?workspace=films&view=Train")
    page.get_by_role("button", name="Import features").click()
    page.get_by_role("textbox", name="Files and folders on this computer").fill(str(tmp_path / "theirs"))
    page.get_by_role("button", name="Preview", exact=True).click()
    preview = page.locator(".st-key-import_preview")
    expect(preview.get_by_text("nothing is written yet")).to_be_visible(timeout=60_000)
    expect(preview.locator(".sl-kv", has_text="New, without a file")).to_contain_text("2")
    expect(preview.locator(".sl-kv", has_text="Here already")).to_contain_text("1")
    expect(preview.locator("li")).to_have_text(["news", "music"])
    expect(preview.locator("tr", has_text="a label that the list of classes does not have")).to_contain_text(
        "list.txt: 3"
    )
    opened = workspace.open_workspace(films)
    with opened.read() as connection:
        assert [one.name for one in taxonomy.categories(connection, subject=VIDEO)] == list(shown_videos.TAGS)
    preview.get_by_role("button", name="Import 3 videos").click()
    expect(page.get_by_text("3 videos taken in, 2 of them new, 2 labels, 2 new classes")).to_be_visible(timeout=60_000)
    with opened.read() as connection:
        assert {one.name for one in taxonomy.categories(connection, subject=VIDEO)} == {
            *shown_videos.TAGS,
            "news",
            "music",
        }
    opened.engine.dispose()


def test_a_second_opinion_is_blind_and_what_people_disagree_about_is_settled(
    page: Page, chromium: Browser, server: Server, films: Path
) -> None:
    opened = workspace.open_workspace(films)
    video_labels.add_named_classes(opened, ["calm", "busy"], "mood", exclusive=True)
    with opened.read() as connection:
        [mood] = [facet.id for facet in taxonomy.facets(connection, VIDEO) if facet.exclusive]
    opened.engine.dispose()
    show(page, server, f"&facet_id={mood}&order=title")
    first = focused(page)
    page.keyboard.press("1")
    page.keyboard.press("1")
    saved(page)
    with person(chromium, server, "Bea") as other:
        show(other, server, f"&facet_id={mood}&order=title&by=second")
        expect(other.locator(".viewport .tile")).to_have_count(2)
        expect(other.locator(".viewport .tile .cap")).to_have_text([re.compile("no label")] * 2)
        expect(other.locator(".panel")).to_contain_text("the other label is shown once you have decided")
        expect(other.locator(".panel .past")).to_be_empty()
        other.keyboard.press("2")
        expect(other.locator(f".tile[data-id='{first}'] .cap")).to_contain_text("busy")
        saved(other)
        other.keyboard.press("ArrowLeft")
        expect(other.locator(".panel .past")).to_contain_text("calm, ann")
        other.keyboard.press("ArrowRight")
        other.keyboard.press("1")
        saved(other)
        expect(other.locator(".agreement")).to_contain_text("1 of 2 the same")
    page.reload()
    page.wait_for_selector(".videos[data-ready]")
    page.locator(".agreement").click()
    page.get_by_role("button", name="Settle what people disagree about").click()
    expect(page.locator(".viewport .tile")).to_have_count(1)
    expect(page.locator(".apart")).to_contain_text("Bea")
    page.locator(".apart .row", has_text="Bea").get_by_role("button", name="Take this").click()
    saved(page)
    expect(page.locator(f".tile[data-id='{first}'] .cap")).to_contain_text("busy")
    show(page, server, f"&facet_id={mood}&order=adjudication&by=all")
    expect(page.get_by_text("No video matches this filter.")).to_be_visible()


def test_two_people_are_dealt_different_videos(page: Page, chromium: Browser, server: Server, films: Path) -> None:
    opened = workspace.open_workspace(films)
    video_labels.add_named_classes(opened, ["slow", "fast"], "pace", exclusive=True)
    with opened.read() as connection:
        [pace] = [facet.id for facet in taxonomy.facets(connection, VIDEO) if facet.name == "pace"]
    opened.engine.dispose()
    tiles = ".viewport .tile"
    show(page, server, f"&facet_id={pace}&order=next")
    expect(page.locator(tiles)).to_have_count(12)
    mine = page.locator(tiles).evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)")
    with person(chromium, server, "Bea") as other:
        show(other, server, f"&facet_id={pace}&order=next")
        expect(other.locator(tiles)).to_have_count(min(12, shown_videos.COUNT - 12))
        hers = other.locator(tiles).evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)")
        assert not set(mine) & set(hers)
    page.keyboard.press("1")
    saved(page)
    show(page, server, f"&facet_id={pace}&order=next")
    expect(page.locator(tiles)).to_have_count(11)
    again = page.locator(tiles).evaluate_all("tiles => tiles.map((tile) => tile.dataset.id)")
    assert again == mine[1:], "the batch stays, without what was decided"
