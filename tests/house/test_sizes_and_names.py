"""The house rules a reviewer would otherwise repeat: sizes, names, docstrings, no leftovers."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(p for p in (ROOT / "src" / "haidang").rglob("*.py") if "migrations" not in p.parts)
MODULE_LINES, FUNCTION_LINES, POSITIONAL = 500, 60, 5
#: Tables and message declarations, exempt from the size limit by name.
EXEMPT_MODULES: set[str] = set()
FOLDER_MODULES = 12
#: Folders of one file per thing.
EXEMPT_FOLDERS = {"feeds", "events", "cli", "store", "api", "core", "live"}
FORBIDDEN = {
    "utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "handler", "processor", "service",
    "maintainer", "data", "info", "item", "new", "old", "v2", "tmp",
}  # fmt: skip
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_sources() -> None:
    assert len(SOURCES) > 40


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_module_is_small_and_explained(path: Path) -> None:
    text = path.read_text(encoding="utf8")
    assert name_of(path) in EXEMPT_MODULES or text.count("\n") <= MODULE_LINES
    assert ast.get_docstring(tree(path)), "every module starts with what lives here"
    assert not LEFTOVERS.search(text)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_are_short_and_named(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= FUNCTION_LINES, f"{node.name}: {length} lines"
            decorators = {ast.unparse(d) for d in node.decorator_list}
            is_kernel = any("njit" in d or "fixture" in d for d in decorators)
            own = [a for a in node.args.posonlyargs + node.args.args if a.arg not in {"self", "cls"}]
            is_route = any(
                re.search(r"\.(get|post|put|delete|websocket|exception_handler|middleware)\(", d) for d in decorators
            )
            if not is_kernel and not is_route:
                assert len(own) <= POSITIONAL, f"{node.name}: {len(own)} positional parameters"
            assert node.name.strip("_") not in FORBIDDEN, node.name
        if isinstance(node, ast.ClassDef):
            words = {w.lower() for w in re.findall(r"[A-Z][a-z0-9]+", node.name)}
            assert not words & FORBIDDEN, node.name


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_module_is_a_word_of_the_field(path: Path) -> None:
    assert path.stem.strip("_") not in FORBIDDEN
    assert not set(path.stem.split("_")) & (FORBIDDEN - {"data", "new", "old"})


def test_folders_are_small() -> None:
    for folder in {p.parent for p in SOURCES}:
        modules = [p for p in SOURCES if p.parent == folder and p.stem != "__init__"]
        if folder.name not in EXEMPT_FOLDERS:
            assert len(modules) <= FOLDER_MODULES, f"{name_of(folder)}: {len(modules)} modules"


def test_no_print_and_no_wall_clock() -> None:
    for path in SOURCES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "print", f"{name_of(path)}:{node.lineno}"
            if isinstance(node, ast.Attribute) and path.name != "time.py":
                assert ast.unparse(node) not in {"time.time", "datetime.now", "time.time_ns"}, name_of(path)


def test_nobody_is_watched() -> None:
    """The desk watches vessels, places and obligations: no field describes a person beyond what a call needs."""
    banned = re.compile(
        r"ethnic|religio|belief|political_view|opinion|id_card|citizen_id|dan_toc|ton_giao", re.IGNORECASE
    )
    for path in SOURCES:
        assert not banned.search(path.read_text(encoding="utf8")), name_of(path)
