"""The switch of the language, and the texts that the scripts of the pages show."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from web.language import catalogue, choice

YEAR_S = 365 * 24 * 3600


def routes() -> list[BaseRoute]:
    """The routes; they stand before the one for all files of ours."""
    return [
        Route("/ui/words/{language}.json", texts, methods=["GET"]),
        Route("/language/{language}", switch, methods=["GET"]),
    ]


async def texts(request: Request) -> Response:
    """The texts that the scripts show, by their English: `web/ui/shared/page/words.js` asks for them once a page."""
    language = request.path_params["language"]
    known = catalogue.of(language).for_scripts if language in choice.LANGUAGES and language != choice.ENGLISH else {}
    return JSONResponse(known, headers={"Cache-Control": "no-cache"})


async def switch(request: Request) -> Response:
    """Keep a language in a cookie, and go back to the page that asked."""
    language = request.path_params["language"]
    page = urlsplit(request.headers.get("referer", ""))
    here = (
        page.netloc == request.headers.get("host", "") and page.path.startswith("/") and not page.path.startswith("//")
    )
    response = RedirectResponse((page.path + (f"?{page.query}" if page.query else "")) if here else "/", 303)
    if language in choice.LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(choice.COOKIE, language, YEAR_S, samesite="lax", httponly=True, secure=secure)
    return response
