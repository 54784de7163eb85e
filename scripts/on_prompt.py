#!/usr/bin/env python3
"""The hook of the commands themselves: does the work and shows it on the user's screen.

Usage: on_prompt.py DATA_FOLDER < payload, for UserPromptExpansion of a command and for PreToolUse
and PostToolUse of Skill. Marks the plugin's data folder as its own. Prints a hook output, or
nothing; never fails: always exits 0. Python 3.9, standard library only.
"""

from __future__ import annotations

import gc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))


def main(words: list[str]) -> None:
    """Answers the payload on stdin when it is of one of this plugin's commands."""
    import json

    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    if "rebalance-portfolio" not in text:  # some other skill of the session
        return
    payload = json.loads(text)
    from ib_portfolio.claude_code.command_hook import answer_prompt, asked_command

    if asked_command(payload) is None:
        return
    from ib_portfolio.core.console import write
    from ib_portfolio.core.numbers import use_exact_decimals

    use_exact_decimals()
    folder = _folder(words[0] if words else "", str(payload.get("session_id", "")))
    output = answer_prompt(payload, folder, os.environ)
    if output:
        write(sys.stdout, json.dumps(output, ensure_ascii=False))


def _folder(data: str, session: str):
    """Where the session's run keeps its state, the data folder marked; None when it cannot be."""
    from ib_portfolio.claude_code.entry_point import settings_in
    from ib_portfolio.claude_code.run_folder import RunFolder, remember_private
    from ib_portfolio.core.messages import Refusal
    from ib_portfolio.core.private.data_folder import mark_data_folder

    try:
        mark_data_folder(data)
        remember_private(data, "private" in settings_in(os.environ))
        return RunFolder(data, session)
    except (OSError, ValueError, Refusal):
        return None


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    try:
        main(sys.argv[1:])
    except Exception:
        # The client goes on without the hook's output, and the command's text says what to do then.
        if os.environ.get("REBALANCE_DEBUG"):
            raise
