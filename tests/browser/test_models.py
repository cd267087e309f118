"""A model from the list: downloaded from a server that plays the hub, cancelled, gone on with, used while somebody else labels, undone."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import open_clip
import pytest
from app_process import Server, free_port, start_server
from hub_server import Hub, playing
from one_tab import SIZE, WAIT_MS
from playwright.sync_api import Browser, Page, expect
from safetensors.torch import save
from steps import review, saved, stored, until

from embedding.encoders import hub
from embedding.published import catalogue

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFFER = min(catalogue.OFFERS, key=lambda one: one.parameters)
FILE = f"/{OFFER.repository}/resolve/main/{OFFER.files[0]}"
LONG_MS = 120_000  # a child starts, and loads a model of a hundred million parameters
IN_USE = "select encoder.name from encoder join project on encoder_id = encoder.id"


@pytest.fixture(scope="module")
def weights() -> bytes:
    """Random weights of that model, at half precision: the half of its size."""
    with hub.quiet():
        model = open_clip.create_model(OFFER.architecture, load_weights=False, pretrained_text=False)
    return save({key: tensor.half().contiguous() for key, tensor in model.state_dict().items()})


@pytest.fixture
def hub_server(weights: bytes) -> Iterator[Hub]:
    with playing(Hub(files={FILE: weights})) as served:
        yield served


@pytest.fixture
def served(hub_server: Hub, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of its own whose hub is ours."""
    monkeypatch.setenv("HF_ENDPOINT", hub_server.address)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("SCENELOOP_MODELS", str(tmp_path / "models"))
    root, port = tmp_path / "all", free_port()
    shutil.copytree(built, root / "demo")
    one = Server(f"http://127.0.0.1:{port}/", root / "demo", start_server(root, port), port)
    yield one
    one.process.terminate()
    one.process.wait(20)


def someone(chromium: Browser, server: Server, name: str) -> Page:
    page = chromium.new_context(viewport=SIZE).new_page()
    page.set_default_timeout(WAIT_MS)
    page.context.add_cookies([{"name": "sceneloop_actor", "value": name, "url": server.url}])
    return page


@pytest.mark.timeout(900)
def test_a_model_comes_is_used_beside_work_and_is_taken_back(
    chromium: Browser, served: Server, hub_server: Hub
) -> None:
    ann, bob = someone(chromium, served, "ann"), someone(chromium, served, "bob")
    hub_server.pause_s = 0.02
    ann.goto(f"{served.url}data?workspace=demo&view=Encoder")
    entry = ann.locator(".st-key-model_MobileCLIP-S2-datacompdr")
    expect(entry.get_by_text("Not here")).to_be_visible()

    entry.get_by_role("button", name="Download", exact=True).click()
    job = ann.locator(".st-key-job_fetch")
    expect(job.get_by_text(re.compile(r"Downloading .* [1-9]\d* of \d+ MB"))).to_be_visible(timeout=LONG_MS)
    job.get_by_role("button", name="Cancel").click()
    expect(ann.get_by_text(re.compile(r"was cancelled\. Stopped at \d+ of \d+ MB\. What came is kept"))).to_be_visible()
    expect(entry.get_by_text(re.compile(r"[1-9]\d* of \d+ MB here"))).to_be_visible()

    hub_server.pause_s = 0.0
    entry.get_by_role("button", name="Go on").click()
    expect(entry.get_by_text("On this computer")).to_be_visible(timeout=LONG_MS)
    assert hub_server.begins[-1] > 0, "what came was not fetched again"

    review(bob, served, "?workspace=demo")
    entry.get_by_role("button", name="Use").click()
    expect(ann.locator(".st-key-job_embed")).to_be_visible()
    assert stored(served.workspace, IN_USE) == [("built-in",)]
    bob.keyboard.press("1")
    saved(bob)
    until(ann, served.workspace, IN_USE, OFFER.spec)
    bob.keyboard.press("2")
    saved(bob)

    switch = ann.locator(".st-key-encoder_switch")
    expect(switch.get_by_text(f"The encoder is {OFFER.spec} now")).to_be_visible(timeout=LONG_MS)
    expect(switch.get_by_text(re.compile(r"of 30 images keep their class"))).to_be_visible()
    expect(switch.get_by_text("Labels of people")).to_be_visible()
    expect(entry.get_by_text("In use")).to_be_visible()
    switch.get_by_role("button", name="Use built-in again").click()
    until(ann, served.workspace, IN_USE, "built-in")
    expect(switch).to_have_count(0)
    by_bob = "select count(*) from label_event join actor on actor.id = actor_id where name = 'bob'"
    assert stored(served.workspace, by_bob) == [(2,)]
    for page in (ann, bob):
        page.context.close()


DROP = """([zone, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "open_clip_model.safetensors"));
    for (const name of ["dragenter", "dragover", "drop"])
        zone.dispatchEvent(new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.mark.timeout(300)
def test_without_a_network_the_file_is_dropped_on_the_page(
    chromium: Browser, served: Server, weights: bytes, tmp_path: Path
) -> None:
    whole = tmp_path / OFFER.files[0]
    whole.write_bytes(weights)
    ann = someone(chromium, served, "ann")
    ann.goto(f"{served.url}data?workspace=demo&view=Encoder")
    entry = ann.locator(f".st-key-model_{OFFER.spec.replace('/', '-')}")
    entry.get_by_role("button", name="By hand").click()
    opened = ann.get_by_test_id("stPopoverBody")
    expect(opened.get_by_text(re.compile(f"On a computer with a network fetch {OFFER.files[0]}"))).to_be_visible()
    zone = opened.get_by_test_id("stFileUploaderDropzone")
    zone.evaluate("(zone, wanted) => (" + DROP + ")([zone, wanted])", base64.b64encode(weights[:65_536]).decode())
    expect(opened.get_by_text(re.compile("was not copied whole"))).to_be_visible()
    opened.locator("input[type=file]").set_input_files(whole)
    expect(entry.get_by_text("On this computer")).to_be_visible(timeout=LONG_MS)
    ann.context.close()
