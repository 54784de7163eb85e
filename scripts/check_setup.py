#!/usr/bin/env python3
"""Say what of the setup works, what is missing, and what cures it, from the terminal.

Usage: check_setup.py [--statement FILE | --sample] [--account ID] [--json] [--help]
       check_setup.py --data FOLDER --session ID    for a session whose hooks are switched off

Opens no connection and changes nothing. Of a token it says only whether it is set. Exit codes:
0 done, whatever was found, 1 refused (one sentence on stderr), 2 usage. Python 3.9, standard
library only.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import run_script


def main(words: list[str]) -> str:
    """What to print for the words of the command line."""
    if any(word.startswith(("--data", "--session")) for word in words):
        from ib_portfolio.claude_code.setup.setup_commands import status_without_hooks

        return status_without_hooks(words)
    from ib_portfolio.request.setup_words import read_setup_words, setup_help

    asked = read_setup_words("mcp-status", words)
    if "help" in asked:
        return setup_help("mcp-status", "check_setup.py", terminal=True)
    from ib_portfolio.core.private.data_folder import client_data_folder, is_data_folder
    from ib_portfolio.request.fetch_settings import fetch_settings
    from ib_portfolio.setup_check import Surroundings, check_setup

    data = client_data_folder(os.environ)
    data = data if is_data_folder(data) else ""
    page = check_setup(asked, Surroundings("terminal", data, {}, fetch_settings(os.environ), []))
    return page.to_json() if "json" in asked else page.text()


if __name__ == "__main__":
    sys.exit(run_script(main, sys.argv[1:]))
