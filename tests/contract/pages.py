"""The Markdown pages that users read, taken apart for the tests of their contents."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Dict, List, Tuple

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "tests" / "unit") not in sys.path:
    sys.path.append(str(ROOT / "tests" / "unit"))

from called_script import Done, call_script, start_script  # noqa: E402

SCRIPT = "scripts/rebalance.py"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}


def blocks(text: str) -> List[Tuple[str, str]]:
    """The language and the content of each fenced block."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def command_lines(text: str) -> List[str]:
    """What is to be typed: the lines of the blocks that are no output or file, and in prose."""
    typed = [block for kind, block in blocks(text) if kind not in ("text", "ini", "cron")]
    lines = [line for block in typed for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    names = "fetch-latest|mcp-status|wash-sale-check|tax-report"
    names += "|optimize-portfolio|investment-strategy"
    return lines + re.findall(
        rf"`((?:python3 scripts/|/rebalance-portfolio |/(?:{names})).*?)`", prose
    )


def section(text: str, title: str) -> str:
    """What stands under a heading of the second level."""
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def table(text: str, first: str) -> List[List[str]]:
    """The rows of the table whose header begins with `first`, without header and rule."""
    found = re.search(rf"^\| {re.escape(first)} \|.*\n\| ---.*\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert found, first
    cells = [re.split(r"(?<!\\)\|", row.strip("|")) for row in found[1].splitlines()]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in cells]


def run(words: List[str], home: Path) -> Done:
    """rebalance.py in a home folder, where it may write, with the statement of the examples."""
    return call_script(Path(SCRIPT).name, words, environ=_at_home(home), folder=str(home))


def start(words: List[str], home: Path) -> Done:
    """The same in a process of its own."""
    return start_script(Path(SCRIPT).name, words, environ=_at_home(home), folder=str(home))


def _at_home(home: Path) -> Dict[str, str]:
    """The environment of a user whose home folder has the files of the examples in it."""
    for name in ("statement.xml", "policy.ini"):
        shutil.copy(ROOT / "samples" / name, home / name.replace("statement", "flex"))
    return {**os.environ, "HOME": str(home), "USERPROFILE": str(home)}
