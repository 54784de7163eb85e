#!/usr/bin/env python3
"""Step 5 by hand, when hooks are switched off: print the finished report of the session's run.

Usage: render_report.py --data FOLDER --session ID

Ends the run: nothing of it stays but a long list of trades. Exit codes: 0 done, 1 refused (one
sentence on stderr), 2 usage. Python 3.9, standard library only.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import run_script


def main(words: list[str]) -> str:
    """The report in its code block."""
    from ib_portfolio.claude_code.by_hand import report_by_hand

    return report_by_hand(words)


if __name__ == "__main__":
    sys.exit(run_script(main, sys.argv[1:]))
