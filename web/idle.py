"""When nobody asks for anything: what can wait is done then."""

from __future__ import annotations

import time

_LOOK_S = 0.1
_asked = time.monotonic()


def asked() -> None:
    """Somebody asks for something."""
    global _asked
    _asked = time.monotonic()


def wait(seconds: float) -> None:
    """Wait until nobody has asked for so long."""
    while time.monotonic() - _asked < seconds:
        time.sleep(_LOOK_S)
