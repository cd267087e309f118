"""Which route takes what: the table behind `docs/openapi.json`, which `python -m web.api.contract` writes."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from labeling.review.operations import Operation
from web.api import bodies, queries
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
    "neighbours": Taken("the nearest items of an item or of words", queries.Neighbours),
    "clusters": Taken("groups that share a suspected error", queries.Clusters),
    "duplicates": Taken("near-duplicates"),
    "map": Taken("every item with its place", queries.Map),
    "mapping": Taken("whether the map by t-SNE is being computed"),
    "recent": Taken("the last decisions of the person who asks"),
    "guidelines": Taken("text and images of each category"),
    "agreement": Taken("Cohen's kappa where items were labelled twice"),
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
    "run/{id}": Taken("a segmented video, labelled as asked", queries.RunView),
    "run/{id}/near": Taken("the labelled images most like some keyframes", queries.Near),
    "run/{id}/programme": Taken("which reference video a run's video comes from"),
    "run/{id}/script": Taken("the ffmpeg commands of the plan", queries.RunView),
    "run/{id}/export": Taken("a run as a file", queries.Export),
    "live/{job}": Taken("what a run in progress has read so far", queries.RunView),
}
POST = {
    "ops": Taken("label operations, acknowledged one by one", body=(bodies.Ops,)),
    "undo": Taken("a batch taken back", body=(bodies.Undo,)),
    "accept": Taken("a lot and its spot check; accepted with answers", body=(bodies.Accept,)),
    "next": Taken("the next batch, leased to who asks", queries.Tiles, (bodies.Next,)),
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
}
OWN = {
    "/thumb/{ws}/{id}.webp": "a thumbnail",
    "/image/{ws}/{id}": "the image in full, or the frame",
    "/clip/{ws}/{id}": "a video's bytes, with HTTP ranges",
    "/keyframe/{ws}/{run}/{index}.jpg": "a keyframe of a run",
    "/keyframe/{ws}/live/{job}/{index}.jpg": "a keyframe of a run in progress",
    "/ui/{file:path}": "our JavaScript and CSS",
}


def openapi() -> dict[str, Any]:
    """The contract as an OpenAPI document."""
    used = {Operation, bodies.Actor} | {
        one for taken in [*GET.values(), *POST.values()] for one in (taken.query, *taken.body)
    }
    pairs: list[Any] = [(one, "validation") for one in sorted(used, key=lambda one: one.__name__)]
    listed, whole = models_json_schema(pairs, ref_template=SCHEMAS + "{model}")
    names: dict[Any, dict[str, Any]] = {one: schema for (one, _), schema in listed.items()}
    schemas = whole["$defs"]
    paths: dict[str, Any] = {}
    for method, table in (("get", GET), ("post", POST)):
        for path, taken in table.items():
            query = schemas[names[taken.query]["$ref"].removeprefix(SCHEMAS)]
            paths.setdefault(f"/api/{{ws}}/{path}", {})[method] = _operation(
                f"/api/{{ws}}/{path}", taken.gives, query, [names[one] for one in taken.body]
            )
    for path, gives in OWN.items():
        paths[path] = {"get": _operation(path, gives, {}, [])}
    paths["/api/actor"] = {"post": _operation("/api/actor", "who works, in the cookie", {}, [names[bodies.Actor]])}
    of_queries = {names[one]["$ref"].removeprefix(SCHEMAS) for one in used if issubclass(one, queries.Query)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sceneloop",
            "version": "0.1.0",
            "description": "What the routes take; docs/http.md says what they give.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": {name: made for name, made in sorted(schemas.items()) if name not in of_queries}},
    }


def _operation(path: str, gives: str, query: dict[str, Any], taken: list[dict[str, Any]]) -> dict[str, Any]:
    named = re.findall(r"{(\w+)}", path)
    kind = {"ws": {"type": "string"}, "file": {"type": "string"}}
    whole = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
    parameters = [{"name": name, "in": "path", "required": True, "schema": kind.get(name, whole)} for name in named]
    lists = {"style": "form", "explode": False}
    for name, schema in query.get("properties", {}).items():
        plain = {key: value for key, value in schema.items() if key != "title"}
        more = lists if plain.get("type") == "array" else {}
        parameters.append({"name": name, "in": "query", "required": False, "schema": plain, **more})
    made: dict[str, Any] = {"summary": gives, "parameters": parameters}
    if taken:
        schema = taken[0] if len(taken) == 1 else {"oneOf": taken}
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    answers = {
        "200": "done",
        "400": "a field cannot be used; the message names it",
        "401": "nobody said who asks",
        "404": "nothing there",
    }
    made["responses"] = {code: {"description": words} for code, words in answers.items()}
    return made


def text() -> str:
    """The document as `docs/openapi.json` holds it."""
    return json.dumps(openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name} is written.\n")
