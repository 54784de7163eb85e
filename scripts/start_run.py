#!/usr/bin/env python3
"""Start a run: what the command's own block calls, before the model sees anything.

Usage: start_run.py --session ID --data FOLDER [--text "what was typed"] < input

The input is lines of `option=value`, a line `---`, and what the user typed; --text stands for it
when the script is called by hand. The first line printed says what the rest is: [answer] a
sentence to give, [report] a finished report, [fetch] the calls to make. Exits 0 in every expected
case, since another code would abort the command and hide the sentence. Python 3.9, standard
library only.
"""

from __future__ import annotations

import gc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import run_script


def main(words: list[str]) -> str:
    """What the block prints for its words and its input."""
    from ib_portfolio.claude_code.command_block import read_block
    from ib_portfolio.core.messages import Refusal
    from ib_portfolio.rebalance import with_files
    from ib_portfolio.request.request import parse_text
    from ib_portfolio.request.settings import with_settings

    try:
        block = read_block(words, sys.stdin.buffer)
        block.forget_last_run()
        request = with_settings(parse_text(block.text), block.settings)
        if request.help:
            return _help()
        request = with_files(request)
        if request.statement or request.sample:
            return "[report]\n" + _statement_report(request, block)
        return _server_run(request, block)
    except Refusal as refusal:
        return f"[answer]\n{refusal}\n"


def _help() -> str:
    from ib_portfolio.request.help import help_text

    return f"[answer]\n```text\n{help_text(terminal=False)}```\n"


def _statement_report(request, block) -> str:
    from ib_portfolio.claude_code.chat_report import fenced_report, terminal_command
    from ib_portfolio.rebalance import carry_out

    again = "" if request.sample else terminal_command(request)
    return fenced_report(carry_out(request), block.folder, again)


def _server_run(request, block) -> str:
    from ib_portfolio.claude_code.server_run import start_server_run

    return start_server_run(request, block.folder)


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    sys.exit(run_script(main, sys.argv[1:], fault_exit=0))
