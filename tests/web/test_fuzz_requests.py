"""Random bodies and queries on every route, a seeded sample of what `python -m bench fuzz --requests N` tries."""

from __future__ import annotations

from starlette.testclient import TestClient

from bench.faults import fuzz_requests


def test_random_requests_are_answered_with_a_reason(client: TestClient) -> None:
    statuses, faults = fuzz_requests.tried(client, 300, seed=16)
    assert faults == []
    assert sum(statuses.values()) == 300
    assert statuses[200] > 40, "sound requests are among them"
    assert statuses[400] > 100, "and damaged ones"
