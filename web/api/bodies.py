"""What the routes take as JSON: a model for each body. `web.api.contract` says which route takes which."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from labeling.prompts.drafts import DraftWish
from written.model import LARGEST, Count, Id, Model, Number, Short, Text

MAX_OPERATIONS = 200
MAX_YAML = 2**20

Key = Annotated[int, Field(strict=False, ge=0, le=LARGEST)]  # the name of a member in JSON is always a text


class Ops(Model):
    """Label operations; each is checked by itself (`labeling.review.operations.Operation`), so that a bad one holds up no other."""

    ops: Annotated[list[object], Field(min_length=1, max_length=MAX_OPERATIONS)]


class Undo(Model):
    """The batch to take back; without one the person's newest."""

    batch: Short | None = None


class Accept(Model):
    """A class and a score, and the answers to the spot check by item: a class, or null for "not this".

    With `anyway` the rest is accepted too where the spot check found many errors.
    """

    category: Id
    above: Annotated[Number, Field(ge=0, le=1)]
    answers: dict[Key, Id | None] | None = None
    anyway: bool = False


class Picture(Model):
    """A picture to search with: the bytes of an image file in base64, and what it is called."""

    image: str
    name: Short = "The picture"
    limit: Count = 60


class Next(Model):
    """Whether what the person held is given back for another batch."""

    fresh: bool | None = None


class Guideline(Model):
    """One guideline's text, or an image or video that it shows (`on`) or no longer shows; `was` is the text that the writer saw.

    `facet`: of videos, whose guidelines are answered; left out for images.
    """

    category: Id
    text: Text | None = None
    was: Text | None = None
    item: Id | None = None
    kind: Literal["example", "counter", "practice"] | None = None
    on: bool | None = None
    facet: Id | None = None


class View(Model):
    """A view under a name: the parameters of the page's address; with `remove` it is forgotten.

    `was` is the time of the view of that name that the writer saw, empty where they saw none.
    """

    name: Short
    query: (
        dict[Short, Annotated[Text, BeforeValidator(lambda v: str(v) if isinstance(v, int | float) else v)]] | None
    ) = None
    remove: bool | None = None
    was: Short | None = None


class Line(Model):
    """One prompt of a category."""

    text: Text
    on: bool = True


class Entry(Model):
    """A category of a draft; one without an id is new."""

    id: Id | None = None
    name: Text | None = None
    parent: Id | None = None
    prompts: list[Line] | None = None


class Options(Model):
    """How prompts become scores (`store.project.prompt_set.Options`)."""

    centred: bool = False
    temperature: Annotated[Number, Field(gt=0)] = 1.0
    prior: dict[Key, Number] | None = None
    reject: Number | None = None
    back_off: Annotated[Number, Field(ge=0, le=1)] = 0.2


_DRAFT = TypeAdapter(DraftWish)


class Page(Model):
    """Which page keeps a draft (`labeling.prompts.drafts`): its own name, its count of saves, the kept draft that it has seen."""

    tab: Short | None = None
    seq: Count | None = None
    seen: Short | None = None

    def wanted(self) -> DraftWish:
        """What was given, as `labeling.prompts.publishing` reads it."""
        return _DRAFT.validate_python(self.model_dump(exclude_unset=True))


class Wish(Page):
    """A draft of the prompts, and the version that it was begun on: what it leaves out stays as published."""

    base: Count | None = None
    categories: list[Entry] | None = None
    templates: list[Text] | None = None
    background: list[Text] | None = None
    options: Options | None = None
    focus: Id | None = None
    save: bool | None = None


class Publish(Wish):
    """A draft to be published, with a note; with `propose` it proposes anew."""

    note: Text | None = None
    propose: bool | None = None


class About(Wish):
    """One prompt of a draft, looked at closely."""

    text: Text = ""
    category: Id = 0


class Yaml(Model):
    """The text of a YAML file."""

    text: Annotated[str, Field(max_length=MAX_YAML)] = ""


class Facet(Model):
    """A facet by name, or the only open one."""

    facet: Short | None = None


class Segment(Model):
    """A span of a video and its category."""

    start_s: Number
    end_s: Number
    category: Id


class Segments(Model):
    """A person's labels for segments of a run."""

    run: Id
    segments: Annotated[list[Segment], Field(min_length=1, max_length=10_000)]


class Actor(Model):
    """Who works."""

    name: Text


class Change(Model):
    """A change of the category tree; with `preview` it only says what it would touch."""

    action: Literal["add", "edit", "move", "merge", "retire", "split", "import"]
    preview: bool | None = None


class Add(Change):
    """A category with its prompts, under a parent or at the top of a facet."""

    name: Text
    parent: Id | None = None
    facet: Short | None = None
    exclusive: bool | None = None
    prompts: list[Text] | None = None


class Look(Model):
    """What a category is called and how it looks; anything else is refused."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = None
    color: Text | None = None
    icon: Text | None = None
    key: Annotated[int, Field(ge=0, le=LARGEST)] | Text | None = None
    description: Text | None = None


class Edit(Change):
    """Columns of a category; `was` is what the writer saw of them."""

    id: Id
    changes: Look
    was: Look | None = None


class Move(Change):
    """A category under another parent, or (null) to the top; `was` is the parent that the writer saw."""

    id: Id
    parent: Id | None = None
    was: Id | None = None


class Merge(Change):
    """A category into another one."""

    id: Id
    into: Id


class Retire(Change):
    """A category out of use."""

    id: Id


class Child(Model):
    """A child of a split."""

    name: Text
    prompts: list[Text] | None = None


class Split(Change):
    """Children of a category, and those that the person chose for items."""

    id: Id
    children: Annotated[list[Child], Field(min_length=1, max_length=200)]
    chosen: dict[Key, Text] | None = None


class Import(Change):
    """A taxonomy file: `renamed` says which entry, from 1, a category becomes that it does not name; null takes what is suggested."""

    text: Annotated[str, Field(max_length=MAX_YAML)]
    name: Short | None = None
    renamed: dict[Key, Count] | None = None
    retired: Annotated[list[Id], Field(max_length=10_000)] | None = None


CHANGES: dict[str, type[Change]] = {
    "add": Add, "edit": Edit, "move": Move, "merge": Merge, "retire": Retire, "split": Split, "import": Import,
}  # fmt: skip
