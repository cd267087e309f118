"""Training on the store: the only modules of this stage that know it."""

from training.pipeline.evaluate import change_encoder, evaluate
from training.pipeline.manage import promote, propose, roll_back
from training.pipeline.report import heads, labels_since, report, rounds
from training.pipeline.train import train

__all__ = [
    "change_encoder",
    "evaluate",
    "heads",
    "labels_since",
    "promote",
    "propose",
    "report",
    "roll_back",
    "rounds",
    "train",
]
