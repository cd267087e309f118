"""Texts in the language of who looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import copy_context

import pytest

from web.language import catalogue, recognition, words
from web.language.catalogue import Catalogue


@pytest.fixture
def catalogues(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    texts = {
        "Data": "数据",
        "{n} image": "{n} 张图片",
        "{n} images": "{n} 张图片",
        "{images} in this view now.": "此视图现有{images}。",
        "{images} of {name} are kept now.": "{name} 保留{images}。",
        "{path} is not a folder.": "{path} 不是文件夹。",
        "{path} of {path2} is not a folder.": "{path2} 的 {path} 不是文件夹。",
        "{name} again, {name}": "再次 {name}",
    }
    recognition._forms.cache_clear()
    monkeypatch.setattr(
        catalogue,
        "of",
        lambda language: Catalogue(texts, {}, frozenset({"{n} image", "{n} images", "{name} again, {name}"})),
    )
    yield
    recognition._forms.cache_clear()


def chinese(function: object, *args: object, **places: object) -> str:
    """What a function of words answers in Chinese."""

    def run() -> str:
        words.speak("zh-CN")
        return str(function(*args, **places))  # type: ignore[operator]

    return copy_context().run(run)


def test_english_is_the_key() -> None:
    assert words.t("Data") == "Data"
    assert words.t("{n} of {name}", n=1204, name="x{y}") == "1,204 of x{y}"
    assert words.many(1, "image") == "1 image"
    assert words.many(1204, "category", "categories") == "1,204 categories"
    assert words.translated("3 images of x are kept now.") == "3 images of x are kept now."


def test_a_text_is_translated_with_its_places(catalogues: None) -> None:
    assert chinese(words.t, "Data") == "数据"
    assert chinese(words.t, "{images} in this view now.", images="3 张图片") == "此视图现有3 张图片。"
    assert chinese(words.many, 1204, "image") == "1,204 张图片"
    assert chinese(words.many, 1, "image") == "1 张图片"


def test_what_has_no_translation_is_shown_in_english(catalogues: None) -> None:
    assert chinese(words.t, "Nothing of it") == "Nothing of it"
    assert chinese(words.many, 2, "ox", "oxen") == "2 ox"  # its key is not there: the test of the catalogue finds it


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Data", "数据"),
        ("/a b/c.jpg is not a folder.", "/a b/c.jpg 不是文件夹。"),
        ("x of y is not a folder.", "y 的 x 不是文件夹。"),
        ("3 images of x are kept now.", "x 保留3 张图片。"),
        ("a again, a", "再次 a"),
        ("a again, b", "a again, b"),
        ("a\nb is not a folder.", "a\nb 不是文件夹。"),
        ("{0} is not a folder.", "{0} 不是文件夹。"),
        ("Nothing fits.", "Nothing fits."),
        ("x" * 3000 + " is not a folder.", "x" * 3000 + " is not a folder."),
    ],
)
def test_a_text_of_a_lower_room_is_known_by_its_form(catalogues: None, text: str, shown: str) -> None:
    assert chinese(words.translated, text) == shown


def test_a_place_is_never_read_as_a_form(catalogues: None) -> None:
    assert chinese(words.t, "{path} is not a folder.", path="{path}{0}") == "{path}{0} 不是文件夹。"
