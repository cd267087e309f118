"""A set of prompts: texts of each category, templates and options, and its form in JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import TypedDict

from errors import InputError
from store.project.taxonomy import Category

SOUND, TITLE = "sound", "title"
MARKED = re.compile(r"^\s*(?:(sound|声音)|(title|标题))\s*[:：]\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Prompt:
    """One prompt of a category; a switched-off one is kept but not used.

    It describes what is seen, unless it begins with `sound:` (the name of a sound) or `title:` (words of titles alone).
    """

    text: str
    on: bool = True

    @property
    def of(self) -> str:
        """What it is compared with alone: `sound`, `title`, or "" for what is seen."""
        mark = MARKED.match(self.text)
        return "" if mark is None else SOUND if mark[1] else TITLE

    @property
    def bare(self) -> str:
        """The text without its mark."""
        return MARKED.sub("", self.text)


@dataclass(frozen=True)
class Options:
    """How prompts become scores; each is kept where it wins on the project's own labels.

    Attributes:
        centred: subtract each side's mean before the cosine (the modality gap).
        temperature: divides the logits, above 0.
        prior: added to the logits, by category id; a category that it does not name gets 0.
        reject: added to the background's logit; where the background then wins, nothing is proposed. None: it never does.
        back_off: in a tree, a child is proposed where its probability exceeds its next sibling's by this, in [0, 1].
    """

    centred: bool = False
    temperature: float = 1.0
    prior: dict[int, float] = field(default_factory=dict)
    reject: float | None = None
    back_off: float = 0.2


@dataclass(frozen=True)
class PromptSet:
    """All prompts of a project.

    Attributes:
        categories: prompts by category id.
        templates: shared by all; `{name}` is the category's name with its underscores as spaces.
        background: prompts of what belongs to none of the categories.
    """

    categories: dict[int, tuple[Prompt, ...]] = field(default_factory=dict)
    templates: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    options: Options = Options()

    def texts(self, category_id: int, name: str) -> list[str]:
        """The texts in use for one category: its own, then the templates; no text twice."""
        own = [prompt.text for prompt in self.categories.get(category_id, ()) if prompt.on and not prompt.of]
        shared = [template.replace("{name}", name.replace("_", " ")) for template in self.templates]
        return list(dict.fromkeys(own + shared))

    def title_words(self, category_id: int, name: str) -> list[str]:
        """What titles are compared with: the name of a category, and its prompts but for those of sounds."""
        own = [prompt.bare for prompt in self.categories.get(category_id, ()) if prompt.on and prompt.of != SOUND]
        return list(dict.fromkeys([name.replace("_", " "), *own]))

    def sound_words(self, category_id: int, name: str) -> list[str]:
        """What the names of sounds are compared with: the sounds that a category names, else its name and what is seen."""
        own = [prompt for prompt in self.categories.get(category_id, ()) if prompt.on]
        named = [prompt.bare for prompt in own if prompt.of == SOUND]
        return named or list(dict.fromkeys([name.replace("_", " "), *(prompt.text for prompt in own if not prompt.of)]))


def texts_of(prompt_set: PromptSet, category: Category, tree: Sequence[Category]) -> list[str]:
    """The prompts in use for a category; an inner one without any speaks with those of its children."""
    own = prompt_set.texts(category.id, category.name)
    if own:
        return own
    return [text for c in tree if c.parent_id == category.id for text in texts_of(prompt_set, c, tree)]


class PromptJson(TypedDict):
    """One prompt, and whether it is switched on."""

    text: str
    on: bool


class OptionsJson(TypedDict):
    """The options, with the prior by category id."""

    centred: bool
    temperature: float
    prior: dict[str, float]
    reject: float | None
    back_off: float


class PromptsJson(TypedDict):
    """A prompt set; `categories` by id."""

    categories: dict[str, list[PromptJson]]
    templates: list[str]
    background: list[str]
    options: OptionsJson


def to_json(prompts: PromptSet) -> PromptsJson:
    """A JSON object that `from_json` reads back."""
    return {
        "categories": {
            str(key): [{"text": p.text, "on": p.on} for p in value] for key, value in prompts.categories.items()
        },
        "templates": list(prompts.templates),
        "background": list(prompts.background),
        "options": options_json(prompts.options),
    }


def options_json(options: Options) -> OptionsJson:
    """A JSON object that `read_options` reads back."""
    return {
        "centred": options.centred,
        "temperature": options.temperature,
        "prior": {str(key): value for key, value in options.prior.items()},
        "reject": options.reject,
        "back_off": options.back_off,
    }


def read_options(content: Mapping[str, Any]) -> Options:
    """Read the options.

    Raises:
        InputError: one of them is not what it should be.
    """
    try:
        reject = content.get("reject")
        options = Options(
            bool(content.get("centred", False)),
            float(content.get("temperature", 1.0)),
            {int(key): float(value) for key, value in dict(content.get("prior") or {}).items()},
            None if reject is None else float(reject),
            float(content.get("back_off", Options.back_off)),
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"The options of these prompts cannot be read ({error}). Leave them out.") from error
    values = (
        options.temperature,
        options.back_off,
        *options.prior.values(),
        *([] if options.reject is None else [options.reject]),
    )
    if not all(math.isfinite(value) for value in values) or options.temperature <= 0 or not 0 <= options.back_off <= 1:
        raise InputError("A temperature is above 0, a back-off margin from 0 to 1. Correct the options.")
    return options


def from_json(content: Mapping[str, Any]) -> PromptSet:
    """Read a prompt set.

    Raises:
        InputError: it does not have that shape.
    """
    try:
        categories = {
            int(key): tuple(
                Prompt(" ".join(str(p["text"]).split()), bool(p.get("on", True)))
                for p in value
                if str(p["text"]).strip()
            )
            for key, value in content.get("categories", {}).items()
        }
        templates = tuple(str(text).strip() for text in content.get("templates", ()) if str(text).strip())
        background = tuple(str(text).strip() for text in content.get("background", ()) if str(text).strip())
        options = content.get("options") or {"centred": content.get("centred", False)}
        return PromptSet(categories, templates, background, read_options(options))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"These prompts cannot be read ({error}). Reload the page and edit again.") from error


def carry(current: PromptSet, old: PromptSet, new: PromptSet) -> PromptSet:
    """`current` with the step from `old` to `new` taken wherever `current` still is as in `old`.

    Each category is asked by itself, and so are templates, background and options.
    """
    texts = dict(current.categories)
    for number in old.categories.keys() | new.categories.keys():
        if texts.get(number) == old.categories.get(number):
            texts.pop(number, None)
            if number in new.categories:
                texts[number] = new.categories[number]
    return PromptSet(
        dict(sorted(texts.items())),
        new.templates if current.templates == old.templates else current.templates,
        new.background if current.background == old.background else current.background,
        new.options if current.options == old.options else current.options,
    )
