"""Writes what of the eval cases is figures: their graders, and the answers of the mocked server.

Usage: python3 evals/write_graders.py [--check]
With --check nothing is written. Exit codes: 0 done, 1 a file is stale (named), 2 usage.
Development only. Prompts and the other graders are written by hand and left alone.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FIXTURES = ROOT / "tests" / "fixtures"
SERVER = "ib-sec-mcp"

sys.path.insert(0, str(ROOT / "tests" / "client"))
from report_figures import figures, section_of, table_lines  # noqa: E402

# Each case whose answer is a plan, and the words that print the same plan in a terminal.
PLANS = {
    "growth": ["--sample", "--profile", "growth"],
    "income": ["--sample", "--profile", "income"],
    "dry-run": ["--sample", "--profile", "growth", "--dry-run"],
    "japanese": ["--sample", "--profile", "conservative"],
    "natural-language": ["--sample", "--profile", "growth"],
}
NO_ORDERS = ("place-orders", "ib-sec-mcp")
# What the mocked server was recorded answering, and the plan of the same three positions.
RECORDED = {
    "get_positions": "get_positions",
    "get_account_summary": "get_account_summary",
    "generate_rebalancing_trades": "generate_recipe_override_growth",
    "simulate_rebalancing": "simulate_recipe_override_growth",
}
SERVER_PLAN = [
    "--statement",
    str(FIXTURES / "statements/a_seed_example.xml"),
    "--profile",
    "growth",
]

NEVER = "---\ntype: tool_used\ntool: {tool}\nmin: 0\nmax: 0\narm: both\n---\n"


def main(arguments: list[str]) -> int:
    """The exit code, after writing or checking every generated file."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    wanted = {**graders(), **mocks()}
    stale = [path for path, text in wanted.items() if not _is_current(path, text)]
    for path in stale:
        print(f"{'stale' if arguments else 'wrote'}: {path.relative_to(ROOT).as_posix()}")
        if not arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text_bytes(wanted[path]))
    return 1 if arguments and stale else 0


def graders() -> dict[Path, str]:
    """Each generated grader's file and text."""
    files = {}
    for case, words in PLANS.items():
        report = printed_report(words)
        files.update(in_case(case, figure_patterns(report), "contains"))
        files.update(in_case(case, foreign_patterns(report), "not_contains"))
    known = [f"${number} " for tool in RECORDED for number in recorded_numbers(tool)]
    report = printed_report(SERVER_PLAN)
    files.update(in_case(SERVER, figure_patterns(report), "contains"))
    files.update(in_case(SERVER, foreign_patterns(report + "".join(known)), "not_contains"))
    for case in NO_ORDERS:
        for tool in order_tools():
            text = NEVER.format(tool=f"mcp__{SERVER}__{tool}")
            files[HERE / case / "graders" / f"never_{tool}.md"] = text
    return files


def in_case(case: str, patterns: dict[str, str], match: str) -> dict[Path, str]:
    """A case's regex graders: file and text."""
    folder = HERE / case / "graders"
    return {
        folder / f"{name}.md": f"---\ntype: regex\nmatch: {match}\n---\n{pattern}\n"
        for name, pattern in patterns.items()
    }


def mocks() -> dict[Path, str]:
    """Each mocked tool's file and answer, and the tools as the server describes them."""
    files = {HERE / "mocks" / SERVER / f"{tool}.md": mocked_answer(tool) for tool in RECORDED}
    # The client refuses to grade a run in which a mocked tool is not offered. The command disallows
    # these, so they are there only in the case that does not begin with the command.
    ordering = HERE / "place-orders" / "mocks" / SERVER
    files.update({ordering / f"{tool}.md": '{"success": true}\n' for tool in order_tools()})
    described = json.loads((FIXTURES / "ib_sec_mcp/_server/list_tools.json").read_text("utf-8"))
    for folder, names in ((HERE / "mocks" / SERVER, RECORDED), (ordering, order_tools())):
        rows = [
            {key: tool[key] for key in ("name", "description", "inputSchema")}
            for tool in described
            if tool["name"] in names
        ]
        files[folder / "_tools.json"] = json.dumps({"tools": rows}, indent=1) + "\n"
    return files


def printed_report(words: list[str]) -> str:
    """What the program prints for the words."""
    command = [sys.executable, str(ROOT / "scripts/rebalance.py"), *words]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def figure_patterns(report: str) -> dict[str, str]:
    """A regex for each section of the report that holds figures: all its rows, in their order."""
    found = figures(report)
    between = r"[\s|]*"
    patterns = {
        "classes": between.join(row_pattern(row) for row in found.classes),
        # As they stand: a symbol may go on in a second line.
        "trades": between.join(
            row_pattern([cell for cell in map(str.strip, line.split("|")) if cell])
            for line in table_lines(section_of(report, "📋"))
        ),
        "summary": between.join(row_pattern(row) for row in found.summary.items()),
        "tax": between.join(row_pattern(row) for row in found.tax.items()),
    }
    return {name: pattern for name, pattern in patterns.items() if pattern}


def foreign_patterns(report: str) -> dict[str, str]:
    """A regex that finds an amount, and one for a percentage, that is not the report's."""
    amounts = sorted(set(re.findall(r"\$(\d[\d,]*(?:\.\d+)?)", report)))
    percents = sorted(set(re.findall(r"(\d[\d.,]*)%", report)))
    if not amounts or not percents:
        raise ValueError(f"no figures in: {report[:200]}")
    some_amount = "|".join(escaped(amount) for amount in amounts)
    some_percent = "|".join(escaped(percent) for percent in percents)
    return {
        "no_other_amount": rf"\$\s?(?!(?:{some_amount})(?![.,]?\d))\d",
        "no_other_percentage": rf"(?<![\d.,])(?!(?:{some_percent})\s?%)\d[\d.,]*\s?%",
    }


def row_pattern(cells: Sequence[str]) -> str:
    """A regex for a table's row, however wide its columns are."""
    return r"[\s|]*".join(escaped(cell) for cell in cells)


def escaped(text: str) -> str:
    """`text` as a regex that means the same in JavaScript and in Python."""
    return re.sub(r"\s+", r"\\s+", re.sub(r"([.*+?^${}()|\[\]\\/])", r"\\\1", text))


def order_tools() -> list[str]:
    """The server's tools that can touch an order: what the command disallows, without the rest."""
    data = json.loads((ROOT / "templates/command.json").read_text(encoding="utf-8"))
    return [tool for tool in data["forbidden_tools"] if "order" in tool]


def recorded(tool: str) -> dict:
    """What the server was recorded answering."""
    path = FIXTURES / "ib_sec_mcp/recordings/a_seed_example" / f"{RECORDED[tool]}.json"
    return json.loads(path.read_text(encoding="utf-8"))["json"]


def recorded_numbers(tool: str) -> set[str]:
    """The numbers in a recorded answer, with and without thousands separators and cents."""
    plain = re.findall(r'"-?(\d+(?:\.\d+)?)"', json.dumps(recorded(tool)))
    grouped = {f"{Decimal(text):,.{places}f}" for text in plain for places in (0, 2)}
    return {*plain, *grouped}


def mocked_answer(tool: str) -> str:
    """The recorded answer with the dates of the call in place of the recorded ones."""
    text = json.dumps(recorded(tool), indent=1)
    text = re.sub(r'"from": "[\d-]+"', '"from": "{{input.start_date}}"', text)
    return re.sub(r'"(to|position_date)": "[\d-]+"', r'"\1": "{{input.end_date}}"', text) + "\n"


def text_bytes(text: str) -> bytes:
    """The bytes of a file with this text: UTF-8 with LF."""
    return text.encode("utf-8")


def _is_current(path: Path, text: str) -> bool:
    """Whether `path` already holds exactly `text`."""
    return path.is_file() and path.read_bytes() == text_bytes(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
