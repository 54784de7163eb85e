"""Writes into README.md and docs/*.md what the program prints, and the tables of its data.

Usage: python3 docs/write_output.py [--check]
Places are comments. `<!-- output: COMMAND -->` before a text block: what COMMAND prints. After the
command may stand ` | from TEXT` and ` | to TEXT`, the beginning of the first line that is shown and
of the first one that is not, and ` | file NAME`, a file that it writes. Between `<!-- NAME -->` and
`<!-- /NAME -->`: a table, NAME one of TABLES. With --check nothing is written.
Exit codes: 0 done, 1 a page is stale (named), 2 usage. Development only.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import shlex
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from ib_portfolio.core.asset_classes import ASSET_CLASSES, SHORT_LABELS  # noqa: E402
from ib_portfolio.core.console import run_script  # noqa: E402
from ib_portfolio.core.messages import Refusal  # noqa: E402
from ib_portfolio.core.profiles import load_profiles  # noqa: E402
from ib_portfolio.drift_check import OUTSIDE  # noqa: E402
from ib_portfolio.request.help import option_table  # noqa: E402
from ib_portfolio.request.options import load_options  # noqa: E402
from ib_portfolio.request.policy.policy_file import read_policy  # noqa: E402
from ib_portfolio.sources.activity.activity_fields import ACTIVITY_FIELDS  # noqa: E402
from ib_portfolio.sources.flex_xml import FIELDS  # noqa: E402

OUTPUT = re.compile(r"(<!-- output: python3 (.+?) -->\n```text\n).*?(^```$)", re.DOTALL | re.M)
TABLE = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)
# IBKR's name of each section of a Flex query, and the elements that it becomes in the file.
SECTIONS = {
    "Account Information": ("AccountInformation",),
    "Cash Report": ("CashReportCurrency",),
    "Open Positions": ("OpenPosition",),
    "Net Asset Value (NAV) in Base": ("EquitySummaryByReportDateInBase",),
    "Conversion Rates (*Include Currency Rates?*)": ("ConversionRate",),
    "Trades": ("Trades", "Trade", "Order", "AssetSummary", "SymbolSummary", "Lot"),
}


def main(arguments: list[str]) -> int:
    """The exit code, after writing or checking every page."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    stale = 0
    for page in pages():
        text = page.read_text(encoding="utf-8")
        fresh = filled(text)
        if text == fresh:
            continue
        stale = 1
        if not arguments:
            page.write_bytes(fresh.encode())
        name = page.relative_to(ROOT).as_posix()
        print(f"{'stale' if arguments else 'wrote'}: {name}")
    return stale if arguments else 0


def pages() -> list[Path]:
    """The Markdown files that users read."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def filled(text: str) -> str:
    """A page's text with the present output and tables; KeyError for an unknown table."""
    text = OUTPUT.sub(lambda found: found[1] + output(found[2]) + found[3], text)
    return TABLE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def output(place: str) -> str:
    """What a place shows: of a command of this repository, all or the part that is asked for.

    ValueError where the part is not there.
    """
    command, *parts = place.split(" | ")
    asked = dict(part.split(" ", 1) for part in parts)
    lines = printed(command, asked.get("file", "")).splitlines()
    start = position(lines, asked["from"]) if "from" in asked else 0
    end = position(lines, asked["to"]) if "to" in asked else len(lines)
    return "\n".join(lines[start:end]).strip("\n") + "\n"


def position(lines: list[str], beginning: str) -> int:
    """The place of the first line with this beginning; ValueError when there is none."""
    found = [place for place, line in enumerate(lines) if line.startswith(beginning)]
    if not found:
        raise ValueError(f"no line begins with {beginning!r}")
    return found[0]


@cache
def printed(line: str, file: str) -> str:
    """What a script prints in an empty folder, or the file of this name that it leaves there."""
    script, *rest = shlex.split(line)
    ours = [str(ROOT / word) if word.startswith("samples/") else word for word in rest]
    with tempfile.TemporaryDirectory() as folder:
        code, out, err = answer(script, ours, folder)
        if code not in (0, OUTSIDE):
            raise ValueError(f"{line} fails: {err}")
        return (Path(folder) / file).read_text("utf-8-sig") if file else out


def answer(script: str, words: list[str], folder: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a script's own function, called in `folder`."""
    own = importlib.import_module(Path(script).stem)
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    before = os.getcwd()
    os.chdir(folder)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run_script(own.main, words)
    finally:
        os.chdir(before)
    said, complaint = (stream.buffer.getvalue().decode("utf-8") for stream in (out, err))
    return code, said, complaint


def table(rows: list[tuple[str, ...]]) -> str:
    """A Markdown table, the first row its header."""
    rows = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    lines = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return "".join(f"| {line} |\n" for line in lines)


def options() -> str:
    """Every option of the command and of the terminal."""
    return option_table({**load_options(terminal=False), **load_options(terminal=True)})


def profiles() -> str:
    """Every profile with its percentages."""
    rows = [("Profile", *(SHORT_LABELS[name] for name in ASSET_CLASSES), "For")]
    for profile in load_profiles().values():
        shares = (f"{profile.percent[name]}%" for name in ASSET_CLASSES)
        rows.append((f"`{profile.name}`", *shares, profile.focus))
    return table(rows)


# The page and the script of each command, in the order in which people meet them.
COMMANDS = {
    "rebalance-portfolio": ("report.md", "rebalance.py"),
    "optimize-portfolio": ("optimize-portfolio.md", "review_portfolio.py"),
    "investment-strategy": ("investment-strategy.md", "plan_strategy.py"),
    "wash-sale-check": ("wash-sale-check.md", "check_wash_sales.py"),
    "tax-report": ("tax-report.md", "report_taxes.py"),
    "fetch-latest": ("fetch-latest.md", "fetch_statement.py"),
    "mcp-status": ("mcp-status.md", "check_setup.py"),
}


def commands() -> str:
    """Every command with what Claude Code says of it; ValueError when one is missing here."""
    found = sorted(path.stem for path in (ROOT / "commands").glob("*.md"))
    if found != sorted(COMMANDS):
        raise ValueError(f"COMMANDS differ: {sorted(set(found) ^ set(COMMANDS))}")
    rows = [("Command", "What it does", "In a terminal")]
    for name, (page, script) in COMMANDS.items():
        text = (ROOT / "commands" / f"{name}.md").read_text(encoding="utf-8")
        said = re.findall(r"^description: (.+)$", text, re.MULTILINE)[0]
        rows.append((f"[`/{name}`](docs/{page})", said, f"`scripts/{script}`"))
    return table(rows)


def settings() -> str:
    """Every setting that Claude Code asks for, as it asks."""
    manifest = json.loads((ROOT / ".claude-plugin" / "plugin.json").read_text(encoding="utf-8"))
    rows = [("Setting", "Claude Code calls it", "What it does")]
    rows += [
        (f"`{name}`", row["title"], row["description"])
        for name, row in manifest["userConfig"].items()
    ]
    return table(rows)


# The same of what only the reports on taxes read.
ACTIVITY_SECTIONS = {
    "Cash Report": ("CashReportCurrency",),
    "Trades (Executions, Closed Lots, Wash Sales)": ("Trade", "Order", "Lot", "WashSale"),
    "Cash Transactions": ("CashTransactions", "CashTransaction"),
    "Realized and Unrealized Performance Summary in Base": ("FIFOPerformanceSummaryUnderlying",),
}


def activity_fields() -> str:
    """What reports on taxes read beside the plans; ValueError when a section is missing here."""
    more = {name: row for name, row in ACTIVITY_FIELDS.items() if row != FIELDS.get(name)}
    named = [element for elements in ACTIVITY_SECTIONS.values() for element in elements]
    if sorted(named) != sorted(more):
        raise ValueError(f"ACTIVITY_SECTIONS differ: {sorted(set(named) ^ set(more))}")
    rows = [("Section", "Element", "Fields")]
    for section, elements in ACTIVITY_SECTIONS.items():
        known = {field for name in elements for field in FIELDS.get(name, ())}
        names = dict.fromkeys(field for name in elements for field in more[name])
        cells = (elements, [name for name in names if name not in known])
        rows.append((section, *(" ".join(f"`{name}`" for name in cell) for cell in cells)))
    return table(rows)


def fields() -> str:
    """What is read of a Flex statement, by section; ValueError when a section is missing here."""
    named = [element for elements in SECTIONS.values() for element in elements]
    if sorted(named) != sorted(FIELDS):
        raise ValueError(f"SECTIONS and FIELDS differ: {sorted(set(named) ^ set(FIELDS))}")
    rows = [("Section", "Element", "Fields")]
    for section, elements in SECTIONS.items():
        read = dict.fromkeys(field for element in elements for field in FIELDS[element])
        rows.append(
            (section, *(" ".join(f"`{name}`" for name in part) for part in (elements, read)))
        )
    return table(rows)


# What is wrong, and the lines of a policy file that have it.
MISTAKES = (
    ("an unknown section", "[target]", "VTI = 100", "[trades]"),
    ("a section with a typing error", "[targets]", "VTI = 100"),
    ("a line before the first section", "VTI = 100"),
    ("a section twice", "[target]", "VTI = 100", "[target]", "BND = 100"),
    ("a sum of 99 with cash", "[target]", "VTI = 60", "BND = 34", "CASH = 5"),
    ("a sum over 100", "[target]", "VTI = 60", "BND = 41"),
    ("a symbol twice", "[target]", "VTI = 60", "BND = 20", "VTI = 20"),
    ("a symbol twice, once in small letters", "[target]", "VTI = 60", "vti = 40"),
    ("a percentage in words", "[target]", "VTI = sixty", "BND = 40"),
    ("a percentage below nothing", "[target]", "VTI = -5", "BND = 40"),
    ("a name without a value", "[target]", "VTI 60", "BND = 40"),
    ("an indented line", "[target]", "VTI = 60", "  BND = 40"),
    ("two names in a line", "[target]", "VTI, VXUS = 60", "BND = 40"),
    ("a target without lines", "[target]"),
    ("a target with the name of a profile", "[target.growth]", "VTI = 100"),
    ("a target with a name of capitals and blanks", "[target.Old Age]", "VTI = 100"),
    ("bands without a default", "[bands]", "BOND = 5"),
    ("a band in words", "[bands]", "default = wide"),
    (
        "a band of what no target names",
        "[target]",
        "VTI = 100",
        "[bands]",
        "default = 5",
        "BND = 2",
    ),
    ("a way back that there is not", "[bands]", "default = 5", "to = middle"),
    ("an unknown class", "[classes]", "BND = FIXED"),
    ("several symbols in a line", "[never trade]", "AAPL, MSFT"),
    ("an unknown limit", "[limits]", "max-orders = 5"),
    ("a limit in words", "[limits]", "min-trade = much"),
    ("a price in words", "[prices]", "BND = cheap"),
    ("an account number with a typing error", "[accounts]", "1234567 = taxable"),
    ("a name for two accounts", "[accounts]", "U1234567 = ours", "U7654321 = Ours"),
    ("an unknown word for an account", "[accounts]", "U1234567 = roth, taxfree"),
)


def mistakes() -> str:
    """Every mistake of MISTAKES with what is said of it; ValueError for one that is none."""
    rows = [("What is wrong", "The lines", "What is said")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.ini"
        for wrong, *lines in MISTAKES:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            try:
                read_policy(str(path))
            except Refusal as refusal:
                rows.append((wrong, " ".join(f"`{line}`" for line in lines), str(refusal)))
                continue
            raise ValueError(f"this is no mistake: {wrong}")
    return table(rows)


TABLES = {
    "commands": commands,
    "mistakes": mistakes,
    "options": options,
    "profiles": profiles,
    "settings": settings,
    "activity_fields": activity_fields,
    "fields": fields,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
