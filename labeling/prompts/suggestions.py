"""Prompts suggested for a category: by any OpenAI-compatible endpoint where one is set, else from the list that ships.

An endpoint's answers are kept in the workspace, so that the same question is asked once. Nothing is added by itself: what is
suggested is a draft that a person accepts one by one.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from typing_extensions import TypedDict

import files
from errors import InputError
from labeling.snapshot.snapshot import Snapshot
from naming import class_above
from settings import Settings, current
from store.project.taxonomy import Category
from store.workspace import Workspace
from written import yaml_text
from written.texts import fault

LIST = Path(__file__).resolve().parent.parent / "suggestions.yaml"
CACHE = "suggestions.json"
MOST = 12
LONGEST = 120
WAIT_S = 30
MAX_ANSWER = 2**20
NEAR = 0.75  # cosine of two names from which on the list's entry is offered for the category
ASKED = (
    "You write short visual descriptions for a zero-shot image classifier. For the category {name!r}{inside}, told apart from "
    "{others}, give {count} different short phrases in English that describe what is seen in such images. "
    "Answer with a JSON array of strings and nothing else."
)


# Prompts from a `source` (`endpoint`, `cache` or `list`), and `from` which model, or which entry of the list.
Suggestions = TypedDict("Suggestions", {"source": str, "from": str | None, "prompts": list[str]})


class CuratedEntry(TypedDict):
    """An entry of the list that ships: its other names, and its prompts."""

    also: list[str]
    prompts: list[str]


def suggest(snapshot: Snapshot, category_id: int, settings: Settings | None = None) -> Suggestions:
    """Prompts that a category does not have yet.

    Raises:
        InputError: there is no such category, or the endpoint does not answer as it should.
    """
    settings = settings or current()
    tree = snapshot.categories.tree
    category = next((c for c in tree if c.id == category_id), None)
    if category is None:
        raise InputError("There is no category with this id in use. Reload the page.")
    has = {p.text.casefold() for p in snapshot.prompts.version()[1].categories.get(category_id, ())}
    suggested = (
        _from_endpoint(snapshot.workspace, category, tree, settings)
        if settings.suggest_url
        else _from_list(snapshot, category)
    )
    fresh = [text for text in suggested["prompts"] if text.casefold() not in has]
    return {**suggested, "prompts": fresh[:MOST]}


def _from_endpoint(workspace: Workspace, category: Category, tree: list[Category], settings: Settings) -> Suggestions:
    words = _question(category, tree)
    key = hashlib.sha256(json.dumps([settings.suggest_url, settings.suggest_model, words]).encode()).hexdigest()[:32]
    kept = _read(workspace.path / CACHE)
    if key in kept:
        return {"source": "cache", "from": settings.suggest_model, "prompts": kept[key]}
    texts = clean(_ask(words, settings))
    if not texts:
        raise InputError("The endpoint's answer holds no phrases. Ask again, or choose another model in the settings.")
    _write(workspace.path / CACHE, {**kept, key: texts})
    return {"source": "endpoint", "from": settings.suggest_model, "prompts": texts}


def _question(category: Category, tree: list[Category]) -> str:
    siblings = [
        c.name
        for c in tree
        if c.parent_id == category.parent_id and c.facet_id == category.facet_id and c.id != category.id
    ]
    inside = f" inside {class_above(category.path)!r}" if category.parent_id is not None else ""
    return ASKED.format(name=category.name, inside=inside, others=", ".join(siblings) or "everything else", count=MOST)


def _host(answer: httpx.Response) -> str:
    """Host that a redirect leads to, as far as it can be read."""
    try:
        return urlsplit(answer.headers.get("location", "")).hostname or "another address"
    except ValueError:
        return "another address"


def _check(answer: httpx.Response) -> None:
    """Refuse an answer that is none. Redirects are not followed: the question and the key are for the host that was set.

    Raises:
        InputError: the endpoint redirects or refuses.
    """
    if answer.is_redirect:
        raise InputError(
            f"The endpoint sends the question on to {_host(answer)}, which may not be asked: the key would go along. "
            "Set SCENELOOP_SUGGEST_URL to the address that answers itself."
        )
    if not answer.is_success:
        raise InputError(
            f"The endpoint refuses ({answer.status_code} {answer.reason_phrase}). Check its URL, key and model in the settings."
        )


def _body(answer: httpx.Response) -> bytes:
    """The first `MAX_ANSWER` bytes of an answer."""
    content = bytearray()
    for chunk in answer.iter_bytes():
        content += chunk
        if len(content) >= MAX_ANSWER:
            break
    return bytes(content[:MAX_ANSWER])


def _ask(words: str, settings: Settings) -> str:
    """The text that the endpoint answers.

    Raises:
        InputError: it cannot be reached, refuses, or does not speak the protocol.
    """
    address = f"{str(settings.suggest_url).rstrip('/')}/chat/completions"
    if urlsplit(address).scheme not in ("http", "https"):
        raise InputError(
            "SCENELOOP_SUGGEST_URL must begin with http:// or https://. Correct it, then start the app again."
        )
    body = {"model": settings.suggest_model, "messages": [{"role": "user", "content": words}], "temperature": 0.7}
    headers = {"Authorization": f"Bearer {settings.suggest_key}"} if settings.suggest_key else {}
    try:
        with httpx.stream("POST", address, json=body, headers=headers, timeout=WAIT_S) as answer:
            _check(answer)
            content = json.loads(_body(answer))
        return str(content["choices"][0]["message"]["content"])
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise InputError(
            f"The endpoint does not answer ({error}). Check its URL; your prompts are as they were."
        ) from error
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise InputError(
            "The endpoint does not speak the protocol of chat completions. Check its base URL in the settings."
        ) from error


def clean(text: str) -> list[str]:
    """Phrases from an answer: a JSON array (fenced or with words around it), else one a line; each once, short, on one line."""
    array_match = re.search(r"\[.*\]", text, re.DOTALL)
    try:
        read = json.loads(array_match.group(0)) if array_match else None
    except ValueError:
        read = None
    parts = read if isinstance(read, list) else re.sub(r"```\w*", "", text).splitlines()
    texts = [re.sub(r"^\s*(?:[-*•]|\d+[.)])\s*", "", str(part)) for part in parts if isinstance(part, str)]
    texts = [" ".join(part.strip().strip("\"'`,").split()) for part in texts]
    fit = [part for part in texts if part and len(part) <= LONGEST and fault(part) is None]
    return list({part.casefold(): part for part in fit}.values())[:MOST]


def _from_list(snapshot: Snapshot, category: Category) -> Suggestions:
    """The entry that is called like the category, else the one whose name means most nearly the same."""
    entries = curated()
    name = plain(category.name)
    known = next((key for key, entry in entries.items() if name in (plain(key), *map(plain, entry["also"]))), None)
    if known is None:
        known = next((key for key in entries if plain(key) in name.split()), None)
    if known is None and snapshot.has_text:
        names = list(entries)
        vectors = snapshot.encoder.encode_text([name, *names])
        cosines = vectors[1:] @ vectors[0]
        known = names[int(cosines.argmax())] if float(cosines.max()) >= NEAR else None
    prompts = list(entries[known]["prompts"]) if known is not None else []
    return {"source": "list", "from": known, "prompts": prompts}


def plain(name: str) -> str:
    """A name as it is looked up: lower case, spaces for underscores, no plural s."""
    words = re.sub(r"[_\-/]+", " ", name.casefold()).split()
    return " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words
    )


@cache
def curated() -> dict[str, CuratedEntry]:
    """The list that ships: by name, `also` (other names) and `prompts`."""
    content = yaml_text.read(LIST).plainly()
    return {
        name: {"also": list(entry.get("also", ())), "prompts": list(entry["prompts"])}
        for name, entry in content.items()
    }


def _read(path: Path) -> dict[str, list[str]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a cache: without it the endpoint is asked again
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: dict[str, list[str]]) -> None:
    files.write(path, json.dumps(content, ensure_ascii=False), durable=False)
