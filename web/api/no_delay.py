"""Answers leave at once: without this an answer waits some 40 ms for the browser's acknowledgement of its own headers.

The server writes headers and body one after the other, and Nagle's algorithm holds the second back until the first is
acknowledged, which the other side delays (RFC 1122, 4.2.3.2). asyncio switches that off only for sockets that were made with
the protocol named, and the server's listening socket is not.
"""

from __future__ import annotations

import gc
import socket


def undelay() -> int:
    """Switch Nagle's algorithm off where this process listens; connections inherit it. Returns on how many sockets."""
    # `type`, not `isinstance`: that asks objects for their __class__, at which some of torch's warn.
    sockets = [each for each in gc.get_objects() if issubclass(type(each), socket.socket) and _listens(each)]
    for each in sockets:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(sockets)


def _listens(each: socket.socket) -> bool:
    internet = each.family in (socket.AF_INET, socket.AF_INET6) and each.type == socket.SOCK_STREAM
    return internet and each.fileno() >= 0 and bool(each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
