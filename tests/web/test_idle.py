"""A pause is what begins with the last request, not with the first."""

from __future__ import annotations

import threading
import time

from web import idle


def test_work_waits_for_the_end_of_the_requests() -> None:
    ended: list[float] = []
    idle.asked()
    waiting = threading.Thread(target=lambda: (idle.wait(0.5), ended.append(time.monotonic())))
    waiting.start()
    for _ in range(8):
        time.sleep(0.1)
        idle.asked()
    last = time.monotonic()
    waiting.join(10)
    assert ended
    assert ended[0] - last >= 0.5 - 0.1, "it began while somebody was asking"
