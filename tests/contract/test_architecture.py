"""The house: the folders are the architecture, and their import order is read from the tree."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest
from source_trees import import_nodes, tree

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "scripts" / "ib_portfolio"
MODULES = sorted(LIBRARY.rglob("*.py"))
# Each line may import what stands on the lines before it; "." are the stories beside the folders.
ORDER = (
    ("core",),
    ("request", "sources", "market", "checks"),
    ("planning",),
    ("taxes",),
    ("analysis",),
    ("reports",),
    (".",),
    ("claude_code",),
)
# What the planner computes with: the checks derive the same by code of their own.
ARITHMETIC = {"core.numbers", "core.portfolio", "core.format", "core.profiles"}


def folder_of(path: Path) -> str:
    return path.relative_to(LIBRARY).parent.as_posix()


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(LIBRARY).with_suffix("").parts)


def level(folder: str) -> int:
    """The line of ORDER that a folder, or the one that it lies in, stands on."""
    return next(at for at, folders in enumerate(ORDER) if folder.split("/")[0] in folders)


def type_checking_only(path: Path) -> set:
    """The nodes below `if TYPE_CHECKING:`, which no run executes."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            found.update(id(inner) for one in node.body for inner in ast.walk(one))
    return found


def imports(path: Path, types_too: bool = True) -> Iterator[str]:
    """The modules of the library that a module imports, as "core.numbers", wherever in it."""
    skipped = set() if types_too else type_checking_only(path)
    package = list(path.relative_to(LIBRARY).parent.parts)
    for node in import_nodes(path):
        if not isinstance(node, ast.ImportFrom) or id(node) in skipped:
            continue
        if node.level == 0:
            assert not (node.module or "").startswith("ib_portfolio"), f"{path}: import relatively"
            continue
        parts = package[: len(package) - node.level + 1]
        parts += (node.module or "").split(".") if node.module else []
        for alias in node.names:
            whole = LIBRARY.joinpath(*parts, alias.name).with_suffix(".py")
            yield ".".join([*parts, alias.name] if whole.is_file() else parts)


def test_every_folder_has_its_place_and_its_sentence() -> None:
    folders = {path.parent.relative_to(LIBRARY).as_posix() for path in MODULES}
    assert {name.split("/")[0] for name in folders} == {name for line in ORDER for name in line}
    for folder in folders:
        text = (LIBRARY / folder / "__init__.py").read_text(encoding="utf-8")
        sentence = ast.get_docstring(ast.parse(text)) or ""
        assert sentence.endswith(".") and 40 < len(sentence) < 300, folder


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_only_go_down(path: Path) -> None:
    own = folder_of(path)
    for name in imports(path):
        other = folder_of(LIBRARY.joinpath(*name.split(".")).with_suffix(".py"))
        own_room = other.split("/")[0] == own.split("/")[0]
        assert own_room or level(other) < level(own), f"{name_of(path)} imports {name}"


def test_there_are_no_circles() -> None:
    graph = {name_of(path): set(imports(path, types_too=False)) for path in MODULES}
    assert sum(map(len, graph.values())) > 100
    done: List[str] = []
    while len(done) < len(graph):
        free = [name for name in graph if name not in done and graph[name] <= set(done)]
        assert free, f"in a circle: {sorted(set(graph) - set(done))}"
        done += free


def test_the_checks_share_no_arithmetic_with_what_they_check() -> None:
    checks = [path for path in MODULES if folder_of(path).split("/")[0] == "checks"]
    assert len(checks) > 5
    for path in checks:
        found = {name for name in imports(path, types_too=False) if not name.startswith("checks")}
        assert {name.split(".")[0] for name in found} <= {"core"}, path.name
        assert not found & ARITHMETIC, path.name
        assert not re.search(r"importlib|__import__", path.read_text(encoding="utf-8"))


def test_text_of_a_statement_becomes_typed_in_one_place() -> None:
    readers = [path for path in MODULES if name_of(path).startswith("sources.flex_")]
    parsers = ("parse_decimal", "parse_date")
    found = {
        name_of(path)
        for path in [*readers, LIBRARY / "sources" / "reconciliation.py"]
        if any(parser in path.read_text("utf-8") for parser in parsers)
    }
    assert found == {"sources.flex_text"}
    # Behind the typed rows nothing reads text: no row of a file is asked for a field.
    raw = {"flex_xml", "flex_account", "flex_text", "flex_rows", "flex_instrument", "flex_flows"}
    behind = [path for path in readers if path.stem not in raw]
    assert len(behind) >= 5
    assert [path.stem for path in behind if "row.get(" in path.read_text("utf-8")] == []


def test_no_folder_and_no_file_is_too_large() -> None:
    for folder in {path.parent for path in MODULES}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= 16, folder.name
    long = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}


def test_data_lives_with_the_module_that_reads_it() -> None:
    data = [path for path in LIBRARY.rglob("*") if path.suffix in (".json", ".css", ".tsv")]
    assert len(data) > 5
    for path in data:
        readers = [one for one in path.parent.glob("*.py") if path.name in one.read_text("utf-8")]
        assert readers, path.name


def scripts() -> List[Tuple[str, str]]:
    return [(path.name, path.read_text("utf-8")) for path in (ROOT / "scripts").glob("*.py")]


def test_every_entry_sets_the_precision_of_decimals_first() -> None:
    assert len(scripts()) >= 5
    for name, text in scripts():
        assert "run_script(" in text or "use_exact_decimals()" in text, name


def test_scripts_are_thin() -> None:
    for name, text in scripts():
        assert len(text.splitlines()) <= 90, name
