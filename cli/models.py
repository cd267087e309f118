"""Published models: the list, downloads, and how quick one is here."""

from __future__ import annotations

import argparse

from cli.console import Answer, Commands, ProgressLine, command
from settings import current


def register(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "models", models, "list the models on offer, download one, or try one", workspace=False)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--fetch", metavar="NAME/TAG", help="download its weights; a stopped download is resumed")
    what.add_argument("--trial", metavar="NAME/TAG", help="images a second on this machine, in five seconds")


def models(given: argparse.Namespace) -> Answer:
    """`sceneloop models`."""
    if given.fetch:
        return _fetch(given.fetch)
    if given.trial:
        return _trial(given.trial)
    from embedding.published import by_hand, catalogue, download, model_files

    return {
        "folder": str(current().models),
        "models": [
            {
                "model": offer.spec, "title": offer.title, "good_at": offer.good_at, "languages": offer.languages,
                "licence": offer.licence, "mb": round(offer.bytes / 1e6), "dimensions": offer.dim, "input": offer.side,
                "here": offer.is_here, "came_mb": round(download.came(model_files.folder(offer.spec) / offer.files[0]) / 1e6),
                "needs": offer.lacks, "page": by_hand.page(offer), "without_network": by_hand.instruction(offer),
            }
            for offer in catalogue.OFFERS
        ],
    }  # fmt: skip


def _fetch(spec: str) -> Answer:
    """Any model of open_clip, in the list or not."""
    from embedding.encoders import hub

    name, _, tag = spec.partition("/")
    return {"model": spec, "path": str(hub.fetch(name, tag, ProgressLine("MB")))}


def _trial(spec: str) -> Answer:
    from embedding.encoders import trial
    from embedding.published import catalogue

    offer = catalogue.named(spec)
    done = trial.measure(
        offer.architecture, offer.parameters, threads=current().threads, progress=ProgressLine("seconds")
    )
    return {"model": spec, **vars(done)}
