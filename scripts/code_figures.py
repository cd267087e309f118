"""Figures of the code: modules a folder, lines a module, long functions, `Any` in public signatures.

`python scripts/code_figures.py` prints them, a line for each top-level folder. `tests/test_layout.py` holds their limits.
"""

from __future__ import annotations

import ast
import statistics
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = {"tests", "node_modules", "build"}
"""Folders whose modules are not counted: tests, and what is neither ours nor kept."""

MODULES_A_FOLDER = 15
LINES_A_MODULE = 300
LINES_A_FUNCTION = 50
ANY_SHARE = 0.05

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax of a file, read once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def sources(root: Path = ROOT) -> list[Path]:
    """Every Python file but tests."""
    return [
        path
        for path in sorted(root.rglob("*.py"))
        if not {part for part in path.relative_to(root).parts if part in OUTSIDE or part.startswith(".")}
    ]


def modules(paths: list[Path]) -> list[Path]:
    """The files that hold code of a room, and so not `__init__.py`."""
    return [path for path in paths if path.name != "__init__.py"]


def modules_by_folder(paths: list[Path]) -> Counter[Path]:
    """Number of modules right in each folder."""
    return Counter(path.parent for path in modules(paths))


def line_count(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> list[Function]:
    """Every function of a module, those inside others too."""
    return [node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function: Function) -> int:
    """Lines of a function, from `def` to its last."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_frozen(path: Path) -> bool:
    """Whether a file is a step of a migration: it says all of a step by itself and never changes."""
    return "versions" in path.parts


def long_functions(paths: list[Path]) -> list[str]:
    """`FILE:LINE NAME` of the functions over the limit."""
    return [
        f"{path}:{function.lineno} {function.name}"
        for path in paths
        if not is_frozen(path)
        for function in functions(path)
        if length(function) > LINES_A_FUNCTION
    ]


def public_functions(node: ast.AST) -> list[Function]:
    """Functions of a module and methods of its public classes; those inside functions are nobody's contract."""
    public: list[Function] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            public += [child] if not child.name.startswith("_") or child.name == "__init__" else []
        elif not isinstance(child, ast.ClassDef) or not child.name.startswith("_"):
            public += public_functions(child)
    return public


def hints(function: Function) -> list[ast.expr]:
    """Annotations of a function: those of its arguments and of what it returns."""
    signature = function.args
    arguments = [
        *signature.posonlyargs,
        *signature.args,
        *signature.kwonlyargs,
        *filter(None, (signature.vararg, signature.kwarg)),
    ]
    annotations = (*(argument.annotation for argument in arguments), function.returns)
    return [hint for hint in annotations if hint is not None]


def says_any(function: Function) -> bool:
    """Whether `Any` stands in the signature."""
    return any(isinstance(part, ast.Name) and part.id == "Any" for hint in hints(function) for part in ast.walk(hint))


def signatures(paths: list[Path]) -> list[Function]:
    """The public functions of files."""
    return [function for path in paths for function in public_functions(parsed(path))]


def top(path: Path) -> str:
    """The top-level folder of a file; "." for a module at the root."""
    parts = path.relative_to(ROOT).parts
    return parts[0] if len(parts) > 1 else "."


def row(name: str, paths: list[Path]) -> str:
    """The figures of some files as a line."""
    lengths = [line_count(path) for path in modules(paths)] or [0]
    public = signatures(paths)
    loose = sum(map(says_any, public))
    return (
        f"{name:14}{len(modules(paths)):8}{max(modules_by_folder(paths).values(), default=0):10}"
        f"{statistics.median(lengths):8.0f}{max(lengths):9}"
        f"{max((length(f) for path in paths if not is_frozen(path) for f in functions(path)), default=0):10}"
        f"{loose:6} of {len(public):5} ({100 * loose / max(1, len(public)):.1f} %)"
    )


def main() -> None:
    """Print the figures."""
    paths = sources()
    print(
        f"{'folder':14}{'modules':>8}{'a folder':>10}{'median':>8}{'longest':>9}{'function':>10}  Any in public signatures"
    )
    for name in sorted({top(path) for path in paths}):
        print(row(name, [path for path in paths if top(path) == name]))
    print(row("all", paths))


if __name__ == "__main__":
    main()
