"""A running server with users: raw handshakes of its WebSocket, what an annotator sees, and a page whose person is revoked."""

from __future__ import annotations

import asyncio
import base64
import http.client
import os
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import shown_videos
from app_process import Server, free_port, start_server
from playwright.sync_api import Browser, Page, expect

from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from store.accounts import account_rows, accounts_database, invitations, sessions
from store.accounts.accounts_database import Accounts
from store.accounts.roles import Role
from store.project import references, saved_views
from store.project.references import Reference
from store.team import actors
from store.workspace import open_workspace
from video.runs import segmentation
from web.accounts import identity, passwords

PASSWORD = "correct horse battery"


def hashed() -> str:
    """The hash of the password; in a thread of its own, for the browser's loop runs in this one once a test has used it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(passwords.hashed(PASSWORD))).result()


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Accounts]:
    """Ann, an admin with a password; Ben, an annotator with a link; Eve, an annotator."""
    one = accounts_database.open_accounts(tmp_path_factory.mktemp("team"))
    with one.write() as connection:
        ann = account_rows.add(connection, "Ann", Role.ADMIN, None)
        account_rows.set_password(connection, ann.id, hashed())
        for name in ("Ben", "Eve"):
            account_rows.add(connection, name, Role.ANNOTATOR, "demo")
    yield one
    one.close()


@pytest.fixture(scope="module")
def team(built_demo: Path, accounts: Accounts) -> Iterator[Server]:
    """A server with those users, on the demo."""
    root = Path(str(accounts.engine.url.database)).parent
    shutil.copytree(built_demo, root / "demo")
    port = free_port()
    one = Server(f"http://127.0.0.1:{port}/", root / "demo", start_server(root, port), port)
    yield one
    one.process.terminate()
    one.process.wait(20)


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def handshake(port: int, **headers: str) -> int:
    own = {
        "Host": f"127.0.0.1:{port}", "Origin": f"http://127.0.0.1:{port}", "Connection": "Upgrade", "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    }  # fmt: skip
    sent = {name: value for name, value in {**own, **headers}.items() if value}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/_stcore/stream", headers=sent)
        return connection.getresponse().status
    finally:
        connection.close()


def test_raw_handshakes(team: Server, accounts: Accounts) -> None:
    with accounts.write() as connection:
        eve = account_rows.require(connection, "Eve")
        token, ended = (sessions.begin(connection, eve.id, "", "") for _ in range(2))
        known = sessions.standing(connection, eve.id)
        sessions.end(connection, known[0].id)
    session = f"{identity.COOKIE}={token}"
    assert handshake(team.port, Cookie=session) == 101
    refused: list[dict[str, str]] = [
        {}, {"Cookie": f"{identity.COOKIE}=guessed"}, {"Cookie": f"{identity.COOKIE}={ended}"},
        {"Cookie": "sceneloop_actor=Ann", "X-Sceneloop-User": "Ann", "X-Forwarded-User": "Ann"},
        {"Cookie": session, "Origin": "http://evil.example"}, {"Cookie": session, "Origin": "null"},
        {"Cookie": session, "Host": "evil.example", "Origin": "http://evil.example"}, {"Cookie": session, "Origin": ""},
    ]  # fmt: skip
    assert [handshake(team.port, **headers) for headers in refused] == [403] * len(refused)


def test_from_the_link_to_the_grid_and_out(team: Server, accounts: Accounts, visitor: Page) -> None:
    with accounts.write() as connection:
        token = invitations.invite(connection, account_rows.require(connection, "Ben").id, "Ann")
    visitor.goto(f"{team.url.rstrip('/')}{invitations.link(token)}")
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.get_by_label("Repeat the password").fill(PASSWORD)
    visitor.get_by_role("button", name="Start").click()
    expect(visitor.get_by_role("link", name="Account")).to_be_visible()
    visitor.goto(f"{team.url}review?workspace=demo")
    expect(visitor.locator(".viewport .tile img").first).to_be_visible()
    menu = visitor.get_by_test_id("stSidebarNav")
    for page, is_shown in (("Review", True), ("Segments", True), ("Data", False), ("Prompts", False), ("Train", False)):
        expect(menu.get_by_role("link", name=page)).to_be_visible(visible=is_shown)
    expect(visitor.get_by_role("button", name="More filters")).to_be_visible()
    expect(visitor.get_by_role("button", name="Accept in bulk")).to_be_hidden()
    visitor.goto(f"{team.url}train?workspace=demo")
    expect(visitor.get_by_text("This page is for owners; here you are an annotator.")).to_be_visible()
    visitor.get_by_role("link", name="Your account").click()
    visitor.get_by_role("button", name="Sign out").click()
    expect(visitor.get_by_role("heading", name="Sign in to Sceneloop")).to_be_visible()
    visitor.goto(f"{team.url}review?workspace=demo")
    expect(visitor.get_by_role("heading", name="Sign in to Sceneloop")).to_be_visible()


def test_an_open_page_follows_role_and_session(team: Server, accounts: Accounts, visitor: Page) -> None:
    with accounts.write() as connection:
        token = sessions.begin(connection, account_rows.require(connection, "Eve").id, "", "")
    visitor.context.add_cookies([{"name": identity.COOKIE, "value": token, "url": team.url}])
    visitor.goto(f"{team.url}review?workspace=demo")
    expect(visitor.locator(".viewport .tile img").first).to_be_visible()
    train = visitor.get_by_test_id("stSidebarNav").get_by_role("link", name="Train")
    expect(train).to_be_hidden()
    with accounts.write() as connection:
        account_rows.set_role(connection, account_rows.require(connection, "Eve"), Role.OWNER, "demo")
    expect(train).to_be_visible()
    with accounts.write() as connection:
        account_rows.close(connection, account_rows.require(connection, "Eve"))
    expect(visitor.get_by_role("heading", name="Sign in to Sceneloop")).to_be_visible()
    visitor.get_by_label("Name").fill("Ann")
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.get_by_role("button", name="Sign in").click()
    expect(visitor.locator(".viewport .tile img").first).to_be_visible()
    expect(visitor.get_by_role("button", name="Accept in bulk")).to_be_visible()


def test_an_admin_invites_and_revokes_on_the_page_of_people(
    team: Server, accounts: Accounts, visitor: Page, chromium: Browser
) -> None:
    visitor.goto(f"{team.url}people?workspace=demo")
    visitor.get_by_label("Name").fill("Ann")
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.get_by_role("button", name="Sign in").click()
    visitor.get_by_role("textbox", name="Name").fill("Dora")
    visitor.get_by_role("button", name="Invite").click()
    link = visitor.locator("code")
    expect(link).to_contain_text("/invitation?token=")
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        dora = context.new_page()
        dora.goto(link.inner_text())
        dora.get_by_label("Password", exact=True).fill(PASSWORD)
        dora.get_by_label("Repeat the password").fill(PASSWORD)
        dora.get_by_role("button", name="Start").click()
        expect(dora.get_by_role("link", name="Account")).to_be_visible()
        dora.goto(f"{team.url}review?workspace=demo")
        expect(dora.locator(".viewport .tile img").first).to_be_visible()
        dora.keyboard.press("a")
        expect(dora.locator(".badge[data-state=saved]")).to_be_visible()
        expect(dora.locator(".viewport .tile .mk[title='Labelled by a person']").first).to_be_visible()
        with accounts.read() as connection:
            number = account_rows.require(connection, "Dora").id
        visitor.reload()
        visitor.locator(f".st-key-more_{number} button").click()
        visitor.get_by_role("button", name="Revoke").click()
        expect(visitor.get_by_text("Dora no longer has access. Their labels keep the name.")).to_be_visible()
        expect(dora.get_by_role("heading", name="Sign in to Sceneloop")).to_be_visible()


def signed_in(accounts: Accounts, team: Server, page: Page, name: str, role: Role) -> None:
    """Somebody with a session and a role, on that page."""
    with accounts.write() as connection:
        one = account_rows.find(connection, name) or account_rows.add(connection, name, role, "demo")
        token = sessions.begin(connection, one.id, "", "")
    page.context.add_cookies([{"name": identity.COOKIE, "value": token, "url": team.url}])


def test_a_reviewer_settles_what_two_people_disagree_about(
    team: Server, accounts: Accounts, visitor: Page, chromium: Browser
) -> None:
    opened = open_workspace(team.workspace)
    snapshot = Snapshot(opened)
    ids = snapshot.labels.board().ids[:25].tolist()
    nature, game, _ = (category.id for category in snapshot.categories.classes())
    for name, category, items in (("Hana", nature, ids), ("Ivo", game, ids[:2]), ("Ivo", nature, ids[2:])):
        wanted = [{"id": number, "version": None} for number in items]
        decisions.apply(
            snapshot, [{"id": f"{name}{category}", "kind": "label", "items": wanted, "category": category}], name
        )
    opened.engine.dispose()
    signed_in(accounts, team, visitor, "Rita", Role.REVIEWER)
    visitor.goto(f"{team.url}review?workspace=demo")
    visitor.get_by_label("Order").select_option("People disagree")
    tiles = visitor.locator(".viewport .tile")
    expect(tiles).to_have_count(2)
    expect(visitor.get_by_role("heading", name="People disagree")).to_be_visible()
    hana = visitor.locator(".apart .row", has_text="Hana")
    expect(hana).to_contain_text("nature")
    expect(visitor.locator(".apart .row", has_text="Ivo")).to_be_visible()
    visitor.set_viewport_size({"width": 1024, "height": 768})
    widths = hana.locator(".who > .nm").evaluate("name => [name.scrollWidth, name.clientWidth]")
    assert widths[0] <= widths[1], "a name is whole in a narrow window too"
    hana.get_by_role("button", name="Take this").click()
    expect(visitor.locator(".badge[data-state=saved]")).to_be_visible()
    visitor.reload()
    expect(tiles).to_have_count(1)
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        olga = context.new_page()
        signed_in(accounts, team, olga, "Olga", Role.OWNER)
        olga.goto(f"{team.url}people?workspace=demo")
        expect(olga.get_by_role("cell", name="Hana")).to_be_visible()
        expect(olga.get_by_text("People disagree about 1 image.")).to_be_visible()
        olga.get_by_role("link", name="Settle them in Review").click()
        expect(olga.locator(".viewport .tile")).to_have_count(1)


@pytest.fixture(scope="module")
def prepared(team: Server) -> Path:
    """The team's workspace with a guideline that has an example, a saved view, and a short segmented video."""
    opened = open_workspace(team.workspace)
    snapshot = Snapshot(opened)
    first = snapshot.categories.classes()[0]
    with opened.engine.begin() as connection:
        rita = actors.id_of(connection, "Rita")
        references.add(connection, Reference(int(snapshot.labels.board().ids[0]), first.id, "example"), rita)
        saved_views.save(connection, "by margin", {"order": "margin"}, rita)
    segmentation.run(snapshot, shown_videos.clip(team.workspace.parent / "clip.mp4", 0))
    opened.engine.dispose()
    return team.workspace


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.REVIEWER, Role.OWNER])
def test_controls_are_shown_by_role(
    team: Server, accounts: Accounts, visitor: Page, prepared: Path, role: Role
) -> None:
    signed_in(accounts, team, visitor, f"a {role.word}", role)
    reviews, owns = role >= Role.REVIEWER, role >= Role.OWNER
    visitor.goto(f"{team.url}review?workspace={prepared.name}")
    expect(visitor.locator(".viewport .tile img").first).to_be_visible()
    visitor.keyboard.press("g")
    sheet = visitor.locator(".sheet")
    sheet.get_by_role("button", name="nature", exact=True).click()
    expect(sheet.locator(".refs .tile")).to_be_visible()
    expect(sheet.get_by_label("Guideline", exact=True)).to_be_editable(editable=reviews)
    for name in ("Save the text", re.compile("^Example of"), re.compile("^Not "), re.compile("^Practise ")):
        expect(sheet.get_by_role("button", name=name)).to_be_visible(visible=reviews)
    expect(sheet.locator(".refs .drop")).to_have_count(int(reviews))
    visitor.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    visitor.keyboard.press("v")
    box = visitor.get_by_role("dialog", name="Saved views")
    expect(box.get_by_role("button", name="by margin Rita")).to_be_visible()
    expect(box.get_by_label("Name of the view")).to_be_visible(visible=reviews)
    expect(box.get_by_role("button", name="Save", exact=True)).to_be_visible(visible=reviews)
    expect(box.get_by_title("Forget by margin")).to_be_visible(visible=reviews)
    visitor.goto(f"{team.url}segments?workspace={prepared.name}")
    expect(visitor.locator(".segm").first).to_be_visible()
    expect(visitor.get_by_role("link", name="Present")).to_be_visible()
    expect(visitor.get_by_role("button", name="Export")).to_be_visible(visible=owns)
    expect(visitor.get_by_test_id("stPopover").filter(has_text="Run")).to_be_visible(visible=owns)
