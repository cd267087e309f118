"""What a player shows in Chromium: the snapshot of the keyframe at its time, and frames with a word where it cannot play."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numbered
import pytest
from numbered import even
from playwright.sync_api import Page, expect

from embedding.ingest import adding
from labeling.snapshot.snapshot import Snapshot
from store.workspace import Workspace, open_workspace
from video.decoding.sampled_stills import stills
from video.runs import run_view, segmentation

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# The picture that a media element or an image shows, as a PNG of its own size.
LOOK = """async (node) => {
  const size = [node.videoWidth || node.naturalWidth, node.videoHeight || node.naturalHeight];
  const canvas = new OffscreenCanvas(...size);
  canvas.getContext("2d").drawImage(node, 0, 0);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""


@pytest.fixture
def opened(server: Any) -> Iterator[Workspace]:
    result = open_workspace(server.workspace)
    yield result
    result.engine.dispose()


def segmented(workspace: Workspace, path: Path) -> dict[str, Any]:
    snapshot = Snapshot(workspace)
    return run_view.look(snapshot, segmentation.run(snapshot, path))


def show(page: Page, server: Any) -> None:
    """The newest run."""
    page.goto(f"{server.url}segments")
    page.wait_for_selector(".timeline[data-ready='1']")


def seen(page: Page, place: str) -> int:
    """The number of the picture that an element shows."""
    return numbered.number_in(base64.b64decode(page.locator(place).evaluate(LOOK)))


def sought(page: Page) -> None:
    page.wait_for_function("() => { const v = document.querySelector('.timeline video') ?? [...document.querySelectorAll('*')].map((n) => n.shadowRoot?.querySelector('.timeline video')).find(Boolean); return v && !v.seeking && v.readyState >= 2; }")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "codec", "start_s", "sound"),
    [
        ("late.mp4", "libx264", 2.0, (0, 6)),
        ("late.webm", "libvpx-vp9", 2.0, (0, 6)),
        ("begins_at_ten.mkv", "libx264", 10.0, (10, 14)),
        ("gap.webm", "libvpx-vp9", 0.0, None),
    ],
)
def test_player_and_timeline_show_the_same_scene(page: Page, server: Any, opened: Workspace, tmp_path: Path,
                                                 name: str, codec: str, start_s: float, sound: Any) -> None:  # fmt: skip
    times = even(start_s, 90) if name != "gap.webm" else [*even(0, 45), *even(30, 45)]
    path = numbered.write(tmp_path / name, times, codec, sound, shades=(30, 200, 110))
    result = segmented(opened, path)
    assert len(result["keyframes"]) >= 2
    show(page, server)
    for keyframe in result["keyframes"]:
        page.locator(".timeline video").evaluate(
            "(video, at) => { video.currentTime = at + 0.01; }", keyframe["time_s"]
        )
        sought(page)
        picture = numbered.number_in(run_view.keyframe(Snapshot(opened), result["id"], keyframe["index"]))
        assert seen(page, ".timeline video") == picture
    if start_s:
        expect(page.locator(".bandbox .hole")).to_be_visible()
    # A split at the playhead begins with the picture that is on screen.
    at = times[60]
    page.locator(".timeline video").evaluate("(video, at) => { video.currentTime = at; }", at + 0.001)
    sought(page)
    first = seen(page, ".timeline video")
    assert first == 60
    count = page.locator(".segm").count()
    page.keyboard.press("s")
    expect(page.locator(".segm")).not_to_have_count(count)
    with opened.read() as connection:
        starts = connection.exec_driver_sql("select max(time_s) from item where kind = 'segment'").scalar()
    assert starts == pytest.approx(at, abs=2e-3)


@pytest.mark.parametrize(("degrees", "hflip"), [(90, False), (180, False), (0, True)])
def test_a_turned_video_is_shown_as_its_keyframe(page: Page, server: Any, opened: Workspace, tmp_path: Path,
                                                 degrees: int, hflip: bool) -> None:  # fmt: skip
    plain = numbered.write(tmp_path / "plain.mp4", even(0, 20), first=5)
    path = numbered.copied(plain, tmp_path / f"turned{degrees}.mp4", degrees, hflip)
    result = segmented(opened, path)
    show(page, server)
    sought(page)
    numbered.assert_alike(
        numbered.pixels(base64.b64decode(page.locator(".timeline video").evaluate(LOOK))),
        numbered.pixels(run_view.keyframe(Snapshot(opened), result["id"], 0)),
    )


@pytest.mark.parametrize(("name", "codec"), [("old.avi", "mpeg4"), ("tv.ts", "libx264"), ("hevc.mp4", "libx265")])
def test_a_video_that_cannot_be_played_shows_frames_and_says_so(page: Page, server: Any, opened: Workspace,
                                                                tmp_path: Path, name: str, codec: str) -> None:  # fmt: skip
    path = numbered.write(tmp_path / name, even(0, 75), codec, sound=(0, 3) if codec == "libx265" else None)
    segmented(opened, path)
    show(page, server)
    word = page.locator(".timeline .cannot")
    expect(word).to_be_in_viewport(ratio=1)
    expect(word).to_contain_text(name)
    assert word.evaluate("node => node.contains(node.getRootNode().elementFromPoint(...(({x, y, width, height}) => [x + width / 2, y + height / 2])(node.getBoundingClientRect())))")  # fmt: skip
    still = page.locator(".timeline .still")
    expect(still).to_be_in_viewport(ratio=1)
    expect(still).to_have_js_property("complete", True)
    expect(still).not_to_have_js_property("naturalWidth", 0)  # another element than before: each picture comes decoded
    assert seen(page, ".timeline .still") == 0
    for number in (50, 10):  # a click on the timeline shows the frame there
        box = page.locator(".bandbox .track").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] * (number + 0.5) / 75, box["y"] + 10)
        page.wait_for_timeout(1500)
        assert abs(seen(page, ".timeline .still") - number) <= 1
    before = seen(page, ".timeline .still")
    assert before < 15
    page.keyboard.press("Space")
    page.wait_for_timeout(1200)
    page.keyboard.press("Space")
    page.wait_for_timeout(800)
    assert seen(page, ".timeline .still") > before


def test_the_clip_of_a_frame_that_cannot_be_played_shows_stills(page: Page, server: Any, opened: Workspace, tmp_path: Path) -> None:  # fmt: skip
    path = numbered.write(tmp_path / "clip.avi", even(0, 90), "mpeg4")
    adding.add(opened, [path], frames=stills)
    with opened.read() as connection:
        number = connection.exec_driver_sql("select min(id) from item where kind = 'frame' and name like 'clip.avi#%'").scalar()  # fmt: skip
        film = connection.exec_driver_sql(f"select parent_id from item where id = {number}").scalar()
    page.goto(f"{server.url}review?video={film}")
    page.wait_for_selector(".review[data-ready]")
    tile = page.locator(f".viewport .tile[data-id='{number}']")
    tile.hover()
    expect(tile.locator(".word")).to_be_in_viewport(ratio=1)
    expect(tile.locator(".word")).to_contain_text("cannot play")
    expect(tile.locator("img.stills")).not_to_have_js_property("naturalWidth", 0)
    first = seen(page, ".tile img.stills")
    page.wait_for_timeout(1600)
    assert seen(page, ".tile img.stills") != first
