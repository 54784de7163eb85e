"""README.md against the program: short enough to be read, commands run, examples work."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from pages import README, ROOT, SCRIPT, command_lines, run, start, table

from ib_portfolio.core.asset_classes import ASSET_CLASSES
from ib_portfolio.request.request import parse_text
from ib_portfolio.request.review_request import SCRIPTS, read_review_text
from ib_portfolio.request.setup_words import read_setup_words
from ib_portfolio.request.tax_request import parse_tax_text

LIBRARY = ROOT / "scripts" / "ib_portfolio"
REPOSITORY = "ib-portfolio-tools/rebalance-portfolio"
LINES = command_lines(README)
TERMINAL = [line for line in LINES if line.startswith("python3 ")]
TYPED = [line for line in LINES if line.startswith("/rebalance-portfolio")]
SETUP = [line for line in LINES if line.startswith(("/fetch-latest", "/mcp-status"))]
TAXES = [line for line in LINES if line.startswith(("/wash-sale-check", "/tax-report"))]
REVIEWS = [line for line in LINES if line.startswith(tuple(f"/{name}" for name in SCRIPTS))]
OTHER = [line for line in LINES if line not in TERMINAL + TYPED + SETUP + TAXES + REVIEWS]


def library(name: str) -> dict:
    return json.loads((LIBRARY / name).read_text(encoding="utf-8"))


def test_it_can_be_read_to_the_end() -> None:
    assert 100 < len(README.splitlines()) <= 160


def test_it_says_what_the_plugin_directory_wants() -> None:
    assert f"/plugin install rebalance-portfolio --marketplace {REPOSITORY}" in LINES
    assert f"/plugin marketplace add {REPOSITORY}" in LINES
    assert len(README.split()) > 40


def test_the_repository_s_name_is_the_same_everywhere() -> None:
    named = set(re.findall(r"(?:marketplace add|--marketplace) (\S+)", README))
    assert named == {REPOSITORY}


@pytest.mark.parametrize("line", TERMINAL)
def test_a_terminal_command_runs(line: str, tmp_path: Path) -> None:
    _, script, *words = shlex.split(line)
    assert script == SCRIPT
    done = start(words, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "=== Portfolio Rebalancing Report ===" in done.stdout.decode("utf-8")


def test_the_report_shown_is_of_the_command_that_is_shown() -> None:
    (line,) = re.findall(r"<!-- output: (python3 \S+ .+?)(?: \| .+)? -->", README)
    assert line in TERMINAL
    words = line.partition(SCRIPT)[2]
    assert f"/rebalance-portfolio{words}" in TYPED


@pytest.mark.parametrize("line", TYPED)
def test_a_typed_command_is_understood(line: str) -> None:
    request = parse_text(line[len("/rebalance-portfolio") :])
    named = [name for name in library("core/profiles.json")["profiles"] if name in line]
    assert request.not_understood == ""
    assert named in ([request.profile], [])


def test_the_commands_that_prepare_the_others_are_understood() -> None:
    assert {"/fetch-latest", "/mcp-status"} <= set(SETUP)
    for line in SETUP:
        name, _, words = line[1:].partition(" ")
        assert read_setup_words(name, words) is not None


def test_the_commands_on_taxes_are_understood() -> None:
    assert {"/wash-sale-check", "/tax-report"} <= set(TAXES)
    for line in TAXES:
        name, _, words = line[1:].partition(" ")
        assert parse_tax_text(name, words).not_understood == ""


def test_the_commands_that_review_are_understood() -> None:
    assert {f"/{name}" for name in SCRIPTS} == {line.split()[0] for line in REVIEWS}
    for line in REVIEWS:
        name, _, words = line[1:].partition(" ")
        assert read_review_text(name, words).not_understood == ""


def test_the_typed_words_decide() -> None:
    assert len(TYPED) >= 5
    asked = [parse_text(line[len("/rebalance-portfolio") :]) for line in TYPED]
    assert {"growth", "conservative"} <= {request.profile for request in asked}
    assert any(request.dry_run and "--dry-run" not in line for request, line in zip(asked, TYPED))


def test_no_other_command_goes_untested() -> None:
    assert OTHER
    assert [line for line in OTHER if not line.startswith(("/plugin ", "claude mcp add "))] == []


def test_the_server_is_connected_with_the_line_of_the_message() -> None:
    (line,) = [line for line in OTHER if line.startswith("claude mcp add ")]
    assert f"`{line}`" in library("core/messages.json")["connect"]
    assert "--env IB_READ_ONLY=1" in line


def test_every_command_is_there_with_its_page_and_its_script() -> None:
    rows = table(README, "Command")
    named = [re.findall(r"^\[`/([a-z-]+)`\]\((docs/[a-z-]+\.md)\)$", row[0])[0] for row in rows]
    assert sorted(name for name, _ in named) == sorted(
        path.stem for path in (ROOT / "commands").glob("*.md")
    )
    for (name, page), row in zip(named, rows):
        assert (ROOT / page).is_file() and (ROOT / row[2].strip("`")).is_file()
        assert f"description: {row[1]}\n" in (ROOT / "commands" / f"{name}.md").read_text("utf-8")


def test_every_command_has_a_part_of_its_output_in_the_docs() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", page, flags=re.MULTILINE)[1:]
    shown = {text.split("\n")[0].lstrip("/"): text for text in sections}
    for name in (path.stem for path in (ROOT / "commands").glob("*.md")):
        (block,) = re.findall(r"^```text\n(.*?)^```$", shown[name], re.MULTILINE | re.DOTALL)
        assert 6 <= len(block.splitlines()) <= 20, name


def test_the_profiles_are_the_data() -> None:
    shown = {row[0].strip("`"): row[1:] for row in table(README, "Profile")}
    data = library("core/profiles.json")["profiles"]
    assert shown == {
        name: [*(f"{row[key]}%" for key in ASSET_CLASSES), row["focus"]]
        for name, row in data.items()
    }


def test_every_option_is_there_and_no_other() -> None:
    shown = [row[0].strip("`") for row in table(README, "Option")]
    wanted = [
        f"--{name} {row['value']}" if row["value"] else f"--{name}"
        for name, row in library("request/options.json").items()
        if row["scope"] != "settings"
    ]
    assert sorted(shown) == sorted(wanted)


@pytest.mark.parametrize("row", table(README, "Option"), ids=lambda row: row[0])
def test_an_option_s_example_runs(row: list[str], tmp_path: Path) -> None:
    option, example = row[0].strip("`").split()[0], row[-1].strip("`")
    words = shlex.split(example)
    assert option in words
    if library("request/options.json")[option[2:]]["scope"] == "command":
        assert run(words, tmp_path).returncode == 2
        assert parse_text(f" {example}").not_understood == ""
        return
    if not {"--sample", "--statement"} & set(words):
        words.append("--sample")
    done = run(words, tmp_path)
    # 3 says that something is outside its band.
    assert done.returncode == (3 if option == "--drift" else 0), done.stderr
    assert done.stdout
    if option == "--json":
        json.loads(done.stdout)
    elif option != "--drift":
        assert parse_text(f" {example}")
