"""README.md against the program: commands run, output is real, tables are complete."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.flex_xml import FIELDS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LIBRARY = ROOT / "scripts" / "ib_portfolio"
REPOSITORY = "ib-portfolio-tools/rebalance-portfolio"
SCRIPT = "scripts/rebalance.py"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
LINES = [line for kind, block in BLOCKS if kind != "text" for line in block.splitlines()]
TERMINAL = [line for line in LINES if line.startswith("python3 ")]
TYPED = [line for line in LINES if line.startswith("/rebalance-portfolio")]
OTHER = [line for line in LINES if line not in TERMINAL + TYPED]


def library(name: str) -> dict:
    return json.loads((LIBRARY / name).read_text(encoding="utf-8"))


def section(title: str) -> str:
    """The text under a heading of the second level."""
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def table(title: str) -> list[list[str]]:
    """The rows of a section's table, without its header and rule."""
    rows = [line for line in section(title).splitlines() if line.startswith("|")]
    assert len(rows) > 2
    cells = [re.split(r"(?<!\\)\|", row.strip("|")) for row in rows[2:]]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in cells]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with the statement that README's examples name."""
    shutil.copy(ROOT / "samples" / "statement.xml", tmp_path / "flex.xml")
    return tmp_path


def run(words: list[str], home: Path) -> subprocess.CompletedProcess:
    """rebalance.py in a home folder, where it may write."""
    environment = {**os.environ, "HOME": str(home), "USERPROFILE": str(home)}
    command = [sys.executable, str(ROOT / SCRIPT), *words]
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, timeout=60)


def test_it_says_what_the_plugin_directory_wants() -> None:
    assert f"/plugin install rebalance-portfolio --marketplace {REPOSITORY}" in LINES
    assert f"/plugin marketplace add {REPOSITORY}" in LINES
    assert len(README.split()) > 40


def test_the_repository_s_name_is_the_same_everywhere() -> None:
    named = set(re.findall(r"(?:marketplace add|--marketplace) (\S+)", README))
    assert named == {REPOSITORY}


@pytest.mark.parametrize("line", TERMINAL)
def test_a_terminal_command_runs(line: str, home: Path) -> None:
    _, script, *words = shlex.split(line)
    assert script == SCRIPT
    done = run(words, home)
    assert done.returncode == 0, done.stderr
    assert "=== Portfolio Rebalancing Report ===" in done.stdout.decode("utf-8")


def test_the_output_shown_is_the_real_output() -> None:
    command = [sys.executable, str(ROOT / "docs" / "write_output.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), "run `make readme`"
    shown = [block for kind, block in BLOCKS if kind == "text"]
    (line,) = re.findall(r"<!-- output: python3 \S+ (.+?) -->", README)
    assert f"python3 {SCRIPT} {line}" in TERMINAL
    assert shown == [run(shlex.split(line), ROOT).stdout.decode("utf-8")]


@pytest.mark.parametrize("line", TYPED)
def test_a_typed_command_is_understood(line: str) -> None:
    request = parse_text(line[len("/rebalance-portfolio") :])
    named = [name for name in library("core/profiles.json")["profiles"] if name in line]
    assert request.not_understood == ""
    assert named in ([request.profile], [])


def test_the_typed_words_decide() -> None:
    assert len(TYPED) >= 5
    asked = [parse_text(line[len("/rebalance-portfolio") :]) for line in TYPED]
    assert {"growth", "conservative"} <= {request.profile for request in asked}
    assert any(
        request.dry_run and not line.endswith("--dry-run") for request, line in zip(asked, TYPED)
    )


def test_no_other_command_goes_untested() -> None:
    known = ("/plugin ", "claude mcp add ", "make ", ".ci/run")
    assert OTHER and [line for line in OTHER if line and not line.startswith(known)] == []
    targets = re.findall(r"^([a-z0-9-]+)(?: .*)?:", (ROOT / "Makefile").read_text("utf-8"), re.M)
    made = [line.split()[1] for line in OTHER if line.startswith("make ")]
    assert made and set(made) <= set(targets)


def test_the_server_is_connected_with_the_line_of_the_message() -> None:
    (line,) = [line for line in OTHER if line.startswith("claude mcp add ")]
    assert f"`{line}`" in library("core/messages.json")["connect"]
    assert "--env IB_READ_ONLY=1" in line


def test_every_field_that_is_read_is_named_and_no_other() -> None:
    rows = table("Your own portfolio: a Flex statement")
    elements = [re.findall(r"`(\w+)`", row[1]) for row in rows]
    assert sorted(name for names in elements for name in names) == sorted(FIELDS)
    for row, names in zip(rows, elements):
        read = {field for name in names for field in FIELDS[name]}
        assert set(re.findall(r"`(\w+)`", row[2])) == read, row[0]


def test_the_profiles_are_the_data() -> None:
    shown = {row[0].strip("`"): row[1:] for row in table("Profiles")}
    data = library("core/profiles.json")["profiles"]
    assert shown == {
        name: [*(f"{row[key]}%" for key in ("STK", "BOND", "CASH")), row["focus"]]
        for name, row in data.items()
    }


def test_every_option_is_there_and_no_other() -> None:
    shown = [row[0].strip("`") for row in table("Options")]
    wanted = [
        f"--{name} {row['value']}" if row["value"] else f"--{name}"
        for name, row in library("request/options.json").items()
        if row["scope"] != "settings"
    ]
    assert sorted(shown) == sorted(wanted)


def test_a_table_of_options_that_is_not_the_data_is_stale(tmp_path: Path) -> None:
    for folder in ("docs", "scripts", "samples"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    data = tmp_path / "scripts/ib_portfolio/request/options.json"
    data.write_text(data.read_text("utf-8").replace("Buys only", "Buys alone"), encoding="utf-8")
    command = [sys.executable, str(tmp_path / "docs" / "write_output.py")]
    done = subprocess.run([*command, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "stale: README.md\n")
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert "| `--no-sell` | Buys alone |" in (tmp_path / "README.md").read_text("utf-8")


@pytest.mark.parametrize("row", table("Options"), ids=lambda row: row[0])
def test_an_option_s_example_runs(row: list[str], home: Path) -> None:
    option, example = row[0].strip("`").split()[0], row[-1].strip("`")
    words = shlex.split(example)
    assert option in words
    if not {"--sample", "--statement"} & set(words):
        words.append("--sample")
    done = run(words, home)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert parse_text(f" {example}") if option != "--json" else json.loads(done.stdout)


def test_every_setting_is_there_and_no_other() -> None:
    manifest = json.loads((ROOT / ".claude-plugin/plugin.json").read_text(encoding="utf-8"))
    shown = [row[0].strip("`") for row in table("Settings")]
    assert shown == list(manifest.get("userConfig", {}))


def test_each_line_that_is_explained_is_in_the_report() -> None:
    report = run(["--sample", "--profile", "growth", "--dry-run"], ROOT).stdout.decode("utf-8")
    explained = [row[0].strip("`") for row in table("What the report says")]
    assert len(explained) > 10
    assert [line for line in explained if line not in report] == []
    places = [report.index(line) for line in explained]
    assert places == sorted(places)


def test_each_section_of_the_report_is_explained() -> None:
    report = run(["--sample", "--profile", "growth", "--dry-run"], ROOT).stdout.decode("utf-8")
    headings = re.findall(r"^[^\w\s|*-]\W*([A-Z]{4,}[^a-z\n(]*(?:TARGET|\b))", report, re.M)
    assert len(headings) > 6
    words = section("What the report says").replace(
        "REQUIRED TRADES", "REQUIRED TRADES TRADE SUMMARY"
    )
    assert [one for one in headings if one.split()[0] not in words] == []


def test_every_link_and_picture_is_there() -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", README)
    assert "docs/images/report.png" in links
    assert [link for link in links if not (ROOT / link).is_file()] == []
    assert (ROOT / "docs/images/report.png").stat().st_size < 300_000
