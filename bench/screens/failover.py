"""Two servers behind haproxy, one PostgreSQL, two people who type, a training at work: one server is killed in the middle.

Needs haproxy, Chromium, and an empty database in SCENELOOP_DATABASE_URL. As root on Linux each server has a host name of its own, as on two
machines; else both have one, and a dead job is seen by its process.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Error, Page
from sqlalchemy import select

from bench.harness import Figures, Options
from bench.screens import app_server
from bench.screens.app_server import App
from bench.screens.hour import ACKS, HEAR
from errors import InputError
from labeling.review import decisions
from labeling.snapshot.snapshot import Snapshot
from maintenance import demo
from settings import current
from store.copies import backup
from store.database import schema
from store.ledger import undo
from store.workspace import Workspace, open_workspace

NAMES = ("one", "two")
STICKY = "served"
TELL_S = 60.0  # until the job of a server that died has to be told
CONFIG = """
defaults
  mode http
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
  option redispatch
  retries 3
frontend people
  bind 127.0.0.1:{port}
  default_backend app
backend app
  balance roundrobin
  cookie {sticky} insert indirect nocache
  option httpchk
  http-check send meth GET uri /_stcore/health ver HTTP/1.1 hdr Host 127.0.0.1
  default-server inter 1s fall 2 rise 2 on-marked-down shutdown-sessions
{servers}
"""


def run(options: Options) -> Figures:
    """What was typed, acknowledged and lost, seconds until the dead server's training was told, reloads that each person needed.

    `lost` acknowledged labels are no events on disk; `replay_is_state` is 1 where the events give what stands. `away_two` counts looks at
    which the person of the other server was told that theirs is gone.

    Raises:
        InputError: haproxy or the database is missing.
    """
    url, proxy = current().database_url, shutil.which("haproxy")
    if url is None or proxy is None:
        raise InputError("This benchmark needs haproxy, and an empty PostgreSQL database in SCENELOOP_DATABASE_URL.")
    seconds = 20.0 if options.quick else 60.0
    with tempfile.TemporaryDirectory() as scratch:
        demo.build(Path(scratch) / "demo")
        shipped = open_workspace(Path(scratch) / "demo")
        workspaces = Path(scratch) / "all"
        workspaces.mkdir()
        backup.copy(shipped, workspaces / "demo", database_url=url)
        shipped.engine.dispose()
        served = open_workspace(workspaces / "demo", database_url=url)
        _labelled(served)
        with (
            _servers(workspaces, options.threads) as apps,
            _balanced(apps, proxy) as port,
            app_server.chromium() as browser,
        ):
            figures = _typed(browser, f"http://127.0.0.1:{port}/", apps, served, seconds)
        served.engine.dispose()
    return figures


def _labelled(workspace: Workspace) -> None:
    """Some labels, so that there is something to train on."""
    snapshot = Snapshot(workspace)
    classes = [category.id for category in snapshot.categories.classes()]
    for place, category in enumerate(classes):
        items = [
            {"id": number, "version": None}
            for number in snapshot.labels.board().ids[place :: len(classes)][:40].tolist()
        ]
        decisions.apply(
            snapshot, [{"id": f"first{place}", "kind": "label", "items": items, "category": category}], "olga"
        )


@contextmanager
def _servers(root: Path, threads: int) -> Iterator[list[App]]:
    """Both servers, each under a host name of its own where that can be had."""
    apps = []
    try:
        for name in NAMES:
            app = App(root, threads, app_server.free_port(), 180.0)
            app.process = app_server.started(root, app.port, threads, before=_as_host(name))
            apps.append(app)
        for app in apps:
            app.wait()
        yield apps
    finally:
        for app in apps:
            _kill_with_children(app)


def _as_host(name: str) -> tuple[str, ...]:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return ()
    return ("unshare", "--uts", "sh", "-c", f'hostname {name} && exec "$@"', "sh")


def _kill_with_children(app: App) -> None:
    """A machine that loses its power: the server and all that it started."""
    if app.process is None:
        return
    with suppress(psutil.NoSuchProcess):
        server = psutil.Process(app.process.pid)
        for process in [server, *server.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    app.process.wait(20)


@contextmanager
def _balanced(apps: list[App], proxy: str) -> Iterator[int]:
    """The port of a proxy before both."""
    port = app_server.free_port()
    servers = "\n".join(
        f"  server {name} 127.0.0.1:{app.port} check cookie {name}" for name, app in zip(NAMES, apps, strict=True)
    )
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as config:
        config.write(CONFIG.format(port=port, sticky=STICKY, servers=servers))
        config.flush()
        process = subprocess.Popen([proxy, "-f", config.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if not app_server.answers(f"http://127.0.0.1:{port}/", 60.0):
                raise InputError("haproxy does not answer. Start it by hand to see why.")
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _page(browser: Browser, url: str, person: str, server: str) -> Page:
    """A page of a person that the proxy keeps at one server."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    cookies = {"sceneloop_actor": person, STICKY: server}
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    context.add_init_script(HEAR)
    page = context.new_page()
    page.set_default_timeout(120_000)
    return page


def _review(page: Page, url: str, seed: int) -> None:
    page.goto(f"{url}review?workspace=demo&by=all&order=random&seed={seed}&size=200")
    page.locator(".viewport .tile img").first.wait_for()


def _typed(browser: Browser, url: str, apps: list[App], workspace: Workspace, seconds: float) -> Figures:
    """Both type at two keys a second; in the middle a training begins and its server dies."""
    ann, bob, olga = (
        _page(browser, url, person, server) for person, server in (("ann", "one"), ("bob", "two"), ("olga", "one"))
    )
    watching = _page(browser, url, "rita", "two")
    _review(ann, url, 1)
    _review(bob, url, 2)
    olga.goto(f"{url}train?workspace=demo")
    olga.get_by_role("button", name="Train head").wait_for()
    watching.goto(f"{url}train?workspace=demo")
    watching.get_by_role("button", name="Train head").wait_for()
    keys, away, killed = 0, 0, None
    rng, begin = random.Random(0), time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        for page in (ann, bob):
            page.keyboard.press(str(rng.randint(1, 3)))
            keys += 1
        away += bob.locator(".serverbar").is_visible()
        if killed is None and now > seconds / 2:
            killed = _killed(olga, watching, apps[0], workspace)
        time.sleep(max(0.0, (keys / 4) - (time.monotonic() - begin)))
    heard_s = _heard_s(workspace, killed or time.monotonic(), watching)
    reloads = {name: _drained(page) for name, page in (("one", ann), ("two", bob))}
    kept = {
        name: json.loads(page.evaluate(f"localStorage.getItem('{ACKS}') ?? '[]'"))
        for name, page in (("one", ann), ("two", bob))
    }
    lost, same = _checked(workspace, [*kept["one"], *kept["two"]])
    return {
        "keys": keys, "acknowledged_one": len(kept["one"]), "acknowledged_two": len(kept["two"]), "lost": lost,
        "replay_is_state": int(same), "job_told_s": heard_s, "reloads_one": reloads["one"], "reloads_two": reloads["two"],
        "away_two": away,
    }  # fmt: skip


def _killed(olga: Page, watching: Page, app: App, workspace: Workspace) -> float:
    """Begin a training on the first server, let somebody of the other see it, and kill the server; when that was.

    Raises:
        InputError: no training began.
    """
    olga.get_by_role("button", name="Train head").click()
    until = time.monotonic() + 60
    while "running" not in _states(workspace):
        if time.monotonic() > until:
            raise InputError("No training began, so none can die. Run it on a quieter machine.")
        olga.wait_for_timeout(50)
    _kill_with_children(app)
    watching.reload()
    return time.monotonic()


def _states(workspace: Workspace) -> list[str]:
    with workspace.read() as connection:
        return [str(state) for state in connection.execute(select(schema.job.c.state)).scalars()]


def _heard_s(workspace: Workspace, killed: float, watching: Page) -> float | None:
    """Seconds until the training stands as interrupted; None where it does not within two minutes."""
    while time.monotonic() - killed < 2 * TELL_S:
        if "interrupted" in _states(workspace):
            return time.monotonic() - killed
        watching.wait_for_timeout(200)
    return None


def _drained(page: Page) -> int:
    """Wait until all that was typed is acknowledged; returns how many reloads it took, 9 where it never was."""
    for reloads in range(3):
        try:
            page.locator(".badge[data-state=saved]").wait_for(timeout=60_000)
            return reloads
        except Error:  # what a person does with a page that hangs
            page.reload()
    return 9


def _checked(workspace: Workspace, kept: list[list[object]]) -> tuple[int, bool]:
    """(acknowledged labels that are no events on disk, whether the events give what stands)."""
    event = schema.label_event.c
    with workspace.read() as connection:
        stored = {tuple(row) for row in connection.execute(select(event.batch_id, event.item_id, event.version))}
        same = undo.replay(connection) == undo.standing(connection)
    return sum(tuple(each) not in stored for each in kept), same
