"""The page of the Python API, out of the docstrings and signatures of `sceneloop/`.

Read from the source, so that nothing is imported and the page is the same under every Python.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
SECTION = re.compile(r"(Args|Returns|Raises|Attributes):(?:\s+(.*))?$")
ENTRY = re.compile(r"(\*{0,2}[\w, ]+?)(?: \([^)]*\))?: (.*)")
EXAMPLE = ">>> "


def page(package: Path) -> list[str]:
    """Parts of the page, to be joined by empty lines: the module, its functions, its class with the calls in their order."""
    module = _parsed(package / "__init__.py")
    project = next(node for node in _parsed(package / "project.py").body if isinstance(node, ast.ClassDef))
    parts = ["# Python API", *document(ast.get_docstring(module) or "")]
    for function in _public(module.body):
        parts += [
            f"## {package.name}.{function.name}",
            _signature(function),
            *document(ast.get_docstring(function) or ""),
        ]
    parts += [f"## {package.name}.{project.name}", *document(ast.get_docstring(project) or "")]
    for function in _public(project.body):
        head = "" if _is_property(function) else _signature(function)
        parts += [f"### {function.name}", head, *document(ast.get_docstring(function) or "")]
    return [part for part in parts if part]


def document(text: str) -> list[str]:
    """A docstring in Markdown: paragraphs as they are, sections as lists under their name, examples as code."""
    parts: list[str] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        if lines[0].startswith(EXAMPLE):
            parts.append("\n".join(["```python", *lines, "```"]))
        elif SECTION.match(lines[0]):
            parts += _sections(lines)
        else:
            parts.append("\n".join(line.strip() for line in lines))
    return parts


def _sections(lines: list[str]) -> Iterator[str]:
    name, entries = "", []
    for line in lines:
        begun = SECTION.match(line)
        if begun:
            if name:
                yield _section(name, entries)
            name, entries = begun[1], [begun[2]] if begun[2] else []
        elif entries and len(line) - len(line.lstrip()) > 4:
            entries[-1] += f" {line.strip()}"
        else:
            entries.append(line.strip())
    yield _section(name, entries)


def _section(name: str, entries: list[str]) -> str:
    if name == "Returns":
        return f"**Returns** {' '.join(entries)}"
    named = [ENTRY.fullmatch(entry) for entry in entries]
    rows = [
        f"- `{match[1]}`: {match[2]}" if match else f"- {entry}" for match, entry in zip(named, entries, strict=True)
    ]
    return "\n".join([f"**{'Arguments' if name == 'Args' else name}**", "", *rows])


def _signature(function: Function) -> str:
    given = function.args
    bare = ast.arguments(
        posonlyargs=[], args=[name for name in given.args if name.arg != "self"], vararg=given.vararg,
        kwonlyargs=given.kwonlyargs, kw_defaults=given.kw_defaults, kwarg=given.kwarg, defaults=given.defaults,
    )  # fmt: skip
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return "\n".join(["```python", f"{function.name}({ast.unparse(bare)}){returns}", "```"])


def _public(body: list[ast.stmt]) -> list[Function]:
    return [node for node in body if isinstance(node, Function) and not node.name.startswith("_")]


def _is_property(function: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "property" for mark in function.decorator_list)


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
