"""The switch, the texts of the scripts, and the language of an answer."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from web.language import choice, language_routes, words
from web.language.middleware import Spoken


async def spoken(_request: Request) -> Response:
    return PlainTextResponse(words.spoken())


def client(**cookies: str) -> TestClient:
    app = Starlette(routes=[*language_routes.routes(), Route("/spoken", spoken)], middleware=[Middleware(Spoken)])
    return TestClient(app, base_url="http://here", cookies=cookies, follow_redirects=False)


def test_an_answer_speaks_the_language_of_who_asks() -> None:
    assert client().get("/spoken", headers={"accept-language": "zh-CN,en;q=0.5"}).text == "zh-CN"
    assert client().get("/spoken", headers={"accept-language": "en"}).text == "en"
    assert client(**{choice.COOKIE: "zh-CN"}).get("/spoken", headers={"accept-language": "en"}).text == "zh-CN"


def test_the_switch_keeps_the_language_and_goes_back() -> None:
    answer = client().get("/language/zh-CN", headers={"referer": "http://here/data?workspace=demo&view=Encoder"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/data?workspace=demo&view=Encoder")
    assert answer.cookies[choice.COOKIE] == "zh-CN"


def test_the_switch_sends_nobody_to_another_site() -> None:
    for referer in ("http://else/data", "//else/x", "", "http://here//else/x", "http://here:1\n/x"):
        answer = client().get("/language/en", headers={"referer": referer.replace("\n", "")})
        assert answer.headers["location"] == "/"


def test_a_language_that_is_not_here_is_not_kept() -> None:
    answer = client().get("/language/xx")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert choice.COOKIE not in answer.cookies


def test_scripts_get_their_texts_alone() -> None:
    texts = client().get("/ui/words/zh-CN.json").json()
    assert texts["Saved"] == "已保存"
    assert "This server knows no identity provider." not in texts
    assert client().get("/ui/words/en.json").json() == {}
    assert client().get("/ui/words/..%2F..%2Fx.json").status_code == 404
