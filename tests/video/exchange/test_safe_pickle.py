"""Pickles of strangers: what holds arrays is read, everything else is refused in a sentence, and nothing is run."""

from __future__ import annotations

import contextlib
import pickle
import pickletools
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from errors import InputError
from video.exchange import safe_pickle


def read(folder: Path, data: bytes) -> safe_pickle.Plain:
    path = folder / "features.pkl"
    path.write_bytes(data)
    return safe_pickle.read(path)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("dtype", ["u1", "i4", "<i8", ">i2", "f2", "f4", ">f8", "?"])
def test_arrays_of_every_protocol_and_kind_are_read(tmp_path: Path, protocol: int, dtype: str) -> None:
    rows = np.arange(12).reshape(3, 4).astype(dtype)
    record = {
        "video": "épée.mp4",
        "feature": {"image_pkl": rows, "audio_pkl": np.empty((0, 128), "f4")},
        "label": [1, 2],
    }
    content = read(tmp_path, pickle.dumps(record, protocol))
    assert isinstance(content, dict)
    assert content["video"] == "épée.mp4"
    assert content["label"] == [1, 2]
    features = content["feature"]
    assert isinstance(features, dict)
    for name, array in record["feature"].items():
        np.testing.assert_array_equal(features[name], array)


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_columns_first_scalars_bytes_and_shared_values_are_read(tmp_path: Path, protocol: int) -> None:
    turned = np.asfortranarray(np.arange(6, dtype="f4").reshape(2, 3))
    shared = ["a"]
    record = {
        b"nframes": np.int32(170),
        "x": turned,
        "n": (None, True, 2**70, -1.5, b"\xff\x00"),
        "s": [shared, shared],
    }
    content = read(tmp_path, pickle.dumps(record, protocol))
    assert isinstance(content, dict)
    np.testing.assert_array_equal(content.pop("x"), turned)
    assert content == {b"nframes": 170, "n": (None, True, 2**70, -1.5, b"\xff\x00"), "s": [["a"], ["a"]]}


def test_a_pickle_of_python_2_is_read(tmp_path: Path) -> None:
    reconstruct = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
    state = b"(I1\n(I1\nI2\ntcnumpy\ndtype\n(S'u1'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-1\nI0\ntbI00\nS'\\xff\\x00'\ntb"
    content = read(tmp_path, b"(dS'feature'\n" + reconstruct + state + b"sS'video'\nS'\\xe9'\ns.")
    assert isinstance(content, dict)
    np.testing.assert_array_equal(content["feature"], [[255, 0]])
    assert content["video"] == "é"


class Attack:
    def __init__(self, function: object, *args: object) -> None:
        self.made = (function, args)

    def __reduce__(self) -> object:
        return self.made


def attacks() -> dict[str, bytes]:
    import builtins
    import os
    import shutil

    chained = Attack(getattr, Attack(__import__, "os"), "system")
    return {
        "system": pickle.dumps(Attack(os.system, "touch OWNED")),
        "system, old": b"cos\nsystem\n(S'touch OWNED'\ntR.",
        "eval": pickle.dumps(Attack(builtins.eval, "open('OWNED', 'w')"), 0),
        "eval, stacked": b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x11open('OWNED', 'w')\x85R.",
        "chain": pickle.dumps(chained),
        "rmtree": pickle.dumps({"feature": [Attack(shutil.rmtree, ".")]}, 2),
        "inst": b"(S'touch OWNED'\nios\nsystem\n.",
        "obj": b"(cos\nsystem\nS'touch OWNED'\no.",
        "newobj": b"\x80\x02csubprocess\nPopen\n(S'touch'\nS'OWNED'\nt\x81.",
        "persistent": b"Pos.system\n.",
        "extension": b"\x80\x02\x82\x01.",
        "dotted": b"\x80\x04\x8c\x05numpy\x8c\x10ndarray.__init__\x93.",
        "numpy itself": b"cnumpy\nload\n(S'x.npy'\ntR.",
        "numpy testing": b"cnumpy.testing._private.utils\nrunstring\n(S'import os'\n(dtR.",
        "call an array": b"cnumpy\nndarray\n(I4\ntR.",
        "encode with another codec": b"c_codecs\nencode\n(S'x'\nS'zlib'\ntR.",
        "set a state": b"cnumpy\nndarray\n(dS'x'\nS'y'\nsb.",
        "bytes of a size": b"c__builtin__\nbytes\n(I4000000000\ntR.",
        "name with letters that turn": b"\x80\x04\x8c\x02os\x8c\x0a\xe2\x80\xaesystem\x93.",
    }


@pytest.mark.parametrize("kind", attacks())
def test_what_asks_to_run_something_is_refused_and_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"never done|no array|not read|damaged") as error:
        read(tmp_path, attacks()[kind])
    assert [path.name for path in tmp_path.iterdir()] == ["features.pkl"]
    assert str(error.value).isascii()
    assert "\n" not in str(error.value)


def array(shape: bytes, data: bytes, code: bytes = b"u1") -> bytes:
    """An array as protocol 0 writes it, with any claim."""
    kind = b"cnumpy\ndtype\n(S'" + code + b"'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-1\nI0\ntb"
    new = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
    return new + b"(I1\n" + shape + kind + b"I00\n" + data + b"tb."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pickle.dumps(np.array([{}, []], object), 2), "objects, which is never read"),
        (pickle.dumps(np.array(["a", "b"]), 2), "something else than numbers"),
        (pickle.dumps(np.zeros(2, [("a", "f4")]), 2), "numbers|records"),
        (array(b"(I100000\nI100000\nt", b"S'ab'\n"), "10,000,000,000 bytes, and 2 are there"),
        (array(b"(I-2\nI-1\nt", b"S'ab'\n"), "2 are there"),
        (array(b"(I1\nI1\nI1\nI1\nI2\nt", b"S'ab'\n"), "dimensions"),
        (array(b"(I1\nt", b"(lNa", b"O8"), "objects"),
        (array(b"(I1\nt", b"(lNa"), "objects"),
        (b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".", "levels deep"),
        (b"\x80\x02" + b")" + b"\x85" * 100_000 + b".", "levels deep"),
        (b"\x80\x02}" + b")" + b"\x85" * 100_000 + b"Ns.", "neither texts nor numbers"),
        (b"\x80\x02" + b"}K\x00" * 100_000 + b"}" + b"s" * 100_000 + b".", "levels deep"),
        (b"]q\x00h\x00a.", "levels deep"),
        (b"]" * 600_000, "steps"),
        (b"\x80\x02]q\x00" + b"".join(b"](" + b"h%c" % k * 10 + b"eq%c" % (k + 1) for k in range(20)) + b".", "values"),
        (b"\x80\x02NrP\xff\xff\xff.", None),
        (b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"x.", "damaged"),
        (b"\x80\x04\x8d" + struct.pack("<Q", 2**40) + b"x.", "damaged"),
        (b"\x80\x05\x96" + struct.pack("<Q", 2**36) + b"x.", "damaged"),
        (b"\x80\x02T" + struct.pack("<i", 2**31 - 1) + b"x.", "damaged"),
        (b"\x80\x02T" + struct.pack("<i", -1) + b"x.", "damaged"),
        (b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"x.", "damaged"),
        (b"I" + b"9" * 100_000 + b"\n.", "damaged"),
        (b"F" + b"nan and more\n.", "damaged"),
        (b"S'abc\n.", "quote"),
        (b"S'\\d'\n.", "escape"),
        (b"S'\\\\\\'\n.", "damaged"),
        (b"", "ends early"),
        (b"N", "ends early"),
        (b".", "missing"),
        (b"e.", "no beginning"),
        (b"(e.", "appends to what is no list"),
        (b"h\x05.", "what is not there"),
        (b"PK\x03\x04 this is a zip", "damaged|never done"),
    ],
)  # fmt: skip
def test_bombs_and_damage_end_in_a_sentence(tmp_path: Path, data: bytes, words: str | None) -> None:
    tracemalloc.start()
    try:
        if words is None:
            assert read(tmp_path, data) is None
        else:
            with pytest.raises(InputError, match=words) as error:
                read(tmp_path, data)
            assert str(error.value).startswith("features.pkl ")
        assert tracemalloc.get_traced_memory()[1] < 400 * 2**20
    finally:
        tracemalloc.stop()


def test_one_text_encoded_again_and_again_does_not_fill_the_memory(tmp_path: Path) -> None:
    text = b"X" + struct.pack("<I", 2**20) + b"a" * 2**20 + b"q\x000"
    again = b"c_codecs\nencode\nh\x00X\x06\x00\x00\x00latin1\x86R"
    with pytest.raises(InputError, match="unpacks to more than it holds"):
        read(tmp_path, b"\x80\x02(" + text + again * 1000 + b"l.")


def test_a_deep_pickle_ends_no_process(tmp_path: Path) -> None:
    """Deep tuples as keys end Python itself, by a recursion in C, where they are hashed."""
    path = tmp_path / "deep.pkl"
    path.write_bytes(b"\x80\x02}" + b")" + b"\x85" * 400_000 + b"Ns.")
    code = f"from pathlib import Path\nfrom video.exchange import safe_pickle\nsafe_pickle.read(Path({str(path)!r}))"
    root = Path(__file__).parents[3]
    ended = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "InputError: deep.pkl has a dictionary whose keys" in ended.stderr


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.pkl"
    with path.open("wb") as file:
        file.truncate(safe_pickle.MAX_BYTES + 1)
    with pytest.raises(InputError, match="Split it"):
        safe_pickle.read(path)


@pytest.mark.parametrize("name", ["missing.pkl", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        safe_pickle.read(tmp_path / name)


OPCODES = [info.code.encode("latin-1") for info in pickletools.opcodes]
PIECES = st.one_of(
    st.sampled_from(OPCODES), st.binary(max_size=6), st.sampled_from([b"numpy\ndtype\n", b"S'u1'\n", b"I1\n"])
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_opcodes_end_in_a_value_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    with contextlib.suppress(InputError):
        read(tmp_path_factory.getbasetemp(), b"".join(pieces))


GOOD = pickle.dumps({"feature": {"image_pkl": np.eye(3), "audio_pkl": np.empty((0, 2))}, "video": "a"}, 2)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.integers(0, len(GOOD)))
@example(41, 92, 64)  # a backslash in a name
def test_a_damaged_pickle_ends_in_a_value_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, end: int
) -> None:
    data = bytearray(GOOD)
    data[place] = byte
    with contextlib.suppress(InputError):
        read(tmp_path_factory.getbasetemp(), bytes(data[: max(end, place + 1)]))
