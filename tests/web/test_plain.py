"""Texts of people, files and tables are shown as text: nothing that Streamlit reads as Markdown comes from them unescaped."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from settings import ROOT
from web.parts.layout import md, plain

SHOWS = {
    "badge", "button", "caption", "checkbox", "download_button", "error", "expander", "form_submit_button", "header", "info",
    "link_button", "markdown", "metric", "number_input", "pills", "popover", "radio", "segmented_control", "selectbox", "slider",
    "multiselect", "status", "subheader", "success", "text_area", "text_input", "title", "toast", "toggle", "warning", "write",
}  # fmt: skip
LABELLED = {"page_link": "label", "progress": "text"}  # their text is a later or a named argument
FILES = sorted([*(ROOT / "web").glob("*.py"), *(ROOT / "pages").glob("*.py")])


def is_safe(node: ast.expr | None) -> bool:
    """A text of ours, or one that went through `plain` or `md`."""
    if node is None or isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.IfExp):
        return is_safe(node.body) and is_safe(node.orelse)
    if isinstance(node, ast.BoolOp):
        return all(map(is_safe, node.values))
    if isinstance(node, ast.BinOp):
        return is_safe(node.left) and is_safe(node.right)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "t":  # a text of ours in another language; what is filled in counts as above
            return all(is_safe(word.value) for word in node.keywords)
        return name in ("plain", "md", "many", "len")
    if isinstance(node, ast.JoinedStr):
        return all(map(is_safe, node.values))
    if isinstance(node, ast.FormattedValue):
        form = "" if node.format_spec is None else ast.unparse(node.format_spec)
        return is_safe(node.value) or any(sign in form for sign in (",", "f'", 'f"'))
    return False


def raw(path: Path) -> list[str]:
    """Calls of a file that hand Streamlit a text as it came."""
    result = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, named = node.func.attr, {word.arg: word.value for word in node.keywords}
        shown: list[ast.expr | None] = [named.get("help")]
        if name in SHOWS and not (name == "error" and "log" in ast.unparse(node.func)):
            shown += [node.args[0] if node.args else named.get("label", named.get("body"))]
        elif name in LABELLED:
            shown += [named.get(LABELLED[name]), node.args[1] if name == "progress" and len(node.args) > 1 else None]
        logged = ast.unparse(node.func).startswith(
            ("log.", "out.", "history.", "guidelines.", "self.", "request.", "video_queue.", "sys.")
        )
        if not logged and not all(map(is_safe, shown)):
            result.append(f"{path.name}:{node.lineno}: {ast.unparse(node)[:100]}")
    return result


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_text_reaches_markdown_as_it_came(path: Path) -> None:
    assert raw(path) == []


def test_a_template_escapes_what_is_filled_in() -> None:
    assert md("**{title}** :violet-badge[Running]", title="**x**") == "**\\*\\*x\\*\\*** :violet-badge[Running]"
    assert md("{said}", said=md("*{name}*", name="a_b")) == "*a\\_b*"
    assert plain("a\n\n===\n b") == "a \\=\\=\\= b"
