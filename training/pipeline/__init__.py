"""Training on the store: the only modules of this stage that know it."""

from training.choose import Step, TrainOptions
from training.pipeline.checks import check_head, learning_curve, shortcut_check
from training.pipeline.evaluate import change_encoder, evaluate
from training.pipeline.facets import train_facet, trainable
from training.pipeline.judging import is_certain
from training.pipeline.manage import promote, propose, roll_back
from training.pipeline.prediction import predict
from training.pipeline.report import heads, labels_since, report, rounds
from training.pipeline.tag_report import tag_report, tag_rounds
from training.pipeline.train import train
from training.pipeline.transfer import export_head, import_head

__all__ = [
    "Step",
    "TrainOptions",
    "change_encoder",
    "check_head",
    "evaluate",
    "export_head",
    "heads",
    "import_head",
    "is_certain",
    "labels_since",
    "learning_curve",
    "predict",
    "promote",
    "propose",
    "report",
    "roll_back",
    "rounds",
    "shortcut_check",
    "tag_report",
    "tag_rounds",
    "train",
    "train_facet",
    "trainable",
]
