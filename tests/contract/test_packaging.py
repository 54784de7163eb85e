"""What makes the repository an installable plugin and its own marketplace."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import draw_icon
import generate_commands
from ib_portfolio.sources.flex_web_service.hosts import HOSTS

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "evals"), str(ROOT / "tests")]
import expected_plans  # noqa: E402
import write_graders  # noqa: E402

TEXT = {".py", ".json", ".toml", ".md", ".j2", ".yml", ".yaml", ""}


def read(path: str) -> dict:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def test_the_fixed_names() -> None:
    manifest, marketplace = (
        read(".claude-plugin/plugin.json"),
        read(".claude-plugin/marketplace.json"),
    )
    assert manifest["name"] == "rebalance-portfolio"
    assert marketplace["name"] == "ib-portfolio-tools"
    assert [(one["name"], one["source"]) for one in marketplace["plugins"]] == [
        ("rebalance-portfolio", "./")
    ]


def test_the_descriptions_name_the_profiles() -> None:
    profiles = read("scripts/ib_portfolio/core/profiles.json")["profiles"]
    manifest, marketplace = (
        read(".claude-plugin/plugin.json"),
        read(".claude-plugin/marketplace.json"),
    )
    assert len(profiles) == 4
    for described in (manifest, *marketplace["plugins"]):
        assert [name for name in profiles if name not in described["description"]] == []


def test_the_plugin_declares_the_hosts_that_it_opens_connections_to() -> None:
    assert read(".claude-plugin/plugin.json")["network"] == {"hosts": list(HOSTS)}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"`{host}`" in readme for host in HOSTS)


def test_the_licence() -> None:
    assert read(".claude-plugin/plugin.json")["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def shipped_files() -> list[Path]:
    """The text files that are the product, without tests, environments and the change log."""
    left_out = {"tests", "node_modules", ".git", ".hypothesis"}
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and path.suffix in TEXT
        and path.name != "CHANGELOG.md"
        and not any(
            part in left_out or part.startswith(".venv") or part.endswith("_cache")
            for part in path.relative_to(ROOT).parts
        )
    ]


def test_the_version_is_in_one_place() -> None:
    version = read(".claude-plugin/plugin.json")["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    quoted = re.compile(rf"(?<![\d.]){re.escape(version)}(?![\d.])")
    places = [
        path.relative_to(ROOT).as_posix()
        for path in shipped_files()
        if quoted.search(path.read_text(encoding="utf-8"))
    ]
    assert places == [".claude-plugin/plugin.json"]


def test_the_newest_entry_of_the_change_log_is_the_version() -> None:
    headings = re.findall(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings.count("Unreleased") == (headings[0] == "Unreleased")
    released = [heading for heading in headings if heading != "Unreleased"]
    assert released[0] == read(".claude-plugin/plugin.json")["version"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What set_version.py reads and writes, in a folder with a space in its name."""
    root = tmp_path / "a copy"
    for name in (".claude-plugin/plugin.json", "CHANGELOG.md", "tools/set_version.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    return root


def set_version(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    script = str(root / "tools" / "set_version.py")
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True)


def test_a_version_without_an_entry_is_refused(copy: Path) -> None:
    done = set_version(copy, "77.0.0")
    assert done.returncode == 1 and "77.0.0" in done.stderr
    manifest = ".claude-plugin/plugin.json"
    assert (copy / manifest).read_bytes() == (ROOT / manifest).read_bytes()


def test_a_version_with_an_entry_is_set_and_nothing_else_changes(copy: Path) -> None:
    log = copy / "CHANGELOG.md"
    log.write_text("# Changelog\n\n## 77.0.0\n\nText.\n", encoding="utf-8")
    assert set_version(copy, "77.0.0").returncode == 0
    before = (ROOT / ".claude-plugin/plugin.json").read_text(encoding="utf-8").splitlines()
    after = (copy / ".claude-plugin/plugin.json").read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after) if old != new]
    assert changed == ['  "version": "77.0.0",'] and len(before) == len(after)


@pytest.mark.parametrize("arguments", [[], ["1.0"], ["v1.0.0"], [""], ["1.0.0", "2.0.0"]])
def test_what_is_no_version_is_usage(copy: Path, arguments: list[str]) -> None:
    assert set_version(copy, *arguments).returncode == 2


def test_the_icon_is_a_square_png() -> None:
    icon = (ROOT / ".claude-plugin/icon.png").read_bytes()
    assert icon.startswith(b"\x89PNG\r\n\x1a\n") and icon[12:16] == b"IHDR"
    assert struct.unpack(">II", icon[16:24]) == (512, 512)


def test_the_icon_is_what_its_script_draws() -> None:
    committed = (ROOT / ".claude-plugin/icon.png").read_bytes()
    assert pixels(committed) == pixels(draw_icon.draw())


def pixels(png: bytes) -> bytes:
    """The decompressed rows of a PNG with one IDAT chunk right after its header."""
    assert png[37:41] == b"IDAT"
    return zlib.decompress(png[41 : 41 + struct.unpack(">I", png[33:37])[0]])


def test_line_ends_are_lf_everywhere() -> None:
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8")
    assert "* text=auto eol=lf" in rules.splitlines()
    files = shipped_files()
    assert len(files) > 10
    assert [path for path in files if b"\r" in path.read_bytes()] == []


def generated_files() -> set[str]:
    """The files that programs of this repository write whole."""
    written = [*generate_commands.render_commands(), *write_graders.graders()]
    written += write_graders.mocks()
    written += [Path(expected_plans.plan_path(*case)) for case in expected_plans.cases()]
    written += (ROOT / "tests/fixtures/reports").glob("*.txt")
    written += [ROOT / "tests/unit/help.txt"]
    return {path.resolve().relative_to(ROOT).as_posix() for path in written}


def test_what_programs_write_is_marked_as_generated_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    shutil.copy(ROOT / ".gitattributes", tmp_path)
    generated = generated_files()
    by_hand = {path.relative_to(ROOT).as_posix() for path in shipped_files()} - generated
    assert len(generated) > 70 and len(by_hand) > 150
    command = ["git", "-C", str(tmp_path), "check-attr", "--stdin", "linguist-generated"]
    names = "\n".join(sorted(generated | by_hand))
    done = subprocess.run(command, input=names, capture_output=True, text=True, check=True)
    marked = {line.split(": ")[0] for line in done.stdout.splitlines() if line.endswith(": set")}
    assert marked == generated


def test_the_root_has_no_instructions_for_other_peoples_sessions() -> None:
    assert [
        name for name in ("CLAUDE.md", "AGENTS.md", ".mcp.json") if (ROOT / name).exists()
    ] == []


def test_the_runtime_imports_only_the_standard_library() -> None:
    files = list((ROOT / "scripts").rglob("*.py"))
    named = {name for path in files for name in imported(path)}
    assert len(files) > 5 and "json" in named
    assert [name for name in sorted(named) if not is_ours_or_standard(name)] == []


def imported(path: Path) -> set[str]:
    """The top-level modules that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    whole = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    parts = {
        node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0
    }
    return {name.split(".")[0] for name in whole | parts}


def is_ours_or_standard(name: str) -> bool:
    """Whether a module is built in, of scripts/, or of the standard library's folder."""
    if name in sys.builtin_module_names or name == "__future__":
        return True
    spec = importlib.util.find_spec(name)
    origin = Path(spec.origin or "") if spec else Path()
    if origin.is_relative_to(ROOT / "scripts"):
        return True
    return "site-packages" not in origin.parts and spec is not None
