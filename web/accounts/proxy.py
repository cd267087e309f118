"""A proxy that signs people in before they come here: a header says who it is, and it counts from the peers that are named alone.

Who connects is judged by the socket. `sceneloop app` tells uvicorn to leave that address as it is (an empty `FORWARDED_ALLOW_IPS`): by itself it
believes the `X-Forwarded-For` of any process of this machine, which could pass for a peer. What the proxy says of its client is read here.
"""

from __future__ import annotations

from starlette.types import Scope

from errors import InputError
from settings import current
from store.accounts import account_rows, named_proxy
from store.accounts.named_proxy import NamedProxy
from store.accounts.outside_identities import Outside
from store.accounts.roles import Person

NAMED = "sceneloop.named"  # where a scope carries whom the proxy names
ISSUER = "proxy"  # as an identity's issuer; those of OpenID Connect are addresses
LONGEST = 200  # characters of a name
STRANGE = "The proxy does not say clearly who you are. Ask whoever runs it."
UNREAL = "SCENELOOP_PROXY_HEADER needs the real address of whoever connects. Start the server with `sceneloop app`, or with an empty FORWARDED_ALLOW_IPS."


def check() -> None:
    """Whether the header can be judged in this process, asked before it serves.

    Raises:
        InputError: the server that speaks HTTP would replace the address of whoever connects.
    """
    if named_proxy.of(current()) is not None and not current().has_real_peers:
        raise InputError(UNREAL)


def received(scope: Scope) -> Scope:
    """A request as it counts: without the header, with whom it names and where it comes from where a named peer passes it on.

    Raises:
        InputError: a named peer names nobody clearly, or this process cannot know who connects.
    """
    proxy = named_proxy.of(current())
    if proxy is None:
        return scope
    check()
    header = proxy.header.encode("ascii")
    rest = [pair for pair in scope["headers"] if pair[0] != header]
    if not proxy.is_peer(str((scope.get("client") or ("",))[0])):
        return {**scope, "headers": rest}
    values = [value for name, value in scope["headers"] if name == header]
    passed = {**scope, "headers": rest, NAMED: _name(values)}
    client = _client(scope, proxy)
    if client is not None:
        passed["client"] = (client, 0)
    if _last(scope, b"x-forwarded-proto") in ("http", "https") and scope["type"] == "http":
        passed["scheme"] = _last(scope, b"x-forwarded-proto")
    return passed


def outside(scope: Scope) -> Outside | None:
    """Whom the proxy names, as somebody who signs in; None where it names nobody, or no proxy passed the request on."""
    name = scope.get(NAMED)
    return Outside(ISSUER, account_rows.folded(name), name) if isinstance(name, str) else None


def agrees(scope: Scope, person: Person) -> bool:
    """Whether a session stands beside what the proxy says: it is of whom it names, and one begun on its word stands with it alone."""
    who = outside(scope)
    return not person.by_proxy if who is None else account_rows.folded(person.name) == who.subject


def _name(values: list[bytes]) -> str | None:
    """The name in the header; None where it is left out or empty.

    Raises:
        InputError: it is there twice, no UTF-8 or too long.
    """
    if len(values) > 1:  # a proxy that adds its own to what the browser sent
        raise InputError(STRANGE)
    try:
        name = values[0].decode("utf-8").strip() if values else ""
    except UnicodeDecodeError as error:
        raise InputError(STRANGE) from error
    if len(name) > LONGEST or not name.isprintable():
        raise InputError(STRANGE)
    return name or None


def _client(scope: Scope, proxy: NamedProxy) -> str | None:
    """The last address of `X-Forwarded-For` that is not a named proxy's: those before it may be invented."""
    chain = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for").decode("latin-1")
    for address in reversed([part.strip() for part in chain.split(",") if part.strip()]):
        if not proxy.is_peer(address):
            return address[:100]
    return None


def _last(scope: Scope, header: bytes) -> str:
    values = [value for name, value in scope["headers"] if name == header]
    return values[-1].decode("latin-1").strip() if values else ""
