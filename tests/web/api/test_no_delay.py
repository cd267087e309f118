"""Answers are not held back: what a listening socket accepts sends at once."""

from __future__ import annotations

import socket

from web.api.no_delay import undelay


def test_what_is_accepted_afterwards_sends_at_once() -> None:
    with socket.socket(socket.AF_INET) as listening, socket.socket(socket.AF_INET) as client:
        listening.bind(("127.0.0.1", 0))  # as Streamlit makes it: no protocol named
        listening.listen()
        assert undelay() >= 1
        client.connect(listening.getsockname())
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0, "only where the app itself listens"
