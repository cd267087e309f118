"""Whole videos: tiles, ids and one of them closely; labels go over the same route as those of images."""

from __future__ import annotations

from labeling.review.grid import Matching
from training.video_review import video_deal, video_detail, video_meta, video_tiles
from training.video_review.video_deal import NextVideos
from training.video_review.video_detail import VideoDetail
from training.video_review.video_meta import VideoMeta
from training.video_review.video_query import VideoQuery
from training.video_review.video_tiles import VideoPage
from web.api import bodies, queries
from web.api.label_routes import settles
from web.api.request import Ask


def _query(ask: Ask) -> VideoQuery:
    query = VideoQuery(**ask.asked(queries.Videos).model_dump(), actor=ask.actor)
    settles(ask, query.order)
    return query


def meta(ask: Ask) -> VideoMeta:
    """Facets of videos, the categories of one of them, what is there and missing, who asks."""
    return video_meta.meta(ask.snapshot, ask.asked(queries.OfFacet).facet, ask.actor)


def tiles(ask: Ask) -> VideoPage:
    """A page of whole videos.

    Raises:
        RoleError: see `web.api.label_routes.settles`.
    """
    return video_tiles.page(ask.snapshot, _query(ask))


def deal(ask: Ask) -> NextVideos:
    """The next batch of whole videos for the person who asks; with `fresh` what they held is given back."""
    return video_deal.deal(ask.snapshot, _query(ask), ask.actor, fresh=ask.sent(bodies.Next).fresh is True)


def ids(ask: Ask) -> Matching:
    """Every id and version that matches.

    Raises:
        RoleError: see `web.api.label_routes.settles`.
    """
    return video_tiles.ids(ask.snapshot, _query(ask))


def video(ask: Ask) -> VideoDetail:
    """One whole video."""
    return video_detail.detail(ask.snapshot, ask.path["id"], ask.asked(queries.OfFacet).facet)
