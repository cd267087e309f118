"""All routes of our own, beside Streamlit's. A prefix ends in an explicit 404: else Streamlit would answer its page with 200."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from web.api import (
    label_routes,
    map_routes,
    media_routes,
    prompt_routes,
    taxonomy_routes,
    team_routes,
)
from web.api.commands import command_routes, export_routes
from web.api.request import Handler, api, not_found, streaming
from web.api.videos import lookup_routes, run_routes, video_routes

GET: dict[str, Handler] = {
    "meta": label_routes.meta,
    "tiles": label_routes.tiles,
    "ids": label_routes.ids,
    "item/{id:number}": label_routes.item,
    "neighbours": label_routes.neighbours,
    "clusters": label_routes.clusters,
    "duplicates": label_routes.duplicates,
    "map": map_routes.points,
    "mapping": map_routes.making,
    "recent": label_routes.recent,
    "guidelines": team_routes.listed,
    "changes": team_routes.changes,
    "agreement": team_routes.agree,
    "views": team_routes.saved,
    "prompts": prompt_routes.prompts,
    "scorecard": prompt_routes.scorecard,
    "categorize": prompt_routes.categorize,
    "taxonomy": taxonomy_routes.show,
    "suggestions": taxonomy_routes.suggestions,
    "suggest": prompt_routes.suggestions,
    "compare": prompt_routes.compare,
    "yaml": prompt_routes.export_yaml,
    "tags": prompt_routes.open_facets,
    "videos/meta": video_routes.meta,
    "videos/tiles": video_routes.tiles,
    "videos/ids": video_routes.ids,
    "videos/lookup/{job:number}": lookup_routes.lookup,
    "video/{id:number}": video_routes.video,
    "run/{id:number}": run_routes.run,
    "run/{id:number}/near": run_routes.near,
    "run/{id:number}/programme": run_routes.programme,
    "run/{id:number}/script": run_routes.script,
    "run/{id:number}/export": run_routes.export,
    "live/{job:number}": run_routes.live,
    "commands/suspects": command_routes.suspects,
    "commands/next": command_routes.following,
    "commands/history": command_routes.past,
}
POST: dict[str, Handler] = {
    "ops": label_routes.ops,
    "undo": label_routes.undo,
    "accept": label_routes.accept,
    "neighbours": label_routes.like_picture,
    "next": team_routes.deal,
    "videos/next": video_routes.deal,
    "guidelines": team_routes.change,
    "views": team_routes.save,
    "follow": team_routes.follow,
    "map": map_routes.make,
    "draft": prompt_routes.draft,
    "discard": prompt_routes.discard,
    "publish": prompt_routes.publish,
    "taxonomy": taxonomy_routes.change,
    "prompt": prompt_routes.about,
    "lane": prompt_routes.none_of_these,
    "options": prompt_routes.options,
    "levels": prompt_routes.levels,
    "yaml": prompt_routes.import_yaml,
    "tags": prompt_routes.propose_tags,
    "segments": run_routes.correct,
    "commands/label": command_routes.label,
    "commands/undo": command_routes.undo,
    "commands/export": export_routes.export,
    "commands/plan": export_routes.plan,
}


class _Number(Convertor[int]):
    """A whole number of a path. Python reads no number of more than 4,300 digits; whether it is too large is asked later."""

    regex = "[0-9]{1,1000}"

    def convert(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Its digits."""
        return str(value)


register_url_convertor("number", _Number())


def routes() -> list[BaseRoute]:
    """The routes in the order in which they are tried."""
    return [
        Route("/thumb/{ws}/{id:number}.webp", media_routes.thumb),
        Route("/image/{ws}/{id:number}", media_routes.image),
        Route("/clip/{ws}/{id:number}", media_routes.clip),
        Route("/clip/{ws}/lookup/{job:number}", lookup_routes.clip),
        Route("/still/{ws}/{id:number}/{ms:number}.jpg", media_routes.still_at),
        Route("/still/{ws}/lookup/{job:number}/{ms:number}.jpg", lookup_routes.still_at),
        Route("/keyframe/{ws}/{run:number}/{index:number}.jpg", media_routes.keyframe),
        Route("/present/{ws}/{id:number}", run_routes.present),
        Route("/keyframe/{ws}/live/{job:number}/{index:number}.jpg", run_routes.live_keyframe),
        Route("/ui/{file:path}", media_routes.ui),
        Route("/api/{ws}/commands/archive", streaming(export_routes.archive, "application/x-tar"), methods=["POST"]),
        Route("/api/actor", media_routes.actor, methods=["POST"]),
        *[Route(f"/api/{{ws}}/{path}", api(handler), methods=["GET"]) for path, handler in GET.items()],
        *[Route(f"/api/{{ws}}/{path}", api(handler), methods=["POST"]) for path, handler in POST.items()],
        *[
            Mount(f"/{prefix}", app=_end)
            for prefix in ("thumb", "image", "clip", "still", "keyframe", "present", "ui", "api")
        ],
    ]


async def _end(scope: Scope, receive: Receive, send: Send) -> None:
    response = await not_found(Request(scope, receive))
    await response(scope, receive, send)
