"""The HTTP endpoint of a head: `POST /image` and `POST /video` take the bytes of a file, `GET /health` and `GET /openapi.json` tell.

Bodies are counted while they are read and lie in a temporary file; a few requests work or wait, and any further one is refused at
once. Nothing of what was sent is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import anyio
from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from embedding.pictures.images import BadImage
from errors import AppError
from serving.description import openapi
from serving.served_head import ServedHead, TooLongError
from settings import MAX_UPLOAD_MB

LOCAL = ("localhost", "127.0.0.1")
MB = 2**20
WAIT_FOR_BYTES_S = 30.0

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """What one server takes.

    Attributes:
        image_mb, video_mb: the largest body.
        at_once: requests that compute at the same time. waiting: further ones that are held, their bodies on disk.
    """

    image_mb: int = 64
    video_mb: int = MAX_UPLOAD_MB
    at_once: int = 1
    waiting: int = 8


class _TooLargeError(Exception):
    """A body is larger than this server takes."""


def app(head: ServedHead, *, hosts: Sequence[str] = (), limits: Limits | None = None) -> Starlette:
    """The endpoint of a head.

    Args:
        hosts: names that it answers to beside those of this machine; `*` for any.
    """
    served = _Served(head, limits or Limits())
    return Starlette(
        routes=[
            Route("/", served.about),
            Route("/health", served.health),
            Route("/openapi.json", served.described),
            Route("/image", served.image, methods=["POST"]),
            Route("/video", served.video, methods=["POST"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL, *hosts], www_redirect=False)],
        exception_handlers={HTTPException: _refused},
    )


class _Served:
    """The routes, and how many requests they hold."""

    def __init__(self, head: ServedHead, limits: Limits) -> None:
        self.head = head
        self.limits = limits
        self._held = 0
        self._computing = anyio.CapacityLimiter(limits.at_once)

    async def about(self, request: Request) -> Response:
        """What is served."""
        del request
        several = self.head.thresholds is not None
        return JSONResponse(
            {
                "model": self.head.name,
                "encoder": self.head.encoder.name,
                "several": several,
                "classes": self.head.classes,
            }
        )

    async def health(self, request: Request) -> Response:
        """That it is well, and how many requests it holds."""
        del request
        return JSONResponse({"status": "ok", "held": self._held})

    async def described(self, request: Request) -> Response:
        """The OpenAPI document."""
        del request
        return JSONResponse(openapi(self.head.name, self.limits.image_mb, self.limits.video_mb))

    async def image(self, request: Request) -> Response:
        """Labels of the image in the body."""
        return await self._answered(request, self.limits.image_mb, self.head.picture)

    async def video(self, request: Request) -> Response:
        """Segments of the video in the body; `?name=` is its name in the answer."""
        name = request.query_params.get("name", "video")[:200]
        return await self._answered(request, self.limits.video_mb, lambda path: self.head.video(path, name))

    async def _answered(self, request: Request, most_mb: int, work: Callable[[Path], object]) -> Response:
        if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return _failure(403, "A page of another site asks for this. Ask from a program.")
        if self._held >= self.limits.at_once + self.limits.waiting:
            return _failure(
                429, "The server is busy with other files. Try again in a few seconds.", {"Retry-After": "5"}
            )
        self._held += 1
        try:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "upload"
                await _keep(request, path, most_mb)
                return JSONResponse(await to_thread.run_sync(work, path, limiter=self._computing))
        except _TooLargeError:
            return _failure(413, f"The body is larger than {most_mb:,} MB. Send a smaller file.")
        except TimeoutError:
            return _failure(408, f"No byte of the body came for {WAIT_FOR_BYTES_S:.0f} s. Send it again.")
        except ClientDisconnect:
            return _failure(400, "The body ended early. Send it again.")
        except TooLongError as error:
            return _failure(413, str(error))
        except BadImage as error:
            return _failure(400, f"The body is no image that can be used: {error.reason}. {error.way_out}")
        except AppError as error:
            return _failure(400, " ".join(str(error).split()))
        finally:
            self._held -= 1


async def _keep(request: Request, path: Path, most_mb: int) -> None:
    """Write the body into a file, counting: one that is sent in chunks says no length."""
    declared = request.headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdigit()) or len(declared) > 15 or int(declared) > most_mb * MB:
        raise _TooLargeError
    size = 0
    stream = aiter(request.stream())
    async with await anyio.open_file(path, "wb") as file:
        while (chunk := await _within(anext(stream, None))) is not None:
            size += len(chunk)
            if size > most_mb * MB:
                raise _TooLargeError
            await file.write(chunk)


async def _within(coming: Awaitable[T]) -> T:
    with anyio.fail_after(WAIT_FOR_BYTES_S):
        return await coming


async def _refused(request: Request, error: Exception) -> Response:
    """What the router refuses, in words too."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {
        404: "There is no such address. GET /openapi.json lists them.",
        405: "This address takes another method. GET /openapi.json lists them.",
    }
    return _failure(status, words.get(status, "The request cannot be answered."))


def _failure(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": message}, status, headers)
