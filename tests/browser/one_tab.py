"""One tab of Chromium for many tests, with nothing left in it of what an earlier one did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

WAIT_MS = 60_000  # for whatever the page has to do on a busy machine
LEAVE_MS = 5_000  # until a page that does not let go is closed
# A site keeps its process from page to page, and with it the scripts that it has compiled. Chromium would start another for each.
ONE_PROCESS = ("--disable-site-isolation-trials",)
LIGHT = "_light"  # an address at the app's origin that the tab answers itself: no scripts, and not in a sandbox as its files are
SIZE = {"width": 1440, "height": 900}


@contextmanager
def listening(page: Page, event: Any, hear: Callable[[Any], object]) -> Iterator[None]:
    """Hear an event of a page for as long as it lasts."""
    page.on(event, hear)
    try:
        yield
    finally:
        page.remove_listener(event, hear)


class Tab:
    """A page that is used again and again. Whoever listens to it does so by `listening`; nobody adds a script to each document."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.context: BrowserContext | None = None
        self.page: Page | None = None
        self.faults: list[str] = []

    def opened(self) -> Page:
        """The page, empty; a new one where there is none."""
        if self.page is None or self.page.is_closed():
            self.close()
            self.context = self.browser.new_context(viewport=SIZE)
            self.page = self.context.new_page()
            self.page.set_default_timeout(WAIT_MS)
            self.page.on("pageerror", lambda error: self.faults.append(str(error)))
            self.page.on("console", lambda message: self._policy(message.text))
        self.faults.clear()
        return self.page

    def _policy(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.faults.append(text)

    def cleared(self, url: str) -> list[str]:
        """Leave the pages of the app at an address, forget what they stored, and say what went wrong on them.

        The tab stays at the address, and its scripts in the browser's cache: read and compiled anew they cost more than most tests.
        """
        faults = list(self.faults)
        try:
            self._clear(url)
        except Error:  # it has crashed, or will not leave
            self.close()
        return faults

    def _clear(self, url: str) -> None:
        assert self.page is not None
        assert self.context is not None
        for other in self.context.pages:
            if other is not self.page:
                other.close()
        self.page.unroute_all()
        self.context.set_offline(False)
        self.page.once("dialog", lambda dialog: dialog.accept())  # what is not sent yet asks whether to leave
        self.page.evaluate("sessionStorage.clear()")
        self.page.route(f"{url}{LIGHT}", lambda route: route.fulfill(content_type="text/html", body="<title></title>"))
        self.page.goto(f"{url}{LIGHT}", timeout=LEAVE_MS)
        self.page.evaluate("sessionStorage.clear()")  # also what the page stored as it was left
        self.page.unroute_all()
        self.page.set_viewport_size(SIZE)
        self.page.emulate_media(media="null", color_scheme="null")
        self.context.clear_cookies()
        protocol = self.context.new_cdp_session(self.page)
        protocol.send("Storage.clearDataForOrigin", {"origin": url.rstrip("/"), "storageTypes": "all"})
        protocol.detach()

    def close(self) -> None:
        """Close it; the next one is new."""
        if self.context is not None:
            self.context.close()
        self.context = self.page = None
