"""Taxonomy and prompts as a YAML file, in and out."""

from __future__ import annotations

from collections.abc import Sequence

from errors import InputError
from labeling.categories.taxonomy_text import FileCategory, FileOptions, TaxonomyFile, parse_taxonomy, read_taxonomy
from naming import class_name, class_path, composed
from store.database.connection import Connection
from store.project import prompts, taxonomy
from store.project.prompt_set import Options, Prompt, PromptSet, options_json, read_options, texts_of
from store.project.taxonomy import Category
from store.team import actors
from store.workspace import Workspace

__all__ = [
    "idle_background",
    "parse_taxonomy",
    "read_taxonomy",
    "set_taxonomy",
    "short_names",
    "show_prompts",
    "write_taxonomy",
]
DEFAULT_TEMPLATES = ("{name}", "a photo of {name}", "an image of {name}")


def set_taxonomy(workspace: Workspace, content: TaxonomyFile, *, actor: str, note: str = "") -> int:
    """Add the categories of a file that are missing, and publish its prompts as a version; returns its number.

    Categories that the file does not name keep their prompts.

    Raises:
        InputError: a category would have no prompt at all, a parent is unknown, or the tree would get too deep.
    """
    with workspace.engine.begin() as connection:
        return write_taxonomy(connection, content, actor=actor, note=note)


def write_taxonomy(connection: Connection, content: TaxonomyFile, *, actor: str, note: str = "") -> int:
    """`set_taxonomy` in the caller's transaction, so that it can be rolled back."""
    kinds = {str(facet["name"]): bool(facet.get("exclusive", True)) for facet in content.get("facets") or []}
    actor_id = actors.id_of(connection, actor)
    try:
        before = prompts.published(connection).prompts
    except InputError:
        before = PromptSet()
    texts = dict(before.categories)
    for entry, category_id in _ensured(connection, content["categories"], kinds):
        if "prompts" in entry or category_id not in texts:
            own = [str(text).strip() for text in entry.get("prompts") or [] if str(text).strip()]
            texts[category_id] = tuple(Prompt(text) for text in own)
    templates = tuple(str(text) for text in content.get("templates") or before.templates)
    wanting = [entry for entry in content["categories"] if "prompts" not in entry]
    if not templates and wanting:
        templates = DEFAULT_TEMPLATES
    tree = taxonomy.categories(connection)
    background = tuple(str(text) for text in content.get("background") or before.background)
    prompt_set = PromptSet(texts, templates, background, options_of(content, before.options, tree))
    for category in tree:
        if not texts_of(prompt_set, category, tree):
            raise InputError(
                f"{category.path} has no prompts. Give it at least one, then set the file again. Nothing was changed."
            )
    return prompts.publish(connection, prompt_set, note=note, actor_id=actor_id)


def idle_background(workspace: Workspace) -> list[str]:
    """A warning where the published background prompts hold nothing back; an empty list where they do, or where there are none."""
    with workspace.read() as connection:
        published = prompts.published(connection).prompts
    if not published.background or published.options.reject is not None:
        return []
    return [
        f"The {len(published.background)} background prompts hold nothing back: `options.reject` is not set. Set it in the file (0 is a "
        "start), or open None of these on the Prompts page, which fits it on labels of people."
    ]


def options_of(content: TaxonomyFile, before: Options, tree: list[Category]) -> Options:
    """The options of a file, in which a prior names its categories; what it leaves out stays."""
    kept, given = options_json(before), content.get("options") or FileOptions()
    prior = kept["prior"]
    if "prior" in given:
        prior = {str(taxonomy.by_name(tree, name).id): value for name, value in (given["prior"] or {}).items()}
    return read_options(
        {
            "centred": content.get("centred", given.get("centred", kept["centred"])),
            "temperature": given.get("temperature", kept["temperature"]),
            "prior": prior,
            "reject": given.get("reject", kept["reject"]),
            "back_off": given.get("back_off", kept["back_off"]),
        }
    )


def _ensured(
    connection: Connection, entries: Sequence[FileCategory], kinds: dict[str, bool]
) -> list[tuple[FileCategory, int]]:
    """The entries of a file with the ids of their categories; those that are missing are made, a parent before its children.

    Raises:
        InputError: a parent is unknown, a category is given twice, or one cannot be made; the message says where.
    """
    placed: dict[int, tuple[FileCategory, int]] = {}
    waiting = dict(enumerate(entries))
    places: dict[int, str] = {}
    tree = {c.id: c for c in taxonomy.categories(connection, retired=True)}
    while waiting:
        known = {name for c in tree.values() if not c.retired for name in taxonomy.names_of(c)}
        ready = [
            k for k, entry in waiting.items() if not entry.get("parent") or class_name(str(entry["parent"])) in known
        ]
        for k in ready or list(waiting)[:1]:  # where none is ready, the first one says what its parent lacks
            entry = waiting.pop(k)
            try:
                number = _ensure(connection, tree, entry, kinds)
            except InputError as error:
                raise InputError(f"{entry['place']}: {error}" if "place" in entry else str(error)) from error
            if number in places:
                raise InputError(f"{_place(entry)} was given before: {places[number]}. Keep one of the two.")
            places[number] = _place(entry)
            placed[k] = (entry, number)
    return [placed[k] for k in sorted(placed)]


def _place(entry: FileCategory) -> str:
    return str(entry.get("place") or f"the category {entry['name']}")


def _ensure(connection: Connection, tree: dict[int, Category], entry: FileCategory, kinds: dict[str, bool]) -> int:
    name = taxonomy.check_name(str(entry["name"]))
    used = [c for c in tree.values() if not c.retired]
    parent = taxonomy.by_name(used, str(entry["parent"])).id if entry.get("parent") else None
    facet = str(entry.get("facet") or taxonomy.DEFAULT_FACET)
    beside = [c for c in used if composed(c.name) == name and c.parent_id == parent]
    if beside and parent is None:
        asked = {row.id for row in taxonomy.facets(connection) if row.name == facet}
        beside = [c for c in beside if c.facet_id in asked]
    if beside:
        return beside[0].id
    return taxonomy.add(connection, name, parent_id=parent, facet=facet, exclusive=kinds.get(facet, True), tree=tree)


def show_prompts(workspace: Workspace, number: int | None = None) -> TaxonomyFile:
    """The published prompts, or those of a version, in the file format; a prompt that is switched off is left out."""
    with workspace.read() as connection:
        tree = taxonomy.categories(connection)
        facets = {facet.id: facet for facet in taxonomy.facets(connection)}
        version = prompts.published(connection, number)
    by_id = {category.id: category for category in tree}
    entries = []
    for category in tree:
        entry: FileCategory = {"name": category.name}
        if category.parent_id in by_id and category.parent_id is not None:
            entry["parent"] = by_id[category.parent_id].path
        if facets[category.facet_id].name != taxonomy.DEFAULT_FACET:
            entry["facet"] = facets[category.facet_id].name
        entry["prompts"] = [prompt.text for prompt in version.prompts.categories.get(category.id, ()) if prompt.on]
        entries.append(entry)
    return {
        "version": version.number,
        "facets": [{"name": facet.name, "exclusive": facet.exclusive} for facet in facets.values()],
        "templates": list(version.prompts.templates),
        "background": list(version.prompts.background),
        "options": _named_options(version.prompts.options, tree),
        "categories": entries,
    }


def _named_options(options: Options, tree: list[Category]) -> FileOptions:
    names = short_names(tree)
    return {
        "centred": options.centred,
        "temperature": options.temperature,
        "prior": {names[number]: value for number, value in options.prior.items() if number in names},
        "reject": options.reject,
        "back_off": options.back_off,
    }


def short_names(tree: list[Category]) -> dict[int, str]:
    """The shortest text that `taxonomy.by_name` takes for each category: its name where that will do, else its path."""
    paths: dict[str, set[str]] = {}
    called: dict[str, set[str]] = {}
    for category in tree:
        paths.setdefault(composed(category.path), set()).add(category.path)
        for name in taxonomy.names_of(category):
            called.setdefault(name, set()).add(category.path)

    def means(text: str) -> set[str]:
        return paths.get(composed(text)) or called[composed(text)]

    return {
        c.id: next((text for text in (c.name, class_path([c.name])) if means(text) == {c.path}), c.path) for c in tree
    }
