"""The published models that are offered, with what a person wants to know before a download. No library is needed to list them.

Repositories, parameters, sizes and dimensions are those of open_clip's own configurations (a test compares them). Accuracy is the
zero-shot top-1 on ImageNet that a model's makers state.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from embedding.published import model_files
from embedding.published.fetching import Published
from errors import InputError

ENGLISH = "English"
LANGUAGES = "109 languages, Chinese among them"
LANGUAGE_EXTRA = "languages"
BYTES_A_PARAMETER = 4  # the published files hold float32


@dataclass(frozen=True)
class Offer:
    """A model that is offered.

    Attributes:
        title: what people call it. spec: NAME/TAG as `embedding.encoders.loading` takes it.
        repository: where the hub keeps it.
        parameters: of both towers. side: of its input, in pixels. dim: length of a vector.
        good_at, languages, licence: in words. The licence is of the weights, and its page says what it allows.
        extra: of our package, where it needs one.
    """

    title: str
    spec: str
    repository: str
    parameters: int
    side: int
    dim: int
    good_at: str
    languages: str
    licence: str
    extra: str = ""

    @property
    def architecture(self) -> str:
        """Its name at open_clip."""
        return self.spec.partition("/")[0]

    @property
    def bytes(self) -> int:
        """About how large its weights are."""
        return self.parameters * BYTES_A_PARAMETER

    @property
    def lacks(self) -> str:
        """How the package is installed that it needs, or nothing where it is there."""
        there = not self.extra or find_spec("transformers") is not None
        return "" if there else f"pip install 'sceneloop[{self.extra}]'"

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files that it needs in one folder."""
        return (model_files.WEIGHT_FILES[0], *(model_files.TOKENIZER_FILES if self.extra else ()))

    @property
    def published(self) -> Published:
        """What it consists of, for a download."""
        return Published(self.spec, self.repository, model_files.WEIGHT_FILES, self.repository if self.extra else "")

    @property
    def is_here(self) -> bool:
        """Whether all that it needs lies on this machine."""
        weights = model_files.weights(self.spec, self.repository, model_files.WEIGHT_FILES)
        return weights is not None and (not self.extra or model_files.tokenizer(self.spec, self.repository) is not None)


OFFERS = (
    Offer(
        "MobileCLIP-S2", "MobileCLIP-S2/datacompdr", "apple/MobileCLIP-S2-OpenCLIP", 99_243_329, 256, 512,
        "The smallest, and better than ViT-B/32 on photographs (74.4 % on ImageNet).",
        ENGLISH, "apple-amlr: research only",
    ),
    Offer(
        "ViT-B/32, LAION-2B", "ViT-B-32/laion2b_s34b_b79k", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", 151_277_313, 224, 512,
        "The fastest of the free models; good for scenes and large objects (66.6 % on ImageNet).",
        ENGLISH, "MIT",
    ),
    Offer(
        "ViT-B/16, DataComp", "ViT-B-16/datacomp_xl_s13b_b90k", "laion/CLIP-ViT-B-16-DataComp.XL-s13B-b90K", 149_620_737, 224,
        512, "Recognises smaller objects than ViT-B/32, at about a quarter of its speed (73.5 % on ImageNet).",
        ENGLISH, "MIT",
    ),
    Offer(
        "ViT-L/14, DataComp", "ViT-L-14/datacomp_xl_s13b_b90k", "laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K", 427_616_513, 224,
        768, "The best of the free English models here; needs a graphics card, or a night (79.2 % on ImageNet).",
        ENGLISH, "MIT",
    ),
    Offer(
        "SigLIP 2 B/32", "ViT-B-32-SigLIP2-256/webli", "timm/ViT-B-32-SigLIP2-256", 376_856_066, 256, 768,
        "Prompts in many languages; its image side is nearly as quick as ViT-B/32.",
        LANGUAGES, "Apache-2.0", LANGUAGE_EXTRA,
    ),
    Offer(
        "SigLIP 2 SO400M/16", "ViT-SO400M-16-SigLIP2-256/webli", "timm/ViT-SO400M-16-SigLIP2-256", 1_135_670_962, 256, 1152,
        "Prompts in many languages, and the best accuracy here; needs a graphics card.",
        LANGUAGES, "Apache-2.0", LANGUAGE_EXTRA,
    ),
)  # fmt: skip


def named(spec: str) -> Offer:
    """The offer of a spec.

    Raises:
        InputError: it is not in the list.
    """
    for one in OFFERS:
        if one.spec == spec:
            return one
    raise InputError(f"{spec} is not in the list of models. There are {', '.join(one.spec for one in OFFERS)}.")
