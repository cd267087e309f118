"""Where a fragment comes from, from the command line: real videos, and an index that is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from whole_films import show

import cli
from store import workspace
from video.matching.fragment_index import FragmentIndex
from video.whole import feature_extraction, moment_index


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert cli.main([*map(str, arguments), "--json"]) == 0, capsys.readouterr().err
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_fragment_is_placed_and_only_it_is_decoded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, films = tmp_path / "ws", tmp_path / "films"
    films.mkdir()
    for k in range(4):
        show(films / f"{k}.mp4", list(range(10 * k, 10 * k + 8)))
    (tmp_path / "titles.csv").write_text("file,title,programme\n1.mp4,one,The evening\n2.mp4,two,The morning\n")
    run(capsys, "init", ws)
    piece = show(tmp_path / "piece.mp4", [12, 13, 14, 15])
    assert run(capsys, "videos", "find", ws, piece) == {
        "matches": [], "programme": None, "searched": 0, "without_moments": 0,
    }  # fmt: skip
    run(capsys, "videos", "add", ws, films, "--titles", tmp_path / "titles.csv")
    result = run(capsys, "videos", "find", ws, piece)
    [match] = result["matches"]
    assert (result["programme"], result["searched"], result["without_moments"]) == ("The evening", 4, 0)
    assert (match["video"], match["programme"], match["mirrored"], match["same_file"]) == (
        "1.mp4", "The evening", False, False,
    )  # fmt: skip
    assert (match["start_s"], match["end_s"]) == (pytest.approx(3, abs=0.7), pytest.approx(9, abs=0.7))
    assert (match["from_s"], match["to_s"]) == (pytest.approx(0, abs=0.5), pytest.approx(6, abs=0.5))
    [turned] = run(capsys, "videos", "find", ws, show(tmp_path / "turned.mp4", [22, 23, 24, 25], mirror=True))[
        "matches"
    ]
    assert (turned["video"], turned["mirrored"]) == ("2.mp4", True)
    strange = run(capsys, "videos", "find", ws, show(tmp_path / "strange.mp4", [50, 51, 52, 53]))
    assert (strange["matches"], strange["programme"]) == ([], None)

    # The index is not made again; a new video is put in, and one that was added anew takes its own place.
    with monkeypatch.context() as patch:
        patch.setattr(FragmentIndex, "build", lambda *_: pytest.fail("built again"))
        patch.setattr(FragmentIndex, "joined", lambda *_: pytest.fail("built again"))
        patch.setattr(feature_extraction, "see", lambda *_: pytest.fail("decoded again"))
        assert run(capsys, "videos", "find", ws, piece) == result
    run(capsys, "videos", "add", ws, show(films / "4.mp4", list(range(40, 48))))
    with monkeypatch.context() as patch:
        patch.setattr(FragmentIndex, "build", lambda *_: pytest.fail("built again"))
        own = run(capsys, "videos", "find", ws, "4.mp4")
    assert [(match["video"], match["same_file"]) for match in own["matches"]] == [("4.mp4", True)]
    [whole] = own["matches"]
    assert (whole["start_s"], whole["from_s"]) == (0, 0)
    assert (whole["end_s"], whole["to_s"]) == (pytest.approx(12, abs=0.4), pytest.approx(12, abs=0.4))
    (ws / "index" / moment_index.FILE).write_bytes(b"no archive")
    assert run(capsys, "videos", "find", ws, piece)["matches"] == result["matches"]
    assert cli.main(["videos", "find", str(ws), "nowhere.mp4"]) == 1
    assert "no video of the workspace" in capsys.readouterr().err
    assert run(capsys, "doctor", ws)["problems"] == []


def test_videos_without_moments_are_counted_and_get_them_when_added_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As those that an older version added."""
    ws = tmp_path / "ws"
    film = show(tmp_path / "a.mp4", [1, 2, 3, 4])
    run(capsys, "init", ws)
    run(capsys, "videos", "add", ws, film, show(tmp_path / "b.mp4", [31, 32, 33, 34]))
    opened = workspace.open_workspace(ws)
    with opened.engine.begin() as connection:
        connection.execute(
            text(
                "DELETE FROM feature_set WHERE modality = 'hashes' AND item_id = (SELECT id FROM item WHERE name = 'a.mp4')"
            )
        )
    opened.engine.dispose()
    before = run(capsys, "videos", "find", ws, show(tmp_path / "piece.mp4", [2, 3, 4]))
    assert (before["matches"], before["searched"], before["without_moments"]) == ([], 1, 1)
    run(capsys, "videos", "add", ws, film)
    after = run(capsys, "videos", "find", ws, tmp_path / "piece.mp4")
    assert [match["video"] for match in after["matches"]] == ["a.mp4"]
    assert after["without_moments"] == 0
