"""Prompts: read, measure a draft, publish."""

from __future__ import annotations

from typing import Any

from errors import ConflictError
from labeling.pipeline import card, prompting, tuning
from web.asking import Ask


def prompts(ask: Ask) -> dict[str, Any]:
    """The published prompts and the draft, or the prompts of one `version`."""
    number = ask.number("version", 0)
    if number:
        return {"version": number, "categories": prompting.prompts_at(ask.workspace, number)}
    return prompting.prompts(ask.workspace)


def draft(ask: Ask) -> dict[str, Any]:
    """What a draft would change; with `save` it is kept for the next visit."""
    answer = prompting.draft(ask.scene, ask.body)
    if ask.body.get("save"):
        prompting.save_draft(ask.scene, ask.body, ask.actor)
    return answer


def discard(ask: Ask) -> dict[str, Any]:
    """Forget the draft; answers the published prompts."""
    prompting.discard(ask.scene)
    return prompting.prompts(ask.workspace)


def publish(ask: Ask) -> dict[str, Any]:
    """Publish the draft as a version.

    Raises:
        ConflictError: somebody has published since the page was read.
    """
    newest = prompting.prompts(ask.workspace)["version"]
    base = ask.body.get("base")
    if base is not None and newest is not None and int(base) != newest:
        raise ConflictError(
            f"Version {newest} was published meanwhile. Your draft is kept: reload the page, then publish it on top."
        )
    return prompting.publish(ask.scene, ask.body, str(ask.body.get("note") or ""), ask.actor)


def scorecard(ask: Ask) -> dict[str, Any]:
    """What each published prompt gains on people's labels, and the two classes that the prompts confuse most."""
    return card.card(ask.scene)


def categorize(ask: Ask) -> dict[str, Any]:
    """The categories that words mean, best first."""
    return {"categories": tuning.categorize(ask.scene, ask.query.get("text", ""))}
