"""The catalogues of translations brought up to the code: `python -m scripts.words` (`make words`).

Every text that a page can show is a key. Those of pages and scripts stand in calls of `t` and its like; what lower rooms say to
somebody is worded in English there (an error, the note of a job), and its form is the key: an f-string's values are its places. What
was translated stays; a key that is gone leaves.
"""

from __future__ import annotations

import ast
import builtins
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from web.language import catalogue, choice

ROOT = Path(__file__).resolve().parents[1]
ASKED = {"t", "noted", "md", "dialog", "_shown"}
"""Functions whose first argument is a key."""
COUNTED = "many"
SHOWN = ("app.py", "pages", "web")
LOWER = (
    "embedding",
    "files.py",
    "jobs",
    "labeling",
    "maintenance",
    "naming.py",
    "reading.py",
    "store",
    "training",
    "video",
    "written",
)
_CALL = re.compile(r"(?<![.\w])(t|noted|many)\(")
_TEXT = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_PLACES = re.compile(r"\{\w*\}")
NAMES = {"len": "n", "str": "", "int": "", "round": "n", "sum": "n", "join": "", "name": "name"}


@dataclass(frozen=True)
class Key:
    """One text, with its plural where it counts, and the file that shows it."""

    text: str
    plural: str
    file: str


def every() -> list[Key]:
    """All keys of the code, in the order of their files."""
    keys: list[Key] = []
    for path in _files(SHOWN, ".py"):
        keys += python(path.read_text(encoding="utf-8"), _name(path))
    for path in _files(("web/ui",), ".js"):
        keys += script(path.read_text(encoding="utf-8"), _name(path))
    for path in _files((*LOWER, "web"), ".py"):
        keys += worded(path.read_text(encoding="utf-8"), _name(path))
    return keys


def _files(places: tuple[str, ...], ending: str) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        yield from [path] if path.is_file() else sorted(path.rglob(f"*{ending}"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python(code: str, file: str) -> list[Key]:
    """Keys of a Python module's own calls."""
    keys = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        texts = [
            arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None for arg in node.args
        ]
        if name in ASKED and texts and texts[0]:
            keys.append(Key(texts[0], "", file))
        elif name == COUNTED and len(texts) > 1 and texts[1]:
            keys.append(_counted(texts[1], texts[2] if len(texts) > 2 else None, file))
    return keys


def _counted(word: str, words: str | None, file: str) -> Key:
    return Key(f"{{n}} {word}", f"{{n}} {words or word + 's'}", file)


def worded(code: str, file: str) -> list[Key]:
    """Forms of the errors that a module raises or answers, by a literal or by a constant of its own."""
    tree, keys = ast.parse(code), []
    constants = _constants(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        places = (
            _arguments(node.func.id) if isinstance(node.func, ast.Name) else (0,) if _is_of_class(node.func) else ()
        )
        for given in (node.args[at] for at in places if len(node.args) > at):
            form = form_of(given) or constants.get(_constant(given))
            if form and " " in _PLACES.sub("", form).strip(" .:"):
                keys.append(Key(form, "", file))
    return keys


def _constants(tree: ast.Module) -> dict[str, str]:
    """Texts that a module names in capital letters."""
    named = ((node.targets[0], node.value) for node in tree.body if isinstance(node, ast.Assign))
    return {
        target.id: form
        for target, value in named
        if isinstance(target, ast.Name) and target.id.isupper() and (form := form_of(value))
    }


def _constant(node: ast.expr) -> str:
    """The name that stands for a text, filled in by `format` or not; "" where something else does."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        node = node.func.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_of_class(function: ast.expr) -> bool:
    """Whether it is `super().__init__`, by which an error words itself."""
    return (
        isinstance(function, ast.Attribute) and function.attr == "__init__" and isinstance(function.value, ast.Call)
        and isinstance(function.value.func, ast.Name) and function.value.func.id == "super"
    )  # fmt: skip


def _arguments(function: str) -> tuple[int, ...]:
    """Which arguments of a function are worded for somebody: of errors of ours, not of Python's, and of answers."""
    if function in ("BadFile", "BadImage"):  # what is wrong, and the way out
        return (1, 2)
    if function == "failure":
        return (1,)
    return (0,) if function.endswith("Error") and not hasattr(builtins, function) else ()


def form_of(node: ast.expr) -> str | None:
    """The text of a literal, with a place for each value of an f-string; None where it is something else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    text, taken = "", dict[str, str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            text += f"{{{_place(part.value, taken)}}}"
    return text


def _place(value: ast.expr, taken: dict[str, str]) -> str:
    """A name for a value, the same for the same one."""
    code = ast.unparse(value)
    if code not in taken:
        base, at = _named(value), 2
        name = base
        while name in taken.values():
            name, at = f"{base}{at}", at + 1
        taken[code] = name
    return taken[code]


def _named(value: ast.expr) -> str:
    if isinstance(value, ast.Name):
        return value.id.strip("_").lower()
    if isinstance(value, ast.Attribute):
        return value.attr.strip("_").lower()
    if isinstance(value, ast.Subscript):
        part = value.slice
        return (
            str(part.value)
            if isinstance(part, ast.Constant) and str(part.value).isidentifier()
            else _named(value.value)
        )
    if isinstance(value, ast.Call):
        function = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "x")
        known = NAMES.get(function, function.strip("_").lower())
        return known or (_named(value.args[0]) if value.args else "x")
    return "n" if isinstance(value, ast.BinOp) else "x"


def script(code: str, file: str) -> list[Key]:
    """Keys of a script's calls, those within a template or another call among them."""
    keys = []
    for call in _CALL.finditer(code):
        if call.group(1) == COUNTED:
            keys += _counts(code, call.end(), file)
        elif text := _literal(code, call.end()):
            keys.append(Key(text, "", file))
    return keys


def _literal(code: str, at: int) -> str:
    """The text that stands at a place of the code; empty where something else does."""
    match = _TEXT.match(code, at)
    if match is None:
        return ""
    text = match.group(1)
    return str(json.loads(text if text[0] == '"' else json.dumps(text[1:-1].replace("\\'", "'"))))


def _counts(code: str, at: int, file: str) -> list[Key]:
    """Word and words of a `many`, behind its first argument."""
    depth = 0
    while depth or code[at] not in ",)":
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(code[at], 0)
        at += 1
    word = _TEXT.match(code, at + 1)
    if word is None:
        return []
    return [_counted(_literal(code, at + 1), _literal(code, word.end() + 1) or None, file)]


def brought_up(language: str, keys: list[Key]) -> Catalog:
    """The catalogue of a language with exactly these keys, and what it had for them."""
    old = catalogue.whole(language)
    new = Catalog(locale=language.replace("-", "_"), charset="utf-8")
    for key in keys:
        before = old.get(key.text)
        message_id = (key.text, key.plural) if key.plural else key.text
        text = "" if before is None else catalogue.text_of(before)
        new.add(message_id, (text,) if key.plural else text, [(key.file, 1)])
    return new


def content(catalog: Catalog, head: str) -> bytes:
    """The file of a catalogue below the head that it has: places by file alone, so that a line that moves changes nothing."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=120, include_lineno=False, omit_header=True)
    return f"{head}\n\n".encode() + buffer.getvalue()


def main() -> int:
    """Bring every catalogue up to the code; says what is left to translate."""
    keys = every()
    for language in choice.LANGUAGES:
        if language == choice.ENGLISH:
            continue
        catalog = brought_up(language, keys)
        path = catalogue.path(language)
        head = path.read_text(encoding="utf-8").partition("\n\n")[0]
        path.write_bytes(content(catalog, head))
        missing = [message.id for message in catalog if message.id and not catalogue.text_of(message)]
        print(f"{language}: {len(catalog)} keys, {len(missing)} without a translation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
