"""The classifier: a head, the prompts, or no opinion at all. What it is, what it scores with, what its proposals are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labeling.scoring.zero_shot import Linear
from store.project.heads import HeadRow


@dataclass(frozen=True)
class Classifier:
    """One classifier of the exclusive facet.

    Attributes:
        scorer: what scores images.
        head: the head that it is, or None.
        prompt_version: the number of the published prompts that it is, or None.
    """

    scorer: Linear
    head: HeadRow | None = None
    prompt_version: int | None = None

    @property
    def name(self) -> str:
        """`head 2`, `prompts 4`, or `labels only` where there is neither."""
        if self.head is not None:
            return f"head {self.head.number}"
        return "labels only" if self.prompt_version is None else f"prompts {self.prompt_version}"

    @property
    def title(self) -> str:
        """The name as a result carries it: `zero-shot, prompts 4` for prompts."""
        return self.name if self.prompt_version is None else f"zero-shot, {self.name}"

    @property
    def family(self) -> str:
        """The name as a comparison carries it, whichever version of the prompts: `head 2`, `zero-shot` or `no model`."""
        if self.head is not None:
            return self.name
        return "no model" if self.prompt_version is None else "zero-shot"

    @property
    def source(self) -> Literal["head", "zero_shot"]:
        """The source of the labels that it proposes."""
        return "zero_shot" if self.head is None else "head"

    @property
    def head_id(self) -> int | None:
        """Row id of the head, or None."""
        return None if self.head is None else self.head.id
