"""Who may speak to the server: the names it answers to, and the pages that may write to it. Pure, over a request's headers.

A page of another site can make its own name point at this machine (DNS rebinding) and then speak to the server as if it were
the app. What gives it away is the Host header, which carries that name. Numeric addresses cannot be rebound.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from settings import Place, place

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
STRANGE_PAGE = "A page of another site sent this. Open the app itself; behind a proxy start it with --allowed-host and the public name."
FRAMES = ("iframe", "frame", "object", "embed")

Header = Callable[[str], str | None]


@dataclass(frozen=True)
class Door:
    """What the server answers to.

    Attributes:
        named: hosts that whoever started the server has named, with a port where it matters.
        opened: whether other machines may connect.
        own: this machine's own names, which count where it is opened.
    """

    named: frozenset[Place] = frozenset()
    opened: bool = False
    own: frozenset[str] = frozenset()

    def answers_to(self, host: Place) -> bool:
        """Whether a request with this `Host` is answered."""
        if host.is_loopback:
            return True
        if any(host.name == each.name and each.port in (None, host.port) for each in self.named):
            return True
        return self.opened and (host.address is not None or host.name in self.own)

    def is_own(self, origin: str, host: Place) -> bool:
        """Whether a page of this `Origin` is the app's own: the place asked, or one that was named (a proxy may rewrite `Host`)."""
        scheme, _, netloc = origin.partition("://")
        origin_place = place(netloc) if scheme in ("http", "https") else None
        return origin_place is not None and (origin_place == host or origin_place in self.named)


def door(names: Iterable[str], *, opened: bool) -> Door:
    """The door for the hosts that were named; what cannot be read is left out."""
    places = {place(name.strip()) for name in names if name.strip()}
    own = socket.gethostname().lower()
    return Door(frozenset(each for each in places if each is not None), opened, frozenset({own, f"{own}.local"}))


def refusal(asked: Door, method: str, headers: Header, hosts: list[str]) -> tuple[int, str] | None:
    """Why a request is refused, as status and sentence; None where it is fine.

    Args:
        asked: what the server answers to.
        method: the HTTP method, `WEBSOCKET` for a handshake.
        headers: gives a header's value by its name in lower case, or None.
        hosts: every `Host` header of the request.
    """
    host = place(hosts[0]) if len(hosts) == 1 else None
    if host is None or not asked.answers_to(host):
        return 400, (
            "The server does not answer to this host name. Open it as localhost, or start it with --allowed-host and the name."
        )
    origin, site = headers("origin"), headers("sec-fetch-site")
    if site in ("cross-site", "same-site") and not _opens_page(method, headers):
        return 403, "Another site asks for this. Open the app itself."
    if method in SAFE_METHODS:
        return None
    if origin is not None:
        return None if asked.is_own(origin, host) else (403, STRANGE_PAGE)
    if site in ("same-origin", "none") or headers("x-sceneloop") == "1":
        return None
    return 403, "The request does not say which page sent it. A script sends the header X-Sceneloop: 1."


def _opens_page(method: str, headers: Header) -> bool:
    """Whether somebody follows a link to the app, in a window of its own."""
    return (
        method in SAFE_METHODS and headers("sec-fetch-mode") == "navigate" and headers("sec-fetch-dest") not in FRAMES
    )
