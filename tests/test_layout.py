"""The arrows between the folders, and names that would shadow each other."""

from __future__ import annotations

import ast
import graphlib
import re
import statistics
from collections import Counter
from pathlib import Path

import pytest

from scripts import code_figures
from scripts.code_figures import parsed

ROOT = Path(__file__).parents[1]
LAYERS = [
    {"variables"},
    {"settings", "errors", "reading", "files", "naming", "progress"},
    {"written"},
    {"store"},
    {"sample_data", "embedding"},
    {"labeling"},
    {"training"},
    {"video"},
    {"maintenance", "serving"},
    {"jobs", "cli", "web", "sceneloop"},
    {"pages"},
    {"app"},
]
LEVEL = {name: number for number, layer in enumerate(LAYERS) for name in sorted(layer)}
FILES = [
    path
    for name in LEVEL
    for path in ([ROOT / f"{name}.py"] if (ROOT / f"{name}.py").exists() else sorted((ROOT / name).rglob("*.py")))
]
STAGES = ("embedding", "labeling", "training", "video")
ENGINES = {
    "embedding.all_neighbours", "embedding.encoders", "embedding.half_precision", "embedding.index",
    "embedding.milvus_index", "embedding.pictures", "embedding.published", "embedding.searcher", "embedding.sound", "embedding.titles",
    "labeling.cleaning", "labeling.scoring",
    "training.fitting", "training.metrics", "training.videos",
    "video.decoding", "video.exchange", "video.matching", "video.results", "video.segmenting",
}  # fmt: skip
STREAMLIT = {"app", "web", "pages"}
DEVELOPMENT = ("bench", "pretraining", "scenery", "scripts")
"""Folders of development only, neither layers of the app nor packages of the wheel: measurements, the making of the
built-in model, the world drawn in Blender, and what checks the code itself."""
AROUND = [path for name in DEVELOPMENT for path in sorted((ROOT / name).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    result = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            result |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            result.add(node.module or "")
    return result


def top(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_one_way(path: Path) -> None:
    mine = top(path)
    for name in imports(path):
        other = name.split(".")[0]
        if other in LEVEL and other != mine:
            allowed = LEVEL[other] < LEVEL[mine] or (mine in ("cli", "web", "settings") and other in ("jobs", "errors"))
            assert allowed, f"{mine} may not import {other}"
        assert other != "streamlit" or mine in STREAMLIT, f"{path} imports streamlit"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_store_speaks_sql_and_only_settings_know_the_environment(path: Path) -> None:
    named = imports(path)
    if top(path) != "store":
        assert not {name for name in named if name.split(".")[0] in ("sqlalchemy", "alembic")}, (
            "ask a function of store"
        )
    if top(path) != "settings":
        uses = {node.attr for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)}
        assert not {"environ", "getenv", "putenv"} & uses, "settings.py reads the environment and sets it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_public_signature_holds_a_row_of_sqlalchemy(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            signature = [node.args, *([node.returns] if node.returns else [])]
            named = {each.id for part in signature for each in ast.walk(part) if isinstance(each, ast.Name)}
            assert not {"Row", "RowMapping"} & named, (
                f"{path}: {node.name} gives or takes a row; name its type in store"
            )


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def room(name: str) -> str:
    """The folder of a module, `stage.room`; a module right below its stage is a room of its own."""
    return ".".join(name.split(".")[:2])


def reached(path: Path) -> set[str]:
    """Names of our own modules that a module imports."""
    known = {name_of(each) for each in FILES}
    result = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            result |= {
                full if (full := f"{node.module}.{alias.name}") in known else node.module for alias in node.names
            }
    return result & known


@pytest.mark.parametrize("path", [p for p in FILES if room(name_of(p)) in ENGINES], ids=str)
def test_engines_know_neither_the_store_nor_a_workspace(path: Path) -> None:
    for name in reached(path):
        stage = name.split(".")[0]
        assert stage != "store", f"{path} imports the store: an engine takes arrays and gives arrays"
        assert stage not in STAGES or room(name) in ENGINES, f"{path} imports {name}, which works on a workspace"


@pytest.mark.parametrize("path", sorted((ROOT / "store" / "migrations").rglob("*.py")), ids=lambda path: path.stem)
def test_a_migration_imports_nothing_of_ours(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & set(LEVEL), "what it reads today would change its past"


@pytest.mark.parametrize("stage", [*STAGES, "store", "web"])
def test_rooms_of_a_stage_form_no_circle(stage: str) -> None:
    arrows: dict[str, set[str]] = {}
    for path in FILES:
        if top(path) == stage:
            mine = room(name_of(path))
            arrows.setdefault(mine, set()).update(room(n) for n in reached(path) if n.split(".")[0] == stage)
    order = graphlib.TopologicalSorter({mine: others - {mine} for mine, others in arrows.items()})
    order.prepare()  # raises CycleError, which names the circle


SOURCES = code_figures.sources()
"""Every Python file but tests: the figures hold for all of them, whatever folder they lie in."""


def test_a_room_holds_at_most_fifteen_modules() -> None:
    counts = code_figures.modules_by_folder(SOURCES)
    assert {folder: count for folder, count in counts.items() if count > code_figures.MODULES_A_FOLDER} == {}


def test_a_module_is_short() -> None:
    lengths = {path: code_figures.line_count(path) for path in SOURCES if not code_figures.is_frozen(path)}
    assert {path: lines for path, lines in lengths.items() if lines > code_figures.LINES_A_MODULE} == {}
    assert statistics.median(lengths.values()) <= 130


def test_a_function_is_short() -> None:
    assert code_figures.long_functions(SOURCES) == []


@pytest.mark.parametrize("folder", sorted({code_figures.top(path) for path in SOURCES}))
def test_at_most_one_in_twenty_public_signatures_says_any(folder: str) -> None:
    public = code_figures.signatures([path for path in SOURCES if code_figures.top(path) == folder])
    loose = [function.name for function in public if code_figures.says_any(function)]
    assert len(loose) <= code_figures.ANY_SHARE * len(public), loose


def test_nothing_of_the_app_stands_on_development() -> None:
    allowed = {
        "bench": {"bench", "pretraining"},
        "scenery": {"scenery", "pretraining"},
        "scripts": {"scripts", "bench"},
    }
    for path in SOURCES:
        mine = top(path)
        others = {name.split(".")[0] for name in imports(path)} & set(DEVELOPMENT)
        assert others <= allowed.get(mine, {mine} & set(DEVELOPMENT)), f"{path} imports {others}"


def test_a_module_is_a_noun() -> None:
    """No participle: `embed` is a verb that a command bears."""
    last = {path: path.stem.rpartition("_")[2] for path in SOURCES}
    assert [path for path, word in last.items() if word.endswith("ed") and word != "embed"] == []


def test_no_two_modules_of_the_stages_have_one_name() -> None:
    names = [path.stem for path in FILES if top(path) in {*STAGES, "store"} and path.name != "__init__.py"]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_no_module_of_the_web_shadows_a_package() -> None:
    names = {path.stem for folder in ("web", "pages") for path in (ROOT / folder).glob("*.py")}
    assert not names & set(LEVEL), "Streamlit puts the main script's folder first on the path"


def tree_lines(pattern: str) -> set[Path]:
    """Files that the tree in the documentation has a line for."""
    rooms = re.split(r"^### `(\S+)/`$", (ROOT / "docs" / "architecture.md").read_text(), flags=re.MULTILINE)
    return {
        ROOT / folder / name
        for folder, text in zip(rooms[1::2], rooms[2::2], strict=True)
        for name in re.findall(pattern, text, flags=re.MULTILINE)
    }


def test_the_tree_in_the_documentation_names_every_module() -> None:
    listed = {path.with_suffix(".py") for path in tree_lines(r"^- `(\w+)`:")}
    assert listed == {path for path in SOURCES if "versions" not in path.parts and not path.name.endswith("__.py")}


def test_the_tree_in_the_documentation_names_every_script() -> None:
    assert tree_lines(r"^- `(\w+\.js)`:") == set((ROOT / "web" / "ui").rglob("*.js"))


def test_every_package_is_installed() -> None:
    import tomllib

    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    result = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in set(ROOT.rglob("__init__.py")) - set(AROUND)
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    }
    assert result == listed


def test_no_test_folder_is_a_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("folder", [*DEVELOPMENT, "tests", *sorted({top(path) for path in FILES})])
def test_what_is_imported_of_ours_is_there(folder: str) -> None:
    ours = {*LEVEL, *DEVELOPMENT}
    for path in [*ROOT.glob(f"{folder}.py"), *(ROOT / folder).rglob("*.py")]:
        for name in sorted(imports(path)):
            place = ROOT.joinpath(*name.split("."))
            there = place.with_suffix(".py").exists() or (place / "__init__.py").exists()
            assert there or name.split(".")[0] not in ours, f"{path} imports {name}"


VAGUE = {"found", "made", "said", "told"}
"""Names that say nothing of what they hold: the thing itself has a name."""


def declared(tree: ast.Module) -> set[tuple[int, str]]:
    """(line, name) of variables, arguments, functions and classes. Fields are left out: some are columns of the database."""
    nodes = list(ast.walk(tree))
    parts = [part for node in nodes if isinstance(node, ast.ClassDef) for part in node.body]
    fields = {id(part.target) for part in parts if isinstance(part, ast.AnnAssign)}
    return {
        *(
            (n.lineno, n.id)
            for n in nodes
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and id(n) not in fields
        ),
        *((n.lineno, n.arg) for n in nodes if isinstance(n, ast.arg)),
        *((n.lineno, n.name) for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)),
    }


def test_a_name_says_what_it_holds() -> None:
    places = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
        for line, name in declared(parsed(path))
        if name.lower().strip("_") in VAGUE
    ]
    assert places == []


def test_a_name_of_a_script_says_what_it_holds() -> None:
    """Declarations, parameters in JSDoc, and properties of `this`."""
    vague = "|".join(sorted(VAGUE))
    pattern = rf"\b(?:const|let|function) (?:{vague})\b|@param .*\}} (?:{vague})\b|\bthis\.#?(?:{vague})\b"
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "web" / "ui").rglob("*.js")}
    assert {path: names for path, text in texts.items() if (names := re.findall(pattern, text))} == {}


OWN = {*LEVEL, *DEVELOPMENT, "tests"}
EVERY = [
    path
    for name in sorted(OWN)
    for path in ([ROOT / f"{name}.py"] if (ROOT / f"{name}.py").exists() else sorted((ROOT / name).rglob("*.py")))
]


@pytest.mark.parametrize("folder", sorted(OWN))
def test_one_thing_has_one_name(folder: str) -> None:
    """What is ours is imported by its own name: where two things meet under one, one of them is named anew."""
    renamed = [
        f"{path.relative_to(ROOT)}:{node.lineno} {alias.name} as {alias.asname}"
        for path in EVERY
        if path.relative_to(ROOT).parts[0] in (folder, f"{folder}.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
        if alias.asname not in (None, alias.name)
        and (node.module or "" if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0] in OWN
    ]
    assert renamed == []
