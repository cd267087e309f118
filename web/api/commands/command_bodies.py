"""What those routes take as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from written.model import Model, Number, Short, Text


class LabelTable(Model):
    """A table of labels: the bytes of a CSV in base64, and what the file is called."""

    file: str
    name: Short = "labels.csv"
    source: Literal["human", "import"] = "human"
    order: Literal["random", "next"] | None = None


class BatchName(Model):
    """The batch to take back."""

    batch: Short


class ExportTable(Model):
    """The format of a file of labels; with `negatives` what is not so as well, with `view` only what that saved view lets through."""

    kind: Literal["csv", "parquet"]
    negatives: bool = False
    view: Text = ""


class ExportFolder(Model):
    """A format that fills a folder, and what of the workspace, as the options of `sceneloop export`; links are for one machine alone."""

    kind: Short
    people: bool = False
    confidence: Annotated[Number, Field(ge=0, le=1)] = 0.0
    facet: Text = ""
    splits: bool = False
    images: Literal["copy", "none"] = "copy"
    view: Text = ""
