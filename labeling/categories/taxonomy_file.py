"""Taxonomy and prompts as a YAML file, in and out."""

from __future__ import annotations

from collections.abc import Mapping

from errors import InputError
from labeling.categories.taxonomy_text import FileCategory, FileOptions, TaxonomyFile, parse_taxonomy, read_taxonomy
from naming import class_name, class_path, composed
from store.database.connection import Connection
from store.project import category_index, prompts, taxonomy
from store.project.category_index import CategoryIndex
from store.project.prompt_set import Options, Prompt, PromptSet, options_json, read_options, texts_of
from store.project.taxonomy import Category
from store.team import actors
from store.workspace import Workspace

__all__ = [
    "check_prompts",
    "idle_background",
    "lay_out",
    "parse_taxonomy",
    "place",
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
    actor_id = actors.id_of(connection, actor)
    try:
        before = prompts.published(connection).prompts
    except InputError:
        before = PromptSet()
    prompt_set, _ = lay_out(connection, content, before)
    check_prompts(prompt_set, taxonomy.categories(connection))
    return prompts.publish(connection, prompt_set, note=note, actor_id=actor_id)


def lay_out(
    connection: Connection, content: TaxonomyFile, before: PromptSet, becoming: Mapping[int, int] | None = None
) -> tuple[PromptSet, list[int]]:
    """Put the categories of a file into the tree; the prompts that it asks for, and the id of each of its entries.

    Args:
        before: what a category that the file does not name keeps, and templates, background and options that it leaves out.
        becoming: existing categories by the place of the entry that they become, from 0: each takes its name and its parent.

    Raises:
        InputError: a parent is unknown, or a category cannot be put where the file says.
    """
    texts = dict(before.categories)
    placed = place(connection, content, becoming)
    for entry, category_id in zip(content["categories"], placed, strict=True):
        if "prompts" in entry or category_id not in texts:
            own = [str(text).strip() for text in entry.get("prompts") or [] if str(text).strip()]
            texts[category_id] = tuple(Prompt(text) for text in own)
    templates = tuple(str(text) for text in content.get("templates") or before.templates)
    tree = taxonomy.categories(connection)
    left_open = {n for entry, n in zip(content["categories"], placed, strict=True) if "prompts" not in entry}
    if not templates and any(c.id in left_open and not texts_of(PromptSet(texts), c, tree) for c in tree):
        templates = DEFAULT_TEMPLATES
    background = tuple(str(text) for text in content.get("background") or before.background)
    return PromptSet(texts, templates, background, options_of(content, before.options, tree)), placed


def check_prompts(prompt_set: PromptSet, tree: list[Category]) -> None:
    """Refuse prompts that leave a category of the tree without any.

    Raises:
        InputError: they do.
    """
    for category in tree:
        if not texts_of(prompt_set, category, tree):
            raise InputError(
                f"{category.path} has no prompts. Give it at least one, then set the file again. Nothing was changed."
            )


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


def place(connection: Connection, content: TaxonomyFile, becoming: Mapping[int, int] | None = None) -> list[int]:
    """The id of each entry of a file; those that are missing are added, a parent before its children.

    Args:
        becoming: existing categories by the place of the entry that they become.

    Raises:
        InputError: a parent is unknown, a category is given twice, or one cannot be put there; the message says where.
    """
    entries, becoming = content["categories"], becoming or {}
    kinds = {str(facet["name"]): bool(facet.get("exclusive", True)) for facet in content.get("facets") or []}
    placed: dict[int, int] = {}
    waiting = dict(enumerate(entries))
    places: dict[int, str] = {}
    index = CategoryIndex(taxonomy.categories(connection, retired=True))
    while waiting:
        ready = [
            k
            for k, entry in waiting.items()
            if not entry.get("parent") or index.called(class_name(str(entry["parent"])))
        ]
        for k in ready or list(waiting)[:1]:  # where none is ready, the first one says what its parent lacks
            entry = waiting.pop(k)
            try:
                number = _ensure(connection, index, entry, kinds, becoming.get(k))
            except InputError as error:
                raise InputError(f"{entry['place']}: {error}" if "place" in entry else str(error)) from error
            if number in places:
                raise InputError(f"{_where(entry)} was given before: {places[number]}. Keep one of the two.")
            places[number] = _where(entry)
            placed[k] = number
    return [placed[k] for k in sorted(placed)]


def _where(entry: FileCategory) -> str:
    return str(entry.get("place") or f"the category {entry['name']}")


def _ensure(
    connection: Connection, index: CategoryIndex, entry: FileCategory, kinds: dict[str, bool], becoming: int | None
) -> int:
    name = taxonomy.check_name(str(entry["name"]))
    parent = index.one(str(entry["parent"])).id if entry.get("parent") else None
    facet = str(entry.get("facet") or taxonomy.DEFAULT_FACET)
    beside = [c for c in index.below(parent, name) if c.id != becoming]
    if beside and parent is None:
        asked = {row.id for row in taxonomy.facets(connection) if row.name == facet}
        beside = [c for c in beside if c.facet_id in asked]
    if becoming is not None:
        if beside:
            raise InputError(f"{beside[0].path} exists already, so {index.by_id[becoming].path} cannot become it.")
        _become(connection, index, becoming, name, parent, facet)
        return becoming
    if beside:
        return beside[0].id
    return taxonomy.add(connection, name, parent_id=parent, facet=facet, exclusive=kinds.get(facet, True), index=index)


def _become(
    connection: Connection, index: CategoryIndex, number: int, name: str, parent: int | None, facet: str
) -> None:
    """Give a category another name and place, and read the tree again: the paths below it are others now."""
    tree = index.by_id
    if parent is None:
        facet_id = next((one.id for one in taxonomy.facets(connection) if one.name == facet), None)
    else:
        facet_id = tree[parent].facet_id
    if facet_id != tree[number].facet_id:
        raise InputError(f"{tree[number].path} is in another facet. A category moves within its own facet only.")
    if parent is not None and number in taxonomy.ancestors(tree, parent):
        raise InputError(f"{tree[number].path} cannot lie below itself.")
    taxonomy.edit(connection, number, name=name, parent_id=parent)
    index.fill(taxonomy.categories(connection, retired=True))


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
        for name in category_index.names_of(category):
            called.setdefault(name, set()).add(category.path)

    def means(text: str) -> set[str]:
        return paths.get(composed(text)) or called[composed(text)]

    return {
        c.id: next((text for text in (c.name, class_path([c.name])) if means(text) == {c.path}), c.path) for c in tree
    }
