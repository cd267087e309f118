"""The one reader of YAML: every scalar stays the text that was written, and size, depth and repetition are bounded.

YAML 1.1 turns `no` into False, 007 into 7 and 12:30 into 750; a class may be called so. What wants a number or a yes or no asks
for it (`Node.number`, `Node.flag`). Aliases are refused: nine levels of them in 365 bytes are a billion nodes. JSON is read as
well; the `\\u` escapes of JSON come in pairs that YAML would leave apart.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

import reading
from errors import InputError
from written import texts
from written.node import Node

MAX_BYTES = 4 * 2**20
MAX_DEPTH = 16
MAX_NODES = 200_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> Node:
    """Read a file.

    Raises:
        InputError: it cannot be read, or as `parse`.
    """
    try:
        content = reading.content(path, MAX_BYTES)
    except OSError as error:
        raise InputError(f"{reading.readable(path)} cannot be read ({error.strerror}). Check the path.") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{path.name}, line {line}: this is not UTF-8. Save the file as UTF-8.") from error
    return parse(text, path.name)


def parse(text: str, name: str) -> Node:
    """Read a text of YAML or JSON; `name` is what messages call it.

    Raises:
        InputError: it is neither, too large or too deep, uses an alias, an anchor or a tag, or gives a key twice.
    """
    _bounded(len(text), name)
    for line, part in enumerate(text.split("\n") if texts.fault(text) else (), 1):
        _scalar(name, line, part)
    try:
        whole = json.loads(
            text, parse_int=_Written, parse_float=_Written, parse_constant=_Written, object_pairs_hook=_Pairs
        )
    except RecursionError as error:
        raise _too_deep(name, None) from error
    except ValueError:
        return _from_yaml(text, name)
    return _from_json(whole, name)


def _bounded(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise InputError(
            f"{name} is larger than {MAX_BYTES // 2**20} MB. Such a file is not a list of classes and prompts."
        )


def _too_deep(name: str, line: int | None) -> InputError:
    return Node(name, line, "").refuse(f"more than {MAX_DEPTH} levels inside one another", "Write it flatter.")


def _too_many(name: str, line: int | None) -> InputError:
    return Node(name, line, "").refuse(f"more than {MAX_NODES:,} values", "Part the file.")


class _Written(str):
    """A number of JSON, as it was written."""


class _Pairs(list[Any]):
    """The members of a JSON object, in order and with those that come twice."""


def _from_json(whole: Any, name: str) -> Node:
    left = MAX_NODES

    def node(value: Any, depth: int) -> Node:
        nonlocal left
        left -= 1
        if depth > MAX_DEPTH:
            raise _too_deep(name, None)
        if left < 0:
            raise _too_many(name, None)
        if isinstance(value, _Pairs):
            fields: dict[str, Node] = {}
            for key, inner in value:
                _scalar(name, None, key)
                _once(fields, key, name, None)
                fields[key] = node(inner, depth + 1)
            return Node(name, None, fields)
        if isinstance(value, list):
            return Node(name, None, [node(inner, depth + 1) for inner in value])
        if isinstance(value, str):
            return _scalar(name, None, str(value), plain=isinstance(value, _Written))
        return Node(name, None, {None: "null", True: "true", False: "false"}[value], plain=True)

    return node(whole, 1)


class _Open:
    """A list or a mapping whose end has not come yet; `key` waits for its value."""

    def __init__(self, line: int, *, keyed: bool) -> None:
        self.line, self.keyed, self.key = line, keyed, ""
        self.has_key = False
        self.list: list[Node] = []
        self.dict: dict[str, Node] = {}

    def add(self, node: Node) -> None:
        """Take the next node: a member of a list, or of a mapping the key and then the value."""
        if not self.keyed:
            self.list.append(node)
        elif self.has_key:
            self.dict[self.key] = node
            self.has_key = False
        else:
            if not isinstance(node.value, str):
                raise node.refuse("a key must be a text, not a list or a mapping", "Put quotes around it.")
            _once(self.dict, node.value, node.file, node.line, self.dict.get(node.value))
            self.key, self.has_key = node.value, True

    def node(self, name: str) -> Node:
        """What was taken."""
        return Node(name, self.line, self.dict if self.keyed else self.list)


def _from_yaml(text: str, name: str) -> Node:
    """From the parser's events, not from its composer: that one goes as deep as the file says, and copies what aliases name."""
    open_ones: list[_Open] = []
    whole: Node | None = None
    count = 0
    event: Any
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1
            _refuse_repetition(event, name, line)
            if isinstance(event, yaml.DocumentStartEvent) and whole is not None:
                raise Node(name, line, "").refuse("a second document begins", "Keep one in each file.")
            if isinstance(event, yaml.CollectionStartEvent):
                open_ones.append(_Open(line, keyed=isinstance(event, yaml.MappingStartEvent)))
                if len(open_ones) >= MAX_DEPTH:
                    raise _too_deep(name, line)
                continue
            if isinstance(event, yaml.ScalarEvent):
                node = _scalar(name, line, event.value, plain=not event.style)
            elif isinstance(event, yaml.CollectionEndEvent):
                node = open_ones.pop().node(name)
            else:
                continue
            count += 1
            if count > MAX_NODES:
                raise _too_many(name, line)
            if open_ones:
                open_ones[-1].add(node)
            else:
                whole = node
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "it cannot be read"
        raise Node(name, mark.line + 1 if mark else None, "").refuse(
            f"this is not valid YAML in UTF-8: {problem}", "Correct that line."
        ) from error
    except yaml.YAMLError as error:
        raise InputError(
            f"{name} is not valid YAML in UTF-8: {str(error).splitlines()[0]}. Correct that line."
        ) from error
    return whole or Node(name, 1, "", plain=True)


def _scalar(name: str, line: int | None, value: str, *, plain: bool = False) -> Node:
    """A scalar that can be stored."""
    node = Node(name, line, value, plain)
    wrong = texts.fault(value)
    if wrong is not None:
        raise node.refuse(f"this text {wrong}", "Remove that character.")
    return node


def _refuse_repetition(event: Any, name: str, line: int) -> None:
    here = Node(name, line, "")
    if isinstance(event, yaml.AliasEvent):
        raise here.refuse(f"the alias *{event.anchor} is not read", "Write out what it stands for.")
    if getattr(event, "anchor", None) is not None:
        raise here.refuse(f"the anchor &{event.anchor} is not read", "Take it out, and write out what repeats it.")
    if getattr(event, "tag", None) is not None:
        raise here.refuse(f"the tag {str(event.tag)[:60]} is not read", "Take it out.")


def _once(nodes: dict[str, Node], key: str, name: str, line: int | None, first: Node | None = None) -> None:
    if key in nodes:
        where = f" (first in line {first.line})" if first is not None and first.line is not None else ""
        raise Node(name, line, "").refuse(f"{key[:60]!r} is given twice{where}", "Keep one of the two.")
