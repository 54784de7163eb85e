"""Writes into README.md what its terminal commands print, and the table of the options.

Usage: python3 docs/write_output.py [--check]
The place of an output is a comment, `<!-- output: COMMAND -->`, with a text block after it; that of
the table is between `<!-- options -->` and `<!-- /options -->`. With --check nothing is written.
Exit codes: 0 done, 1 README.md is stale, 2 usage. Development only.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from ib_portfolio.request.help import option_table  # noqa: E402
from ib_portfolio.request.options import load_options  # noqa: E402

README = ROOT / "README.md"
OPTIONS = re.compile(r"(<!-- options -->\n).*?(<!-- /options -->)", re.DOTALL)
OUTPUT = re.compile(r"(<!-- output: python3 (.+?) -->\n```text\n).*?(^```$)", re.DOTALL | re.M)


def main(arguments: list[str]) -> int:
    """The exit code, after writing or checking README.md."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    text = README.read_text(encoding="utf-8")
    fresh = with_options(with_output(text))
    if text == fresh:
        return 0
    if not arguments:
        README.write_bytes(fresh.encode())
    print(f"{'stale' if arguments else 'wrote'}: {README.name}")
    return 1 if arguments else 0


def with_output(text: str) -> str:
    """`text` with the present output in each place; ValueError when there is no place."""
    fresh, places = OUTPUT.subn(
        lambda found: found[1] + printed(shlex.split(found[2])) + found[3], text
    )
    if not places:
        raise ValueError("README.md has no place for output")
    return fresh


def with_options(text: str) -> str:
    """`text` with the table of options.json in its place; ValueError when there is no place."""
    table = option_table(load_options(terminal=True))
    fresh, places = OPTIONS.subn(lambda found: found[1] + table + found[2], text)
    if places != 1:
        raise ValueError("README.md has no one place for the options")
    return fresh


def printed(words: list[str]) -> str:
    """What a script of this repository prints for its words."""
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
