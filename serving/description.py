"""The OpenAPI document of the endpoint, its answers after the types of what it gives."""

from __future__ import annotations

from typing import Literal

from pydantic import TypeAdapter

from serving.served_head import PictureLabels
from video.results.document import SegmentsJson
from written.json_values import JsonObject

SCHEMAS = "#/components/schemas/"
REFUSALS = {
    "400": "the body is no file that can be used; the message says why",
    "408": "the body did not come",
    "413": "the body is too large, or the video too long",
    "429": "too many requests at once",
}


def openapi(head: str, image_mb: int, video_mb: int) -> JsonObject:
    """The document for the head of that name and bodies of at most so many MB."""
    asked: list[tuple[str, Literal["serialization"], TypeAdapter[object]]] = [
        ("picture", "serialization", TypeAdapter(PictureLabels)), ("video", "serialization", TypeAdapter(SegmentsJson)),
    ]  # fmt: skip
    answers, whole = TypeAdapter.json_schemas(asked, ref_template=SCHEMAS + "{model}")
    named = {name: schema for (name, _), schema in answers.items()}
    query: JsonObject = {"name": "name", "in": "query", "required": False, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Sceneloop: {head}", "version": "0.1.0", "description": "An image or a video in, labels out."},
        "paths": {
            "/": {"get": {"summary": "the head that is served", "responses": {"200": {"description": "its name, encoder and classes"}}}},
            "/health": {"get": {"summary": "whether it is well", "responses": {"200": {"description": "it is"}}}},
            "/image": {"post": _operation(f"labels of an image of at most {image_mb} MB", "image/*", named["picture"])},
            "/video": {
                "post": {
                    **_operation(f"segments of a video of at most {video_mb} MB", "video/*", named["video"]), "parameters": [query],
                }
            },
        },
        "components": {"schemas": whole["$defs"]},
    }  # fmt: skip


def _operation(summary: str, kind: str, answer: JsonObject) -> JsonObject:
    error: JsonObject = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
    refused: JsonObject = {
        status: {"description": text, "content": {"application/json": {"schema": error}}}
        for status, text in REFUSALS.items()
    }
    return {
        "summary": summary,
        "requestBody": {"required": True, "content": {kind: {"schema": {"type": "string", "format": "binary"}}}},
        "responses": {"200": {"description": "done", "content": {"application/json": {"schema": answer}}}, **refused},
    }
