"""A proxy that signs people in before they come here, as the settings name it: its header, its addresses, where it signs people out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from errors import InputError
from settings import Settings

TAKEN = (
    "host",
    "cookie",
    "origin",
    "authorization",
    "user-agent",
    "upgrade",
    "connection",
)  # have a meaning of their own


@dataclass(frozen=True)
class NamedProxy:
    """What counts as the word of a proxy.

    Attributes:
        header: that says who it is, in small letters. peers: from where it counts.
        sign_out: the proxy's own address for that, which begins with one slash, or None.
    """

    header: str
    peers: tuple[IPv4Network | IPv6Network, ...]
    sign_out: str | None

    def is_peer(self, address: str) -> bool:
        """Whether an address is the proxy's; an IPv4 address counts in IPv6's clothes too."""
        try:
            ip = ip_address(address)
        except ValueError:
            return False
        plain = getattr(ip, "ipv4_mapped", None) or ip
        return any(plain in network for network in self.peers)


@cache
def of(settings: Settings) -> NamedProxy | None:
    """The proxy that the settings name, None without one.

    Raises:
        InputError: what they say of it is none, would let anybody in, or does not go together.
    """
    peers = []
    for name in settings.proxy_peers:
        try:
            network = ip_network(name)
        except ValueError as error:
            raise InputError(
                f"SCENELOOP_PROXY_PEERS has {name!r}. Give addresses or networks such as 10.0.0.5."
            ) from error
        if network.prefixlen == 0:
            raise InputError(f"SCENELOOP_PROXY_PEERS has {name!r}, which is everybody. Name the proxy alone.")
        peers.append(network)
    header, sign_out = settings.proxy_header, settings.proxy_sign_out
    if (header is None) != (not peers):
        raise InputError(
            "Set SCENELOOP_PROXY_HEADER and SCENELOOP_PROXY_PEERS together: what the proxy says, and who it is."
        )
    if sign_out is not None and not re.fullmatch(r"/(?![/\\])[\x21-\x7e]*", sign_out):
        raise InputError("SCENELOOP_PROXY_SIGN_OUT is an address of the proxy's own that begins with one slash.")
    if header is None:
        return None
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", header) or header.lower() in TAKEN:
        raise InputError(
            f"SCENELOOP_PROXY_HEADER is {header!r}. Name a header of its own, such as X-Auth-Request-Email."
        )
    return NamedProxy(header.lower(), tuple(peers), sign_out)
