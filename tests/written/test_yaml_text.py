"""YAML as people write it: texts stay as written, and no file takes more time or memory than its size allows."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from errors import InputError
from written import yaml_text


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, levels)]
    return "\n".join([*lines, f"categories: [{{name: *a{levels - 1}}}]"])


def test_every_scalar_stays_the_text_that_was_written() -> None:
    written = ["0", "on", "yes", "no", "007", "12:30", "1e3", "null", "~", "2024-01-01", "0x1F", "1_000", ".5", "True"]
    text = "names:\n" + "".join(f"- {name}\n" for name in written)
    assert yaml_text.parse(text, "f").plainly() == {"names": written}


def test_json_is_read_the_same_way() -> None:
    text = '{"a": [0, 1.50, 1e3, true, null, "\\ud83d\\ude00"]}'
    assert yaml_text.parse(text, "f").plainly() == {"a": ["0", "1.50", "1e3", "true", "null", "😀"]}


@pytest.mark.parametrize(
    "text",
    [
        bomb(9),
        "a: &x [b]\nc: *x",
        "a: &unused b",
        "[" * 5000 + "]" * 5000,
        "[a, " * 5000,
        "- " * 5000,
        "{a: " * 5000,
        '{"a":' * 5000,
        "x: [" + "a, " * 250_000 + "]",
        "a: 1\nb: 2\na: 3",
        '{"a": 1, "a": 2}',
        "a: 1\n---\nb: 2",
        "a: !!python/object/apply:os.system [ls]",
        "? [a]\n: b",
        '"\\ud83d": x',
        '{"a": "\\ud83d"}',
        "a: \ud83d",
        "a: \x00",
        'a: "\\a"',
        "a: [",
        "a:\n\t- b",
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_what_cannot_be_read_is_refused_at_once(text: str) -> None:
    tracemalloc.start()
    begin = time.process_time()
    with pytest.raises(InputError, match=r"list\.yaml"):
        yaml_text.parse(text, "list.yaml")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.process_time() - begin < 20
    assert peak < 200 * 2**20


def test_a_refusal_names_the_line() -> None:
    for text, place in (
        ("a: 1\nb: 2\na: 3", "line 3: 'a' is given twice \\(first in line 1\\)"),
        ("a:\n- b\n- *c", "line 3: the alias"),
        ("a:\n- b\n- [", "line 4"),
    ):
        with pytest.raises(InputError, match=place):
            yaml_text.parse(text, "f")


def test_a_file_is_bounded_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("a: " + "x" * yaml_text.MAX_BYTES)
    with pytest.raises(InputError, match="over the limit of 4 MB"):
        yaml_text.read(path)
    path.write_bytes(b"a: 1\nb: \xff")
    with pytest.raises(InputError, match="line 2: this is not UTF-8"):
        yaml_text.read(path)


def test_numbers_and_flags_are_read_where_they_are_wanted() -> None:
    node = yaml_text.parse("n: 1e3\nf: off\nbad: 0x10\nnan: .nan\nmany: 1e999\ntext: seven", "f").value
    assert isinstance(node, dict)
    assert node["n"].number("n") == 1000.0
    assert node["f"].flag("f") is False
    for name in ("bad", "nan", "many", "text", "f"):
        with pytest.raises(InputError, match=f"{name} must be a number"):
            node[name].number(name)
    with pytest.raises(InputError, match="must be true or false"):
        node["text"].flag("text")
