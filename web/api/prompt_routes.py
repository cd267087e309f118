"""Prompts: read, measure a draft, publish."""

from __future__ import annotations

from typing_extensions import TypedDict

import jobs
from errors import InputError
from labeling.prompts import close_up, draft_effect, from_words, prompt_gains, publishing, versions
from labeling.prompts.close_up import CloseUp
from labeling.prompts.draft_effect import DraftEffect
from labeling.prompts.from_words import MeantCategory
from labeling.prompts.none_of_these import JudgedLane, UnfittedLane, report_lane
from labeling.prompts.options import OptionsReport, report_options
from labeling.prompts.prompt_gains import PromptCard
from labeling.prompts.publishing import Prompts, PromptsAt, PublishedVersion
from labeling.prompts.suggestions import Suggestions, suggest
from labeling.prompts.versions import FileDraft, VersionComparison
from labeling.proposals import pseudo_labels
from labeling.snapshot import cache
from labeling.tags import answers, scores
from labeling.tags.scores import FacetCounts, Proposed
from store.team.job_rows import JobArguments
from training.heads import tree_levels
from training.heads.tree_levels import TreeLevels
from training.tags import tag_evaluation
from training.tags.tag_evaluation import TagEvaluation
from web import open_images
from web.accounts import record
from web.api import bodies, queries
from web.api.request import Ask, FileText


class SavedDraft(DraftEffect):
    """What a draft would change; `kept` says when it was kept, None where it says what is published."""

    kept: str | None


class Published(PublishedVersion):
    """A new version, how many labels it proposed as a batch, and how many images open pages kept as they are.

    `in_background`: a job proposes them.
    """

    proposed: int
    batch: str | None
    held: int
    in_background: bool


class TagRound(Proposed):
    """A round of proposals in an open facet; nothing yet where a job makes it (`in_background`)."""

    in_background: bool


class MeantCategories(TypedDict):
    """The categories that words mean, best first."""

    categories: list[MeantCategory]


class MeasuredFacet(FacetCounts):
    """An open facet, and how well its labels are told."""

    measured: TagEvaluation


class OpenFacets(TypedDict):
    """All facets that take any number of labels."""

    facets: list[MeasuredFacet]


def prompts(ask: Ask) -> Prompts | PromptsAt:
    """The published prompts and the draft, or the prompts of one `version`."""
    number = ask.asked(queries.VersionOf).version
    if number:
        return publishing.prompts_at(ask.workspace, number)
    return publishing.read_prompts(ask.workspace, ask.actor)


def draft(ask: Ask) -> DraftEffect | SavedDraft:
    """What a draft would change; with `save` it is kept for its person's next visit (`kept`: when, or None).

    Raises:
        ConflictError: another page of this person has kept one since; that one stays.
    """
    given = ask.sent(bodies.Wish)
    if not given.save:
        return draft_effect.draft(ask.snapshot, given.wanted())
    with cache.once():
        kept = publishing.save_draft(
            ask.snapshot, given.wanted(), ask.actor
        )  # first: what follows takes time and may find fault
        return {**draft_effect.draft(ask.snapshot, given.wanted()), "kept": kept}


def discard(ask: Ask) -> Prompts:
    """Forget the person's draft; answers the published prompts.

    Raises:
        ConflictError: another page of this person has kept one that this page has not seen.
    """
    publishing.discard(ask.snapshot, ask.sent(bodies.Page).wanted(), ask.actor)
    return publishing.read_prompts(ask.workspace, ask.actor)


def publish(ask: Ask) -> Published:
    """Publish the draft as a version, and let it propose anew where asked, as one batch; pages that are open keep theirs.

    Raises:
        ConflictError: somebody has published since the page was read.
        InputError: the request does not say on which version the draft was made.
    """
    given = ask.sent(bodies.Publish)
    if given.base is None:
        raise InputError(
            "Say on which version the draft was made (base, 0 before the first). Reload the page, then publish."
        )
    done = publishing.publish(ask.snapshot, given.wanted(), given.note or "", ask.actor)
    record.note("prompts published", ask.actor, ask.name, f"version {done['version']}")
    if not given.propose:
        return {**done, "proposed": 0, "batch": None, "held": 0, "in_background": False}
    held = open_images.held(ask.name)
    if _in_background(ask, {"using": "zero-shot", "version": done["version"], "held": sorted(held)}):
        return {**done, "proposed": 0, "batch": None, "held": len(held), "in_background": True}
    proposal = pseudo_labels.pseudo_label(ask.snapshot, "zero-shot", held=held)
    return {**done, "proposed": proposal.labelled, "batch": proposal.batch, "held": len(held), "in_background": False}


def _in_background(ask: Ask, arguments: JobArguments) -> bool:
    """Whether a round is long work here; then a job has begun it."""
    if len(ask.snapshot.ids) < pseudo_labels.LARGE:
        return False
    jobs.start_once(ask.workspace, "propose", arguments, ask.actor)
    return True


def scorecard(ask: Ask) -> PromptCard:
    """What each published prompt gains on people's labels, and the two classes that the prompts confuse most."""
    return prompt_gains.card(ask.snapshot)


def categorize(ask: Ask) -> MeantCategories:
    """The categories that words mean, best first."""
    return {"categories": from_words.categorize(ask.snapshot, ask.asked(queries.Categorize).text)}


def about(ask: Ask) -> CloseUp:
    """One prompt of the draft: its cosines, its nearest images, its nearest other prompts."""
    given = ask.sent(bodies.About)
    return close_up.about(
        ask.snapshot, given.text, given.category, publishing.from_request(ask.snapshot, given.wanted())
    )


def none_of_these(ask: Ask) -> UnfittedLane | JudgedLane:
    """What the lane holds back under the draft, and what its threshold gains."""
    return report_lane(ask.snapshot, publishing.from_request(ask.snapshot, ask.sent(bodies.Wish).wanted()))


def options(ask: Ask) -> OptionsReport:
    """Mean-centring, prior and temperature, measured with the draft's prompts on people's labels."""
    return report_options(ask.snapshot, publishing.from_request(ask.snapshot, ask.sent(bodies.Wish).wanted()))


def levels(ask: Ask) -> TreeLevels:
    """Coverage and precision of the draft at each level of a tree."""
    return tree_levels.levels(ask.snapshot, publishing.from_request(ask.snapshot, ask.sent(bodies.Wish).wanted()))


def compare(ask: Ask) -> VersionComparison:
    """Two versions, by text and by effect."""
    given = ask.asked(queries.Compare)
    return versions.compare(ask.snapshot, given.one, given.other)


def export_yaml(ask: Ask) -> FileText:
    """A version as a YAML file."""
    number = ask.asked(queries.VersionOf).version
    return {"name": f"prompts-{number or 'published'}.yaml", "text": versions.as_yaml(ask.workspace, number or None)}


def import_yaml(ask: Ask) -> FileDraft:
    """A draft from a YAML file; nothing is saved."""
    return versions.from_yaml(ask.snapshot, ask.sent(bodies.Yaml).text)


def suggestions(ask: Ask) -> Suggestions:
    """Prompts that a category does not have yet, to accept one by one."""
    return suggest(ask.snapshot, ask.asked(queries.Suggest).category)


def open_facets(ask: Ask) -> OpenFacets:
    """What stands in each facet that takes any number of labels, with the thresholds and how well they are told."""
    counts = [(facet, scores.report(ask.snapshot, facet)) for facet in answers.facets(ask.snapshot)]
    return {"facets": [{**row, "measured": tag_evaluation.report(ask.snapshot, facet)} for facet, row in counts]}


def propose_tags(ask: Ask) -> TagRound:
    """Let the prompts propose in an open facet, as one batch; pages that are open keep theirs."""
    facet = answers.find(ask.snapshot, ask.sent(bodies.Facet).facet or None)
    held = frozenset(open_images.held(ask.name))
    if _in_background(ask, {"using": "zero-shot", "facet": facet.name, "held": sorted(held)}):
        return {
            "labelled": 0, "skipped_human": 0, "per_class": {}, "batch": None, "thresholds": {}, "in_background": True,
        }  # fmt: skip
    return {**scores.propose(ask.snapshot, facet, held=held, using="zero-shot"), "in_background": False}
