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
from web.api import models
from written.model import Model

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True)
class Taken:
    """What a route takes: parameters of its address, and for a POST a body (or one of several). `gives` says what it is for."""

    gives: str
    query: type[Model] = models.Nothing
    body: tuple[type[Model], ...] = ()


GET = {
    "meta": Taken("categories, facets, encoder, versions, who asks"),
    "tiles": Taken("a page of tiles for a filter and an order", models.Tiles),
    "ids": Taken("every id and version for a filter", models.Tiles),
    "item/{id}": Taken("one item: scores, why it is suspected, history"),
    "neighbours": Taken("the nearest items of an item or of words", models.Neighbours),
    "clusters": Taken("groups that share a suspected error", models.Clusters),
    "duplicates": Taken("near-duplicates"),
    "map": Taken("every item with its place", models.Map),
    "mapping": Taken("whether the map by t-SNE is being computed"),
    "recent": Taken("the last decisions of the person who asks"),
    "guidelines": Taken("text and images of each category"),
    "agreement": Taken("Cohen's kappa where items were labelled twice"),
    "views": Taken("the saved views"),
    "prompts": Taken("the published prompts, the draft of who asks, the versions", models.VersionOf),
    "scorecard": Taken("what each published prompt gains"),
    "categorize": Taken("the categories that words mean, best first", models.Categorize),
    "taxonomy": Taken("the categories in use, with labels and prompts"),
    "suggestions": Taken("children that a split suggested and nobody has confirmed", models.Suggestions),
    "suggest": Taken("prompts that a category does not have yet", models.Suggest),
    "compare": Taken("two versions of the prompts, by text and by effect", models.Compare),
    "yaml": Taken("a version of the prompts as a YAML file", models.VersionOf),
    "tags": Taken("what stands in each facet that takes any number of labels"),
    "run/{id}": Taken("a segmented video, labelled as asked", models.RunView),
    "run/{id}/near": Taken("the labelled images most like some keyframes", models.Near),
    "run/{id}/programme": Taken("which reference video a run's video comes from"),
    "run/{id}/script": Taken("the ffmpeg commands of the plan", models.RunView),
    "run/{id}/export": Taken("a run as a file", models.Export),
    "live/{job}": Taken("what a run in progress has read so far", models.RunView),
}
POST = {
    "ops": Taken("label operations, acknowledged one by one", body=(models.Ops,)),
    "undo": Taken("a batch taken back", body=(models.Undo,)),
    "accept": Taken("a lot and its spot check; accepted with answers", body=(models.Accept,)),
    "next": Taken("the next batch, leased to who asks", models.Tiles, (models.Next,)),
    "guidelines": Taken("one guideline changed", body=(models.Guideline,)),
    "views": Taken("a view kept or forgotten", body=(models.View,)),
    "follow": Taken("machine labels follow their neighbours"),
    "map": Taken("the map by t-SNE computed in the background"),
    "draft": Taken("the effect of a draft of prompts; kept with `save`", body=(models.Wish,)),
    "discard": Taken("the person's draft forgotten", body=(models.Page,)),
    "publish": Taken("the draft published as a version", body=(models.Publish,)),
    "taxonomy": Taken("a change of the category tree", body=tuple(models.CHANGES.values())),
    "prompt": Taken("one prompt of a draft, looked at closely", body=(models.About,)),
    "lane": Taken("what the lane for none of the classes holds back", body=(models.Wish,)),
    "options": Taken("mean-centring, prior and temperature, measured", body=(models.Wish,)),
    "levels": Taken("coverage and precision at each level of a tree", body=(models.Wish,)),
    "yaml": Taken("a draft from a YAML file; nothing is saved", body=(models.Yaml,)),
    "tags": Taken("proposals in an open facet", body=(models.Facet,)),
    "segments": Taken("corrections of segments", body=(models.Segments,)),
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
    used = {Operation, models.Actor} | {
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
            bodies = [names[one] for one in taken.body]
            paths.setdefault(f"/api/{{ws}}/{path}", {})[method] = _operation(
                f"/api/{{ws}}/{path}", taken.gives, query, bodies
            )
    for path, gives in OWN.items():
        paths[path] = {"get": _operation(path, gives, {}, [])}
    paths["/api/actor"] = {"post": _operation("/api/actor", "who works, in the cookie", {}, [names[models.Actor]])}
    queries = {names[one]["$ref"].removeprefix(SCHEMAS) for one in used if issubclass(one, models.Query)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sceneloop",
            "version": "0.1.0",
            "description": "What the routes take; docs/http.md says what they give.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": {name: made for name, made in sorted(schemas.items()) if name not in queries}},
    }


def _operation(path: str, gives: str, query: dict[str, Any], bodies: list[dict[str, Any]]) -> dict[str, Any]:
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
    if bodies:
        schema = bodies[0] if len(bodies) == 1 else {"oneOf": bodies}
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
