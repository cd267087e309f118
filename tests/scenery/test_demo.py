"""Pictures with cards become a demo."""

import csv
from pathlib import Path

import pytest
from PIL import Image

from scenery import __main__, demo
from scenery.cards import picture_path


def pixels(path: Path) -> bytes:
    with Image.open(path) as picture:
        return picture.convert("RGB").tobytes()


def test_a_demo_has_the_pictures_under_names_that_say_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn, out = tmp_path / "drawn", tmp_path / "demo"
    __main__.main(["--out", str(drawn), "--seeds", "0-11", "--kinds", "maze,rpg,arcade", "--size", "160x120"])
    capsys.readouterr()
    assert demo.main([str(drawn), str(out)]) == 0
    assert capsys.readouterr().out == "animation_game: 12\n"
    with (out / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == [f"{number:03d}.jpg" for number in range(12)]
    kinds = [row["subclass"] for row in rows]
    assert sorted(kinds) == sorted(["maze", "rpg", "arcade"] * 4)
    assert kinds != ["maze", "rpg", "arcade"] * 4
    by_content = {pixels(picture_path(drawn, seed)): ("maze", "rpg", "arcade")[seed % 3] for seed in range(12)}
    for row in rows:
        path = out / "images" / row["file"]
        assert by_content[pixels(path)] == row["subclass"]
        with Image.open(path) as picture:
            assert f"{row['subclass']}, seed ".encode() in picture.info["comment"]


def test_a_folder_without_cards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no picture with a card"):
        demo.write_demo(tmp_path, tmp_path / "out")
