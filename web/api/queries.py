"""What the routes take in their address: a model for each query. `web.api.contract` says which route takes which."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from video.results.export_formats import FORMATS
from video.segmenting.aggregation import AGGREGATORS
from written.model import Count, Id, Model, Number, Short, Text, Whole

TAG_VALUES = ("yes", "no", "unknown", "proposed")


def _parts(value: Any) -> Any:
    """A comma-separated list of an address."""
    return [part for part in value.split(",") if part] if isinstance(value, str) else value


def _tag(value: Any) -> Any:
    """`12:yes` of an address."""
    if not isinstance(value, str):
        return value
    number, _, answer = value.partition(":")
    if answer not in TAG_VALUES:
        raise PydanticCustomError("value_error", "{error}", {"error": "must be like 12:yes,13:unknown"})
    return number, answer


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
    held: bool = False
    tags: Tags = Field((), alias="tag")
    named: Short = ""
    text: Short = ""
    seed: Count = 0
    offset: Whole = 0
    limit: Whole = 60


class Videos(Query):
    """A filter and an order of whole videos, as `training.video_review.video_query.VideoQuery` describes them."""

    facet: Id = 0
    order: Short = "doubt"
    states: Words = Field((), alias="state")
    tags: Tags = Field((), alias="tag")
    named: Short = ""
    ids: Ids = ()
    blind: Short = ""
    like: Id = 0
    offset: Whole = 0
    limit: Whole = 60


class OfFacet(Query):
    """A facet of videos; 0 for the first one."""

    facet: Id = 0


class OfSubject(Query):
    """A facet of videos; 0 for images."""

    facet: Id = 0


class Changes(Query):
    """The images of an open page, and the newest event that it knows."""

    ids: Ids = ()
    after: Whole = 0


class Neighbours(Query):
    """The nearest items of an item, of the middle of some items (`ids`), or of words."""

    item: Id = 0
    ids: Ids = ()
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


class Suspects(Query):
    """How many suspects, and whether people's labels are questioned too."""

    limit: Annotated[int, Field(ge=1)] = 100
    humans: bool = False


class Following(Query):
    """How many images come next, and in which order."""

    size: Annotated[int, Field(ge=1)] = 60
    order: Literal["next", "random"] = "next"


class Past(Query):
    """The image whose events are wanted; all batches without one."""

    item: Text = ""
