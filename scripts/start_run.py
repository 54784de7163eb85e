#!/usr/bin/env python3
"""The command's way without hooks: takes what was typed from the session's record, says what to do.

Usage: start_run.py --data FOLDER --session ID

The client keeps the record, so nothing typed is ever part of a shell line. The first line printed
says what the rest is: [answer] a sentence to give, [report] a finished report, [fetch] the calls to
make. Exit codes: 0 done, 1 refused (one sentence on stderr), 2 usage. Python 3.9, standard library
only.
"""

from __future__ import annotations

import gc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import run_script


def main(words: list[str]) -> str:
    """What the session's last command leads to."""
    from ib_portfolio.claude_code.typed_words import run_of_words

    return run_of_words(words)


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    sys.exit(run_script(main, sys.argv[1:]))
