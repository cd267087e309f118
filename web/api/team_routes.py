"""What helps people label together: the next batch with its leases, guidelines, practice, agreement, saved views."""

from __future__ import annotations

from typing_extensions import TypedDict

from errors import InputError
from labeling.proposals import follow_neighbours
from labeling.proposals.follow_neighbours import Followed
from labeling.review import guidelines, next_batch, second_opinion
from labeling.review.guidelines import Guidelines
from labeling.review.next_batch import NextBatch
from labeling.review.second_opinion import SecondOpinions
from labeling.team import page_changes
from labeling.team.page_changes import ChangedBy
from store.project import saved_views
from store.team import actors
from training.video_review import video_guidelines
from web import open_images
from web.api import bodies, queries
from web.api.label_routes import query_of
from web.api.request import Ask
from web.open_images import MOST_ITEMS


class SavedView(TypedDict):
    """A view under its name: the parameters of the page's address, who kept it, and when."""

    name: str
    query: dict[str, str]
    actor: str
    at: str


class SavedViews(TypedDict):
    """All saved views."""

    views: list[SavedView]


def deal(ask: Ask) -> NextBatch:
    """The next batch for the person who asks; with `fresh` what they held is given back."""
    return next_batch.deal(ask.snapshot, query_of(ask), ask.actor, fresh=ask.sent(bodies.Next).fresh is True)


def listed(ask: Ask) -> Guidelines:
    """The guidelines of all categories of images, or of a facet of videos."""
    return _guidelines(ask, ask.asked(queries.OfSubject).facet)


def change(ask: Ask) -> Guidelines:
    """Change one guideline: its `text`, or an `item` as example, counter-example or practice image (`on` or off); those of its `facet` of
    videos are answered, or of all images.

    Raises:
        InputError: no category was given, or what is to be changed cannot be read.
    """
    given = ask.sent(bodies.Guideline)
    if given.text is not None:
        guidelines.write(ask.snapshot, given.category, given.text, ask.actor, was=given.was)
    elif given.item is not None and given.kind is not None:
        guidelines.show(ask.snapshot, given.category, given.item, given.kind, ask.actor, on=given.on is not False)
    else:
        raise InputError("Type a text or choose an image, then try again.")
    return _guidelines(ask, given.facet or 0)


def _guidelines(ask: Ask, facet: int) -> Guidelines:
    return video_guidelines.listed(ask.snapshot, facet) if facet else guidelines.listed(ask.snapshot)


def agree(ask: Ask) -> SecondOpinions:
    """Cohen's kappa where items were labelled twice."""
    return second_opinion.of(ask.workspace, ask.asked(queries.OfSubject).facet or None)


class PageChanges(TypedDict):
    """Who decided about images of an open page since it was loaded, and who has some of them open too."""

    changed: list[ChangedBy]
    here: list[str]


def changes(ask: Ask) -> PageChanges:
    """What others did to the images of an open page."""
    given = ask.asked(queries.Changes)
    items = given.ids[:MOST_ITEMS]
    return {
        "changed": page_changes.since(ask.snapshot, ask.actor, given.after, items),
        "here": open_images.beside(ask.name, ask.actor, items),
    }


def follow(ask: Ask) -> Followed:
    """The machine's labels follow their neighbours, as a batch of the person who asks."""
    return follow_neighbours.follow(ask.snapshot, ask.actor)


def saved(ask: Ask) -> SavedViews:
    """The saved views."""
    with ask.workspace.read() as connection:
        views = saved_views.listed(connection)
    return {"views": [{"name": v.name, "query": v.query, "actor": v.actor, "at": v.at.isoformat()} for v in views]}


def save(ask: Ask) -> SavedViews:
    """Keep a view under a name, or forget it (`remove`).

    Raises:
        ConflictError: somebody has kept another view under that name, or forgotten it, since the page was read.
        InputError: the name or the filter cannot be read.
    """
    given = ask.sent(bodies.View)
    with ask.workspace.engine.begin() as connection:
        if given.was is not None:
            saved_views.must_stand(connection, given.name, given.was)
        if given.remove:
            saved_views.remove(connection, given.name)
        else:
            saved_views.save(connection, given.name, given.query or {}, actors.id_of(connection, ask.actor))
    return saved(ask)
