"""A docstring becomes Markdown that reads like it: paragraphs, lists under their names, code that can be copied."""

from __future__ import annotations

from scripts.documentation import python_page
from settings import ROOT


def test_sections_become_lists() -> None:
    text = (
        "Add images.\n\nArgs:\n    paths: files and folders. What is there\n        is not added again.\n    tables: CSV files.\n\n"
        "Returns:\n    A row an image.\n\nRaises:\n    InputError: none exists.\n\n>>> add(1)\n2"
    )
    assert python_page.document(text) == [
        "Add images.",
        "**Arguments**\n\n- `paths`: files and folders. What is there is not added again.\n- `tables`: CSV files.",
        "**Returns** A row an image.",
        "**Raises**\n\n- `InputError`: none exists.",
        "```python\n>>> add(1)\n2\n```",
    ]


def test_every_call_has_its_signature_and_an_example() -> None:
    text = "\n\n".join(python_page.page(ROOT / "sceneloop"))
    assert "train(*, facet: str | None=None, promote: str='auto'" in text
    assert text.count(">>> ") >= 10
    assert "self" not in text.split("## sceneloop.Project")[1].split("```python")[1]
