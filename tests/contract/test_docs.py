"""docs/*.md against the program: output and tables are real, links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest
from pages import PAGES, ROOT, SCRIPT, blocks, command_lines, run, section, start, table

from ib_portfolio.reports.csv_table import COLUMNS
from ib_portfolio.request.options import load_options
from ib_portfolio.request.request import parse_text
from ib_portfolio.request.review_request import SCRIPTS, read_review_text, read_review_words
from ib_portfolio.request.setup_words import read_setup_words
from ib_portfolio.request.tax_request import parse_tax_text, parse_tax_words
from ib_portfolio.sources.flex_xml import FIELDS

sys.path.insert(0, str(ROOT / "docs"))
import write_output

ALL = [
    "README.md",
    "commands.md",
    "files.md",
    "investment-strategy.md",
    "optimize-portfolio.md",
    "options.md",
    "report.md",
]
SETUP_SCRIPTS = {
    "scripts/fetch_statement.py": "fetch-latest",
    "scripts/check_setup.py": "mcp-status",
}
TAX_SCRIPTS = {
    "scripts/check_wash_sales.py": "wash-sale-check",
    "scripts/report_taxes.py": "tax-report",
}
REVIEWS = {f"scripts/{script}": command for command, script in SCRIPTS.items()}
REVIEWS.update((f"/{command}", command) for command in SCRIPTS)
NAMING = ["mcp-status.md", "report.md", "wash-sale-check.md"]  # those that show the account
REPORT = ["--sample", "--profile", "growth", "--dry-run"]
# README's commands have tests of their own; those of the evals are the client's.
COMMANDS = sorted(
    {
        (page, line)
        for page, text in PAGES.items()
        if page not in ("README.md", "docs/evals.md")
        for line in command_lines(text)
    }
)


def writer(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, str(root / "docs" / "write_output.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def copy(whole_copy: Path) -> Iterator[Path]:
    """What the writer reads and writes, in a folder with a space in its name.

    It is one for all tests: each finds it as it was.
    """
    yield whole_copy
    for path in [path for path in whole_copy.rglob("*") if path.is_file()]:
        own = ROOT / path.relative_to(whole_copy)
        if "__pycache__" in path.parts:
            continue
        if not own.is_file():
            path.unlink()
        elif path.read_bytes() != own.read_bytes():
            shutil.copy(own, path)


@pytest.fixture(scope="module")
def whole_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With what Python compiled, which it takes where the file is still the one compiled."""
    root = tmp_path_factory.mktemp("whole") / "a copy"
    for folder in ("docs", "scripts", "samples", "commands", ".claude-plugin"):
        ignored = shutil.ignore_patterns("images")
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    shutil.copy(ROOT / "README.md", root)
    return root


def test_what_is_shown_is_what_the_program_prints_now() -> None:
    done = writer(ROOT, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "run `make readme`"


def test_what_is_shown_is_what_a_process_of_its_own_prints(report: str) -> None:
    place = "scripts/rebalance.py " + " ".join(REPORT)
    assert write_output.output(place) == report.strip("\n") + "\n"


def test_every_text_block_is_written_by_the_program() -> None:
    shown = [block for text in PAGES.values() for kind, block in blocks(text) if kind == "text"]
    places = [place for text in PAGES.values() for place in write_output.OUTPUT.findall(text)]
    assert len(shown) == len(places) > 10
    assert all(block.strip() for block in shown)


@pytest.mark.parametrize(
    ("file", "old", "new", "stale"),
    [
        ("scripts/ib_portfolio/request/options.json", "Buys only", "Buys alone", ["README.md"]),
        ("scripts/ib_portfolio/core/profiles.json", "higher risk", "high risk", ["README.md"]),
        ("scripts/ib_portfolio/core/messages.json", "IBKR: this is", "IBKR: it is", ["report.md"]),
        ("scripts/ib_portfolio/market/fees.json", '"minimum": "5"', '"minimum": "6"', ALL),
        ("scripts/ib_portfolio/sources/flex_xml.py", '"softDollars"', '"hard"', ["statement.md"]),
        (".claude-plugin/plugin.json", '"Never trade"', '"Keep"', ["settings.md"]),
        ("commands/tax-report.md", "Sum up the tax year", "Add up the year", ["README.md"]),
        (
            "samples/statement.xml",
            '"U0000001"',
            '"U0000009"',
            ["mcp-status.md", "report.md", "wash-sale-check.md"],
        ),
    ],
)
def test_what_is_changed_makes_its_pages_stale(
    copy: Path, file: str, old: str, new: str, stale: list[str]
) -> None:
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    done = writer(copy, "--check")
    assert done.returncode == 1
    named = [Path(line.split(": ")[1]).name for line in done.stdout.splitlines()]
    assert named == stale


def test_a_stale_page_is_repaired(copy: Path) -> None:
    page = copy / "docs" / "settings.md"
    page.write_text(PAGES["docs/settings.md"].replace("| `", "| old `"), encoding="utf-8")
    assert writer(copy).stdout == "wrote: docs/settings.md\n"
    assert page.read_text(encoding="utf-8") == PAGES["docs/settings.md"]


@pytest.mark.parametrize(
    "place",
    [
        "<!-- output: python3 scripts/rebalance.py --sample | from Nowhere -->\n```text\n```",
        "<!-- output: python3 scripts/rebalance.py --nothing -->\n```text\n```",
        "<!-- nothing -->\n<!-- /nothing -->",
    ],
)
def test_a_place_that_cannot_be_filled_is_an_error(copy: Path, place: str) -> None:
    (copy / "docs" / "new.md").write_text(f"# New\n\n{place}\n", encoding="utf-8")
    done = writer(copy)
    assert done.returncode == 1 and "Error" in done.stderr


def test_a_wrong_option_is_usage() -> None:
    assert writer(ROOT, "--chek").returncode == 2


def test_every_command_is_understood(tmp_path: Path) -> None:
    assert COMMANDS
    for page, line in COMMANDS:
        name, *words = shlex.split(line)
        taxes = {**TAX_SCRIPTS, **{f"/{one}": one for one in TAX_SCRIPTS.values()}}
        setup = {**SETUP_SCRIPTS, **{f"/{one}": one for one in SETUP_SCRIPTS.values()}}
        if name in REVIEWS:
            assert read_review_text(name[1:], line[len(name) :]).not_understood == "", line
        elif name == "python3" and words[0] in REVIEWS:
            read_review_words(REVIEWS[words[0]], words[1:])
        elif name in taxes:
            assert parse_tax_text(taxes[name], line[len(name) :]).not_understood == "", line
        elif name == "python3" and words[0] in taxes:
            assert parse_tax_words(taxes[words[0]], words[1:]).not_understood == "", line
        elif name == "python3" and words[0] != SCRIPT:
            assert (ROOT / words[0]).is_file(), page
            read_setup_words(setup[words[0]], words[1:])
        elif name in setup:
            read_setup_words(setup[name], line[len(name) :])
        elif name == "python3":
            assert run(words[1:] or ["--sample"], tmp_path).returncode == 0, line
        else:
            assert name == "/rebalance-portfolio", page
            assert parse_text(line[len(name) :]).not_understood == "", line


def test_every_option_that_is_named_is_there() -> None:
    known = {
        f"--{name}" for name in {**load_options(terminal=True), **load_options(terminal=False)}
    }
    for page in ("docs/options.md", "docs/files.md", "docs/settings.md", "docs/statement.md"):
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGES[page]))
        assert named and named <= known, page


def test_every_field_that_is_read_is_named_and_no_other() -> None:
    rows = table(PAGES["docs/statement.md"], "Section | Element")
    elements = [re.findall(r"`(\w+)`", row[1]) for row in rows]
    assert sorted(name for names in elements for name in names) == sorted(FIELDS)
    for row, names in zip(rows, elements):
        read = {field for name in names for field in FIELDS[name]}
        assert set(re.findall(r"`(\w+)`", row[2])) == read, row[0]


def test_readme_ticks_each_section_that_is_read() -> None:
    ticked = re.findall(r"\*([^*]+)\*", PAGES["README.md"])
    for row in table(PAGES["docs/statement.md"], "Section | Element"):
        assert re.sub(r"Conversion Rates.*\*(.+)\*.*", r"\1 Yes", row[0]) in ticked, row[0]


def test_every_setting_is_there_and_no_other() -> None:
    manifest = json.loads((ROOT / ".claude-plugin/plugin.json").read_text(encoding="utf-8"))
    shown = [row[0].strip("`") for row in table(PAGES["docs/settings.md"], "Setting")]
    assert shown == list(manifest["userConfig"])


def test_the_table_s_columns_are_those_that_are_written() -> None:
    (shown,) = [block for _, block in blocks(PAGES["docs/files.md"]) if block.startswith("prior")]
    assert shown.splitlines()[0].split(",") == COLUMNS


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    return start(REPORT, tmp_path_factory.mktemp("home")).stdout.decode("utf-8")


def test_each_line_that_is_explained_is_in_the_report(report: str) -> None:
    explained = [row[0].strip("`") for row in table(PAGES["docs/report.md"], "Line")]
    assert len(explained) > 10
    assert [line for line in explained if line not in report] == []
    places = [report.index(line) for line in explained]
    assert places == sorted(places)


def test_each_section_of_the_report_is_explained(report: str) -> None:
    headings = re.findall(r"^[^\w\s|*-]\W*([A-Z]{4,}[^a-z\n(]*(?:TARGET|\b))", report, re.M)
    assert len(headings) > 6
    explained = "".join(row[0] for row in table(PAGES["docs/report.md"], "Line"))
    explained = explained.replace("REQUIRED TRADES", "REQUIRED TRADES TRADE SUMMARY")
    assert [one for one in headings if one.split()[0] not in explained] == []


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_every_link_and_picture_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", text)
    folder = (ROOT / page).parent
    assert [link for link in links if not (folder / link).is_file()] == []


def test_every_page_is_linked_from_readme() -> None:
    linked = set(re.findall(r"\]\((docs/\w[\w-]*\.md)\)", PAGES["README.md"]))
    assert linked == set(PAGES) - {"README.md"}
    assert "docs/images/report.png" in PAGES["README.md"]
    assert (ROOT / "docs/images/report.png").stat().st_size < 300_000


def test_contributing_names_files_that_are_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.-]+(?:/[\w.-]+)*\.(?:py|json|md|j2|xml))`", text))
    assert len(named) > 40
    places = (ROOT, ROOT / "scripts" / "ib_portfolio")
    assert sorted(name for name in named if not any((at / name).is_file() for at in places)) == []


def test_contributing_names_each_folder_of_the_library() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = table(text, "Folder")
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    folders = {path.parent.name for path in (ROOT / "scripts/ib_portfolio").glob("*/__init__.py")}
    assert named == folders


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/evals.md"])
def test_every_make_target_that_is_named_is_there(page: str) -> None:
    targets = re.findall(r"^([a-z0-9-]+)(?: .*)?:", (ROOT / "Makefile").read_text("utf-8"), re.M)
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`make ([a-z0-9-]+)", text)
    named += [
        word for line in re.findall(r"`make ((?:[a-z-]+ ?)+)`", text) for word in line.split()
    ]
    assert set(named) <= set(targets)
    assert named or page == "README.md"


def test_the_words_that_are_shown_are_understood() -> None:
    said = section(PAGES["docs/options.md"], "In words")
    phrases = re.findall(r"`([^`]+)`|「([^」]+)」", said)
    assert len(phrases) > 10
    for phrase in (one or other for one, other in phrases):
        request = parse_text(f" {phrase} --sample")
        assert request.options or request.dry_run, phrase
        assert request.not_understood == "", phrase
