"""Published prompts and drafts: read, merge a request, publish, save and discard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from typing_extensions import TypedDict

from errors import InputError
from labeling.categories import display
from labeling.categories.display import CategoryJson
from labeling.prompts import drafts
from labeling.prompts.drafts import DraftJson, DraftWish, WishEntry
from labeling.snapshot.snapshot import Snapshot
from store.database.connection import Connection
from store.project import prompts, taxonomy
from store.project.category_index import CategoryIndex
from store.project.prompt_set import OptionsJson, PromptJson, PromptSet, from_json, options_json, read_options, texts_of
from store.team import actors
from store.workspace import Workspace

CONTESTED = 0.1  # a margin below this is contested
TOP = 12
MOVES = 5
AUDIT_ENOUGH = 20
MOST = 8


class PromptCategory(CategoryJson):
    """A category with its prompts; `depth` is 1 at the top."""

    depth: int
    prompts: list[PromptJson]


class PromptContent(TypedDict):
    """What a version or a draft says of the categories in use."""

    categories: list[PromptCategory]
    templates: list[str]
    background: list[str]
    options: OptionsJson


class VersionEntry(TypedDict):
    """A published version; `at` is ISO 8601."""

    version: int
    at: str
    actor: str
    note: str


class FacetEntry(TypedDict):
    """A facet; an exclusive one gives an item one category."""

    id: int
    name: str
    exclusive: bool


class KeptDraft(PromptContent, DraftJson):
    """A draft that its person has kept."""


class Prompts(PromptContent):
    """The published version, None before the first, with all versions, the facets, and the draft of who asks."""

    version: int | None
    versions: list[VersionEntry]
    facets: list[FacetEntry]
    draft: KeptDraft | None


class PromptsAt(PromptContent):
    """One version."""

    version: int
    note: str


class PublishedVersion(TypedDict):
    """The number of a new version."""

    version: int


def read_prompts(workspace: Workspace, actor: str | None = None) -> Prompts:
    """The published prompts with their categories, the person's draft if there is one, and the list of versions."""
    with workspace.read() as connection:
        tree = taxonomy.categories(connection)
        if not tree:
            return {"version": None, "versions": [], **_shown(tree, PromptSet()), "facets": [], "draft": None}
        version = prompts.published(connection)
        every = prompts.versions(connection)
        actor_id = None if actor is None else actors.known(connection, actor)
        draft = None if actor_id is None else prompts.draft(connection, actor_id)
        facets: list[FacetEntry] = [
            {"id": f.id, "name": f.name, "exclusive": f.exclusive} for f in taxonomy.facets(connection)
        ]
    return {
        "version": version.number,
        "versions": [{"version": v.number, "at": v.at.isoformat(), "actor": v.actor, "note": v.note} for v in every],
        **_shown(tree, version.prompts),
        "facets": facets,
        "draft": None if draft is None else {**drafts.as_json(draft), **_shown(tree, draft.prompts)},
    }


def prompts_at(workspace: Workspace, number: int) -> PromptsAt:
    """The categories in use with the prompts that they had in a version, and what else that version said.

    A category that the version did not know yet has its present prompts: without any the draft could not be published.
    """
    with workspace.read() as connection:
        version, now = prompts.published(connection, number), prompts.published(connection)
        tree = taxonomy.categories(connection)
    whole = replace(version.prompts, categories={**now.prompts.categories, **version.prompts.categories})
    return {
        "version": number,
        **_shown(tree, whole),
        "note": version.note,
    }


def _shown(tree: list[taxonomy.Category], prompt_set: PromptSet) -> PromptContent:
    """What a version or a draft says."""
    return {
        "categories": _categories(tree, prompt_set),
        "templates": list(prompt_set.templates),
        "background": list(prompt_set.background),
        "options": options_json(prompt_set.options),
    }


def _categories(tree: list[taxonomy.Category], prompt_set: PromptSet) -> list[PromptCategory]:
    return [
        {
            **display.category_json(category),
            "depth": category.depth,
            "prompts": [{"text": p.text, "on": p.on} for p in prompt_set.categories.get(category.id, ())],
        }
        for category in tree
    ]


def from_request(snapshot: Snapshot, wish: DraftWish) -> PromptSet:
    """The prompt set that a draft request describes: what it leaves out stays as published."""
    _, published = snapshot.prompts.version()
    return _merged(published, wish)


def _merged(published: PromptSet, wish: DraftWish) -> PromptSet:
    """What is published with a draft laid over it; entries without an id are left out.

    Raises:
        InputError: a part of the draft cannot be read.
    """
    categories = dict(published.categories)
    for entry in wish.get("categories") or []:
        number = entry.get("id")
        if number is not None:
            read = from_json({"categories": {str(number): entry.get("prompts") or []}})
            categories[number] = read.categories[number]
    templates, background, options = wish.get("templates"), wish.get("background"), wish.get("options")
    return replace(
        published,
        categories=categories,
        templates=published.templates if templates is None else _lines(templates),
        background=published.background if background is None else _lines(background),
        options=published.options if options is None else read_options(options),
    )


def _lines(texts: Iterable[object]) -> tuple[str, ...]:
    """Texts without the empty ones, each once, at most 300 characters."""
    return tuple(dict.fromkeys(text for text in (" ".join(str(t).split())[:300] for t in texts) if text))


def publish(snapshot: Snapshot, wish: DraftWish, note: str, actor: str) -> PublishedVersion:
    """Publish a draft as a version; entries without an id become new categories.

    Args:
        wish: the draft; with `base` it is published only while that is the newest version.

    Raises:
        ConflictError: another version was published since; nothing was changed.
        InputError: a category would be left without a prompt, or a name is taken.
    """
    with snapshot.workspace.engine.begin() as connection:
        actor_id = actors.id_of(connection, actor)
        drafts.check_base(connection, wish.get("base"))
        try:
            published = prompts.published(connection).prompts
        except InputError:
            published = PromptSet()
        prompt_set = _merged(published, {**wish, "categories": _with_ids(connection, wish.get("categories") or [])})
        tree = taxonomy.categories(connection)
        for category in tree:
            if not texts_of(prompt_set, category, tree):
                raise InputError(f"{category.path} has no prompt that is switched on. Add one before you publish.")
        number = prompts.publish(connection, prompt_set, note=note.strip()[:500], actor_id=actor_id)
        drafts.settle(connection, wish, actor_id)
    return {"version": number}


def _with_ids(connection: Connection, entries: list[WishEntry]) -> list[WishEntry]:
    """The entries of a draft, each with the id of its category; those without one are made."""
    placed: list[WishEntry] = []
    index = CategoryIndex(taxonomy.categories(connection, retired=True))
    for entry in entries:
        number = entry.get("id")
        if number is None:
            number = taxonomy.add(connection, str(entry.get("name", "")), parent_id=entry.get("parent"), index=index)
        placed.append({**entry, "id": number})
    return placed


def save_draft(snapshot: Snapshot, wish: DraftWish, actor: str) -> str | None:
    """Keep a person's draft between visits; annotators go on seeing the published version. See `drafts.save`."""
    prompt_set = from_request(snapshot, wish)
    with snapshot.workspace.engine.begin() as connection:
        return drafts.save(connection, prompt_set, wish, actor)


def discard(snapshot: Snapshot, wish: DraftWish, actor: str) -> None:
    """Forget a person's draft; the published version stays."""
    with snapshot.workspace.engine.begin() as connection:
        drafts.drop(connection, wish, actor)
