"""The contract is whole and current: every route is in it, in the page of documentation, and in the file of schemas."""

from __future__ import annotations

from starlette.routing import Route

from settings import ROOT
from web.api import contract
from web.api.routes import routes

PREFIX = "/api/{ws}/"


def paths(method: str) -> set[str]:
    """Paths of the routes of a workspace, without the kinds of their parameters."""
    return {path.removeprefix(PREFIX) for path in every(method) if path.startswith(PREFIX)}


def every(method: str) -> set[str]:
    """Paths of all routes, without the kinds of their parameters."""
    return {
        contract.plain(route.path) for route in routes() if isinstance(route, Route) and method in (route.methods or ())
    }


def test_every_route_is_in_the_contract() -> None:
    assert paths("GET") == set(contract.GET)
    assert paths("POST") == {*contract.POST, contract.ARCHIVE}
    assert {path for path in every("GET") if not path.startswith(PREFIX)} == {
        contract.plain(path) for path in contract.OWN
    }


def test_the_file_of_schemas_is_current() -> None:
    assert contract.FILE.read_text(encoding="utf-8") == contract.text(), "run python -m web.api.contract"


def test_every_route_is_described() -> None:
    page = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
    for path in (*contract.GET, *contract.POST, contract.ARCHIVE):
        assert f"/{path.split('/')[-1]}`" in page or f"/{path}`" in page, path
