"""Which route takes and gives what: the table behind `docs/openapi.json`, which `python -m web.api.contract` writes."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_type_hints

from pydantic import TypeAdapter

from labeling.review.operations import Operation
from web.api import bodies, queries, routes
from web.api.commands import command_bodies
from web.api.request import Handler
from written.json_values import Json, JsonObject
from written.model import Model

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True)
class Taken:
    """What a route takes: parameters of its address, and for a POST a body (or one of several). `gives` says what it is for."""

    gives: str
    query: type[Model] = queries.Nothing
    body: tuple[type[Model], ...] = ()


GET = {
    "meta": Taken("categories, facets, encoder, versions, who asks"),
    "tiles": Taken("a page of tiles for a filter and an order", queries.Tiles),
    "ids": Taken("every id and version for a filter", queries.Tiles),
    "item/{id}": Taken("one item: scores, why it is suspected, history"),
    "neighbours": Taken("the nearest items of an item, of some items or of words", queries.Neighbours),
    "clusters": Taken("groups that share a suspected error", queries.Clusters),
    "duplicates": Taken("near-duplicates"),
    "map": Taken("every item with its place", queries.Map),
    "mapping": Taken("whether the map by t-SNE is being computed"),
    "recent": Taken(
        "the last decisions of who asks, and what is left of images or of a facet of videos", queries.OfSubject
    ),
    "guidelines": Taken("text and examples of each category, of images or of a facet of videos", queries.OfSubject),
    "changes": Taken("what others changed on the images of an open page, and who has them open too", queries.Changes),
    "agreement": Taken("Cohen's kappa where images, or videos in a facet, were labelled twice", queries.OfSubject),
    "views": Taken("the saved views"),
    "prompts": Taken("the published prompts, the draft of who asks, the versions", queries.VersionOf),
    "scorecard": Taken("what each published prompt gains"),
    "categorize": Taken("the categories that words mean, best first", queries.Categorize),
    "taxonomy": Taken("the categories in use, with labels and prompts"),
    "suggestions": Taken("children that a split suggested and nobody has confirmed", queries.Suggestions),
    "suggest": Taken("prompts that a category does not have yet", queries.Suggest),
    "compare": Taken("two versions of the prompts, by text and by effect", queries.Compare),
    "yaml": Taken("a version of the prompts as a YAML file", queries.VersionOf),
    "tags": Taken("what stands in each facet that takes any number of labels"),
    "videos/meta": Taken("facets of whole videos, the categories of one, what is missing", queries.OfFacet),
    "videos/tiles": Taken("a page of whole videos for a filter and an order", queries.Videos),
    "videos/ids": Taken("every id and version of whole videos for a filter", queries.Videos),
    "videos/lookup/{job}": Taken("a clip that was looked up: what it is about, and which videos it is a piece of"),
    "video/{id}": Taken("a whole video: what carries each tag and when, the videos most like it", queries.OfFacet),
    "run/{id}": Taken("a segmented video, labelled as asked", queries.RunView),
    "run/{id}/near": Taken("the labelled images most like some keyframes", queries.Near),
    "run/{id}/programme": Taken("which reference video a run's video comes from"),
    "run/{id}/script": Taken("the ffmpeg commands of the plan", queries.RunView),
    "run/{id}/export": Taken("a run as a file", queries.Export),
    "live/{job}": Taken("what a run in progress has read so far", queries.RunView),
    "commands/suspects": Taken("as `sceneloop suspects`", queries.Suspects),
    "commands/next": Taken("as `sceneloop next`", queries.Following),
    "commands/history": Taken("as `sceneloop history`", queries.Past),
}
POST = {
    "ops": Taken("label operations, acknowledged one by one", body=(bodies.Ops,)),
    "undo": Taken("a batch taken back", body=(bodies.Undo,)),
    "accept": Taken("a lot and its spot check; accepted with answers", body=(bodies.Accept,)),
    "neighbours": Taken("the nearest items of a picture, which is not kept", body=(bodies.Picture,)),
    "next": Taken("the next batch, leased to who asks", queries.Tiles, (bodies.Next,)),
    "videos/next": Taken("the next batch of whole videos, leased to who asks", queries.Videos, (bodies.Next,)),
    "guidelines": Taken("one guideline changed", body=(bodies.Guideline,)),
    "views": Taken("a view kept or forgotten", body=(bodies.View,)),
    "follow": Taken("machine labels follow their neighbours"),
    "map": Taken("the map by t-SNE computed in the background"),
    "draft": Taken("the effect of a draft of prompts; kept with `save`", body=(bodies.Wish,)),
    "discard": Taken("the person's draft forgotten", body=(bodies.Page,)),
    "publish": Taken("the draft published as a version", body=(bodies.Publish,)),
    "taxonomy": Taken("a change of the category tree", body=tuple(bodies.CHANGES.values())),
    "prompt": Taken("one prompt of a draft, looked at closely", body=(bodies.About,)),
    "lane": Taken("what the lane for none of the classes holds back", body=(bodies.Wish,)),
    "options": Taken("mean-centring, prior and temperature, measured", body=(bodies.Wish,)),
    "levels": Taken("coverage and precision at each level of a tree", body=(bodies.Wish,)),
    "yaml": Taken("a draft from a YAML file; nothing is saved", body=(bodies.Yaml,)),
    "tags": Taken("proposals in an open facet", body=(bodies.Facet,)),
    "segments": Taken("corrections of segments", body=(bodies.Segments,)),
    "commands/label": Taken("as `sceneloop label`", body=(command_bodies.LabelTable,)),
    "commands/undo": Taken("as `sceneloop undo`", body=(command_bodies.BatchName,)),
    "commands/export": Taken("as `sceneloop export` to one file", body=(command_bodies.ExportTable,)),
    "commands/plan": Taken("as `sceneloop export --dry-run`", body=(command_bodies.ExportFolder,)),
}
ARCHIVE = "commands/archive"  # the one answer to a POST that is no JSON
OWN = {
    "/thumb/{ws}/{id}.webp": "a thumbnail",
    "/image/{ws}/{id}": "the image in full, or the frame",
    "/clip/{ws}/{id}": "a video's bytes, with HTTP ranges",
    "/clip/{ws}/lookup/{job}": "the bytes of a clip that was looked up, with HTTP ranges",
    "/still/{ws}/{id}/{ms}.jpg": "the picture of a video at a time in milliseconds",
    "/still/{ws}/lookup/{job}/{ms}.jpg": "the picture of such a clip at a time in milliseconds",
    "/keyframe/{ws}/{run}/{index}.jpg": "a keyframe of a run",
    "/keyframe/{ws}/live/{job}/{index}.jpg": "a keyframe of a run in progress",
    "/present/{ws}/{id}": "the presentation view of a run, as a page",
    "/ui/{file:path}": "our JavaScript and CSS",
}


def openapi() -> JsonObject:
    """The contract as an OpenAPI document.

    Raises:
        ValueError: a body and an answer have one name.
    """
    models = {Operation, bodies.Actor} | {model for taken in _all() for model in (taken.query, *taken.body)}
    named, schemas = _schemas({model.__name__: TypeAdapter[object](model) for model in models})
    given, answers = _schemas({name: answer_of(handler) for name, handler in _handlers().items()})
    of_queries = {model.__name__ for model in models if issubclass(model, queries.Query)}
    components = {name: schema for name, schema in schemas.items() if name not in of_queries}
    if twice := components.keys() & answers.keys():
        raise ValueError(f"a body and an answer are both called {', '.join(sorted(twice))}")
    paths: dict[str, JsonObject] = {}
    for method, table in (("get", GET), ("post", POST)):
        for path, taken in table.items():
            whole, query = f"/api/{{ws}}/{path}", schemas[taken.query.__name__]
            taken_bodies = [named[body.__name__] for body in taken.body]
            operation = _operation(whole, taken.gives, query, taken_bodies, given[f"{method} {path}"])
            paths.setdefault(whole, {})[method] = operation
    for path, gives in OWN.items():
        paths[path] = {"get": _operation(path, gives, {}, [])}
    archive, words = (
        f"/api/{{ws}}/{ARCHIVE}",
        "as `sceneloop export` to a folder: a tar of it, which ends with what was exported",
    )
    paths[archive] = {"post": _operation(archive, words, {}, [named[command_bodies.ExportFolder.__name__]])}
    actor = _operation("/api/actor", "who works, in the cookie", {}, [named[bodies.Actor.__name__]])
    paths["/api/actor"] = {"post": actor}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sceneloop",
            "version": "0.1.0",
            "description": "What the routes take and give; docs/http.md says it in words.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted({**components, **answers}.items()))},
    }


def _all() -> list[Taken]:
    return [*GET.values(), *POST.values()]


def _handlers() -> dict[str, Handler]:
    """The handlers of all routes by method and path."""
    tables = (("get", routes.GET), ("post", routes.POST))
    return {f"{method} {plain(path)}": handler for method, table in tables for path, handler in table.items()}


def _schemas(adapters: dict[str, TypeAdapter[object]]) -> tuple[dict[str, JsonObject], dict[str, JsonObject]]:
    """(the schema of each, the named parts that they refer to)."""
    asked: list[tuple[str, Literal["validation"], TypeAdapter[object]]] = [
        (name, "validation", adapters[name]) for name in sorted(adapters)
    ]
    listed, whole = TypeAdapter.json_schemas(asked, ref_template=SCHEMAS + "{model}")
    return {name: schema for (name, _), schema in listed.items()}, whole["$defs"]


def plain(path: str) -> str:
    """The path of a route without the kinds of its parameters."""
    return re.sub(r":\w+}", "}", path)


def answer_of(handler: Handler) -> TypeAdapter[object]:
    """What a handler answers, as its signature says."""
    return TypeAdapter(get_type_hints(handler, include_extras=True)["return"])


def _operation(
    path: str, gives: str, query: JsonObject, taken: list[JsonObject], answer: JsonObject | None = None
) -> JsonObject:
    operation: JsonObject = {"summary": gives, "parameters": _parameters(path, query)}
    if taken:
        schema: Json = taken[0] if len(taken) == 1 else {"oneOf": [*taken]}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    content: JsonObject = {} if answer is None else {"content": {"application/json": {"schema": answer}}}
    operation["responses"] = {
        "200": {"description": "done", **content},
        "400": {"description": "a field cannot be used; the message names it"},
        "401": {"description": "nobody said who asks"},
        "404": {"description": "nothing there"},
    }
    return operation


def _parameters(path: str, query: JsonObject) -> list[Json]:
    """Those of the path, then those of the address."""
    kind: dict[str, JsonObject] = {"ws": {"type": "string"}, "file": {"type": "string"}}
    whole: JsonObject = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": kind.get(name, whole)}
        for name in re.findall(r"{(\w+)}", path)
    ]
    fields = query.get("properties")
    for name, schema in fields.items() if isinstance(fields, dict) else ():
        plain = {key: value for key, value in schema.items() if key != "title"} if isinstance(schema, dict) else {}
        more: JsonObject = {"style": "form", "explode": False} if plain.get("type") == "array" else {}
        parameters.append({"name": name, "in": "query", "required": False, "schema": plain, **more})
    return parameters


def text() -> str:
    """The document as `docs/openapi.json` holds it."""
    return json.dumps(openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name} is written.\n")
