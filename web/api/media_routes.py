"""Bytes: thumbnails, images, clips, keyframes, our own JavaScript and CSS; and the cookie that says who works."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from embedding.pictures import served_image
from errors import InputError
from store.items import media
from store.team import people
from video.decoding import media_type, still
from video.runs import run_view
from video.whole import poster
from web import object_response, resources
from web.accounts import identity
from web.api import bodies
from web.api.body_reader import body_of
from web.api.request import COOKIE, HEADER, Json, failure, loaded, not_found, status_of
from written import model

UI = Path(__file__).resolve().parents[1] / "ui"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}
A_DAY = {"Cache-Control": "private, max-age=86400"}
YEAR_S = 365 * 24 * 3600
MAX_ACTOR = 4096  # bytes of the request: nobody knows yet who sends it
STILL_SIDE = 960
MAX_MS = 10**9


@loaded
async def thumb(request: Request) -> Response:
    """A thumbnail; that of a whole video is made when it is first asked for."""
    workspace = resources.workspace(request.path_params["ws"])
    try:
        content = await run_in_threadpool(poster.thumbnail, workspace, request.path_params["id"])
    except (OSError, InputError):
        return failure(404, "There is no image of that number. Reload the page.")
    return Response(content, media_type="image/webp", headers=FOR_GOOD)


async def _original(request: Request) -> media.Media:
    workspace = resources.workspace(request.path_params["ws"])
    return await run_in_threadpool(media.original, workspace, request.path_params["id"])


@loaded
async def image(request: Request) -> Response:
    """The image in full, as the model sees it; of a video the picture at a frame's time, else the first."""
    original = await _original(request)
    if not original.is_video:
        sent = await run_in_threadpool(served_image.picture, original.path)
        return Response(sent.content, media_type=sent.media_type, headers=A_DAY)
    picture = await run_in_threadpool(still.at, original.path, original.time_s or 0.0)
    return Response(picture, media_type="image/jpeg", headers=A_DAY)


@loaded
async def still_at(request: Request) -> Response:
    """The picture of a video at a time in milliseconds: what is shown where the browser cannot play it."""
    original = await _original(request)
    milliseconds = int(request.path_params["ms"])
    if not original.is_video or milliseconds > MAX_MS:
        return failure(404, "That item is not a video, or not so long. Reload the page.")
    picture = await run_in_threadpool(still.at, original.path, milliseconds / 1000, STILL_SIDE)
    return Response(picture, media_type="image/jpeg", headers=A_DAY)


@loaded
async def clip(request: Request) -> Response:
    """A video's bytes, whole or the range asked for; for a frame those of its video."""
    original = await _original(request)
    if not original.is_video:
        return failure(404, "That item is not a video.")
    kind = await run_in_threadpool(media_type.of, original.path)
    if isinstance(original.path, Path):
        return FileResponse(original.path, media_type=kind, headers=A_DAY)
    return object_response.response(original.path, request.headers.get("range"), kind, A_DAY)


@loaded
async def keyframe(request: Request) -> Response:
    """A keyframe of a run, as it was kept when the video was analysed."""
    name, run, index = (request.path_params[key] for key in ("ws", "run", "index"))
    picture = await run_in_threadpool(lambda: run_view.keyframe(resources.snapshot(name), run, index))
    return Response(picture, media_type="image/jpeg", headers=FOR_GOOD)


@cache
def _ui_files() -> dict[str, tuple[bytes, str]]:
    """Content and hash of our own files, by name: nothing else can be asked for."""
    contents = {path.relative_to(UI).as_posix(): path.read_bytes() for path in UI.rglob("*") if path.suffix in TYPES}
    return {name: (content, hashlib.sha256(content).hexdigest()[:16]) for name, content in contents.items()}


async def ui(request: Request) -> Response:
    """One of our own JavaScript or CSS files."""
    name = request.path_params["file"]
    if name not in _ui_files():
        return await not_found(request)
    content, digest = _ui_files()[name]
    headers = {"ETag": f'"{digest}"', "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=TYPES[Path(name).suffix], headers=headers)


async def actor(request: Request) -> Response:
    """Remember who works: the name goes into a cookie that scripts cannot read."""
    if request.headers.get(HEADER) != "1":
        return failure(403, "This address is for the app's own pages. Open the app instead.")
    if identity.SCOPE in request.scope:
        return failure(403, "Your name here is that of your account. Whoever runs the server can make another one.")
    try:
        given = model.read(bodies.Actor, await body_of(request, MAX_ACTOR))
        name = people.person(given.name)
    except InputError as error:
        return failure(status_of(error), str(error))
    response = Json({"actor": name})
    response.set_cookie(
        COOKIE, quote(name), max_age=YEAR_S, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response
