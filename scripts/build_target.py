#!/usr/bin/env python3
"""Step 3 by hand, when hooks are switched off: print the target allocation of the session's run.

Usage: build_target.py --data FOLDER --session ID

Takes the server's answers from the session's transcript, so no number passes through the model.
Exit codes: 0 done, 1 refused (one sentence on stderr), 2 usage. Python 3.9, standard library only.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import run_script


def main(words: list[str]) -> str:
    """The target as facts and the input of the trade call."""
    from ib_portfolio.claude_code.by_hand import target_by_hand

    return target_by_hand(words)


if __name__ == "__main__":
    sys.exit(run_script(main, sys.argv[1:]))
