"""Every kind has one painter, and the painter is there."""

import ast
from pathlib import Path

import pytest

from pretraining.vocabulary import KINDS
from scenery.catalogue import SUBJECTS, address, painter
from scenery.plans import Options, plan
from scenery.view import View

ROOT = Path(__file__).parents[2]


def test_every_kind_is_drawn_by_one_module() -> None:
    drawn = [kind for kinds in SUBJECTS.values() for kind in kinds]
    assert sorted(drawn) == sorted(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_painter_takes_a_plan_and_a_view(kind: str) -> None:
    module, name = address(kind)
    tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert [[argument.arg for argument in node.args.args] for node in functions] == [["plan", "view"]]


def test_a_kind_that_is_none_has_no_painter() -> None:
    with pytest.raises(KeyError):
        address("nothing")


def test_what_needs_no_blender_paints_here() -> None:
    image = painter("maze")(plan(3, Options(kinds=("maze",))), View(160, 120, 1))
    assert image.size == (160, 120)


def test_nothing_of_the_app_imports_it() -> None:
    for path in ROOT.glob("*/**/*.py"):
        if path.relative_to(ROOT).parts[0] not in ("scenery", "tests", ".venv", "node_modules"):
            named = [
                node
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.ImportFrom)
            ]
            assert not [node for node in named if (node.module or "").split(".")[0] == "scenery"], path
