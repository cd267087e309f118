"""The command that draws: what it takes, what it keeps, where it goes on."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scenery.__main__ import arguments, main, seeds_of
from scenery.cards import Settings, card_path, is_drawn, picture_path
from scenery.plans import Options, plan

GAMES = "platformer,rpg,shooter,maze,arcade,dungeon,scroller,puzzle"


def drawn(folder: Path, *more: str) -> int:
    return main(["--out", str(folder), "--seeds", "0-7", "--size", "160x120", "--kinds", GAMES, *more])


def test_pictures_come_with_cards_and_a_contact_sheet(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.jpg"
    assert drawn(tmp_path / "out", "--sheet", str(sheet)) == 0
    for seed in range(8):
        card = json.loads(card_path(tmp_path / "out", seed).read_text(encoding="utf-8"))
        with Image.open(picture_path(tmp_path / "out", seed)) as image:
            assert image.size == (160, 120)
            assert np.asarray(image).std() > 10
        assert (card["seed"], card["class"], card["kind"]) == (seed, "animation_game", GAMES.split(",")[seed])
        assert ("style:pixel" in card["facts"]) or card["kind"] == "puzzle"
        assert set(card["captions"]) == {"en", "zh"}
    with Image.open(sheet) as image:
        assert image.size == (1760, 132)


def test_the_same_seed_gives_the_same_picture(tmp_path: Path) -> None:
    drawn(tmp_path / "one")
    drawn(tmp_path / "two")
    for seed in range(8):
        assert picture_path(tmp_path / "one", seed).read_bytes() == picture_path(tmp_path / "two", seed).read_bytes()


def test_it_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn(tmp_path)
    card_path(tmp_path, 2).unlink()  # stopped between picture and card
    picture_path(tmp_path, 5).unlink()
    card_path(tmp_path, 6).write_text("{", encoding="utf-8")
    kept = {seed: card_path(tmp_path, seed).stat().st_mtime_ns for seed in (0, 1, 3, 4, 7)}
    capsys.readouterr()
    drawn(tmp_path)
    rows = capsys.readouterr().out.splitlines()
    assert rows[0] == "5 of 8 are there"
    assert [line.split()[1] for line in rows[1:]] == ["2", "5", "6"]
    assert kept == {seed: card_path(tmp_path, seed).stat().st_mtime_ns for seed in kept}
    assert json.loads(card_path(tmp_path, 6).read_text(encoding="utf-8"))["seed"] == 6


def test_other_settings_draw_again(tmp_path: Path) -> None:
    drawn(tmp_path)
    which = plan(0, Options(kinds=tuple(GAMES.split(","))))
    assert is_drawn(tmp_path, which, Settings(160, 120))
    assert not is_drawn(tmp_path, which, Settings(160, 120, samples=32))
    assert not is_drawn(tmp_path, which, Settings(320, 240))


def test_seeds_are_ranges_and_numbers() -> None:
    assert seeds_of("7") == [7]
    assert seeds_of("3,5,10-12") == [3, 5, 10, 11, 12]
    with pytest.raises(ValueError, match="invalid literal"):
        seeds_of("a-b")


@pytest.mark.parametrize("wrong", [["--kinds", "nothing"], ["--classes", "nothing"], ["--seeds", "x"]])
def test_what_is_not_there_is_refused(wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--out", str(tmp_path), *wrong])
    assert "error" in capsys.readouterr().err


def test_held_out_combinations_can_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        "--out",
        str(tmp_path),
        "--seeds",
        "0-3",
        "--kinds",
        "table",
        "--forced",
        "style:desk",
        "--without-held-out",
    ]
    assert main(given) == 0
    assert capsys.readouterr().out.splitlines() == ["0 of 0 are there"]
