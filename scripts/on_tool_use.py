#!/usr/bin/env python3
"""The hook: keeps ib-sec-mcp's answers, completes the trade call, shows the report.

Usage: on_tool_use.py DATA_FOLDER < payload, for PreToolUse, PostToolUse and PostToolUseFailure.
Prints a hook output, or nothing. Leaves at once, reading nothing, when no session has a run. Never
fails: always exits 0. Python 3.9, standard library only.
"""

from __future__ import annotations

import os
import sys


def main(words: list[str]) -> None:
    """Answers the payload on stdin if its session has a run."""
    data = words[0] if words else ""
    if not os.path.isdir(os.path.join(data, "runs")) or not os.listdir(os.path.join(data, "runs")):
        return
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import json

    payload = json.loads(sys.stdin.buffer.read().decode("utf-8", "replace"))
    from ib_portfolio.claude_code.run_folder import RunFolder

    folder = RunFolder(data, str(payload.get("session_id", "")))
    if not folder.is_open():
        return
    from ib_portfolio.claude_code.entry_point import can_show
    from ib_portfolio.claude_code.tool_hooks import answer_hook
    from ib_portfolio.core.console import write
    from ib_portfolio.core.numbers import use_exact_decimals

    use_exact_decimals()
    output = answer_hook(payload, folder, can_show(os.environ))
    if output:
        write(sys.stdout, json.dumps(output, ensure_ascii=False))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Exception:
        # A hook that fails must not disturb a call; without its output the call goes on as it was.
        if os.environ.get("REBALANCE_DEBUG"):
            raise
