"""Answers of routes in the language of who asks."""

from __future__ import annotations

from contextvars import copy_context

import pytest

from embedding.sound import sound_names
from errors import EncoderError
from web.language import answers, words

ANSWER = {
    "advice": "Every label has been reviewed.",
    "model": "head 2",
    "note": "Every label has been reviewed.",
    "history": [{"origin": "zero-shot, prompts 3", "name": "head 2"}],
    "count": 3,
}


def test_what_lower_rooms_word_is_translated_and_what_people_wrote_is_not() -> None:
    def chinese() -> object:
        words.speak("zh-CN")
        return answers.in_words(ANSWER)

    assert copy_context().run(chinese) == {
        "advice": "所有标签都已审阅。",
        "model": "分类头 2",
        "note": "Every label has been reviewed.",
        "history": [{"origin": "零样本，提示词 3", "name": "head 2"}],
        "count": 3,
    }


def test_an_answer_in_english_is_the_same_one() -> None:
    assert answers.in_words(ANSWER) is ANSWER


def test_why_no_sound_is_named_is_told_in_chinese() -> None:
    with pytest.raises(EncoderError) as refused:
        sound_names.read("log-mel")

    def chinese() -> object:
        words.speak("zh-CN")
        return answers.in_words({"unheard": str(refused.value)})

    assert str(copy_context().run(chinese)).startswith("{'unheard': '对数梅尔统计无法说出声音的名称")
