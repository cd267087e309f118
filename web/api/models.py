"""What the routes take: a model for each query and each body. `web.api.contract` says which route takes which."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from video.results.export_formats import FORMATS
from video.segmenting.aggregation import AGGREGATORS
from written.model import LARGEST, Count, Id, Model, Number, Short, Text, Whole

MAX_OPERATIONS = 200
MAX_YAML = 2**20
TAG_VALUES = ("yes", "no", "unknown", "proposed")

Key = Annotated[int, Field(strict=False, ge=0, le=LARGEST)]  # the name of a member in JSON is always a text


def _parts(value: Any) -> Any:
    """A comma-separated list of an address."""
    return [part for part in value.split(",") if part] if isinstance(value, str) else value


def _tag(value: Any) -> Any:
    """`12:yes` of an address."""
    if not isinstance(value, str):
        return value
    number, _, said = value.partition(":")
    if said not in TAG_VALUES:
        raise PydanticCustomError("value_error", "{error}", {"error": "must be like 12:yes,13:unknown"})
    return number, said


def _one_of(known: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known:
            raise PydanticCustomError("literal_error", "", {"expected": ", ".join(known)})
        return value

    return AfterValidator(check)


Ids = Annotated[tuple[Id, ...], BeforeValidator(_parts)]
Words = Annotated[tuple[Short, ...], BeforeValidator(_parts)]
Tags = Annotated[tuple[Annotated[tuple[Id, str], BeforeValidator(_tag)], ...], BeforeValidator(_parts)]


class Query(Model):
    """Parameters of an address: texts that are read as what the field is. An empty one counts as left out."""

    model_config = ConfigDict(strict=False)


class Nothing(Query):
    """A route that takes no parameters, or an empty body."""


class Tiles(Query):
    """A filter and an order, as `labeling.review.grid.TileQuery` describes them."""

    order: Short = "margin"
    classes: Ids = Field((), alias="class")
    proposed: Ids = ()
    sources: Words = Field((), alias="source")
    actors: Ids = Field((), alias="actor")
    not_actors: Ids = Field((), alias="not_actor")
    states: Words = Field((), alias="state")
    video: Id = 0
    split: Short | None = None
    low: Number | None = None
    high: Number | None = None
    ids: Ids = ()
    tags: Tags = Field((), alias="tag")
    seed: Count = 0
    offset: Whole = 0
    limit: Whole = 60


class Neighbours(Query):
    """The nearest items of an item or of words."""

    item: Id = 0
    text: Text | None = None
    limit: Whole = 60


class Clusters(Query):
    """How many groups are wanted."""

    limit: Whole = 20


class Map(Query):
    """Which map: `pca` or `t-sne`; without one the better that there is."""

    way: Literal["", "pca", "t-sne"] = ""


class VersionOf(Query):
    """A version of the prompts; 0 is the published one."""

    version: Count = 0


class Categorize(Query):
    """Words that mean a category."""

    text: Text = ""


class Suggestions(Query):
    """The batch of a split."""

    batch: Short = ""


class Suggest(Query):
    """The category that wants prompts."""

    category: Id = 0


class Compare(Query):
    """Two versions of the prompts."""

    one: Count = 0
    other: Count = 0


class RunView(Query):
    """How a run is looked at."""

    aggregator: Annotated[str, _one_of(tuple(AGGREGATORS))] | None = None
    smoothing: Annotated[Number, Field(ge=0)] | None = None
    head: Short | None = None
    compare: Short | None = None


class Export(RunView):
    """A run as a file."""

    format: Annotated[str, _one_of(tuple(FORMATS))] = "json"


class Near(Query):
    """Keyframes of a run, and whether only images that people labelled are wanted (`1`)."""

    frames: Ids = ()
    people: Short = ""


class Ops(Model):
    """Label operations; each is checked by itself (`labeling.review.operations.Operation`), so that a bad one holds up no other."""

    ops: Annotated[list[Any], Field(min_length=1, max_length=MAX_OPERATIONS)]


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


class Next(Model):
    """Whether what the person held is given back for another batch."""

    fresh: bool | None = None


class Guideline(Model):
    """One guideline's text, or an image that it shows (`on`) or no longer shows; `was` is the text that the writer saw."""

    category: Id
    text: Text | None = None
    was: Text | None = None
    item: Id | None = None
    kind: Literal["example", "counter", "practice"] | None = None
    on: bool | None = None


class View(Model):
    """A view under a name: the parameters of the page's address; with `remove` it is forgotten."""

    name: Short
    query: (
        dict[Short, Annotated[Text, BeforeValidator(lambda v: str(v) if isinstance(v, int | float) else v)]] | None
    ) = None
    remove: bool | None = None


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
    """How prompts become scores (`store.project.prompts.Options`)."""

    centred: bool = False
    temperature: Annotated[Number, Field(gt=0)] = 1.0
    prior: dict[Key, Number] | None = None
    reject: Number | None = None
    back_off: Annotated[Number, Field(ge=0, le=1)] = 0.2


class Page(Model):
    """Which page keeps a draft (`labeling.prompts.drafts`): its own name, its count of saves, the kept draft that it has seen."""

    tab: Short | None = None
    seq: Count | None = None
    seen: Short | None = None

    def wanted(self) -> dict[str, Any]:
        """What was given, as `labeling.prompts.publishing` reads it."""
        return self.model_dump(exclude_unset=True)


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

    action: Literal["add", "edit", "move", "merge", "retire", "split"]
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
    """A category under another parent, or (null) to the top."""

    id: Id
    parent: Id | None = None


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


CHANGES: dict[str, type[Change]] = {
    "add": Add, "edit": Edit, "move": Move, "merge": Merge, "retire": Retire, "split": Split,
}  # fmt: skip
