#!/usr/bin/env python3
"""Fetch the Flex statement from IBKR and keep it for the other commands, from the terminal.

Usage: fetch_statement.py [--year YEAR] [--again] [--json] [--help]

Takes token and query id from the environment, FLEX_TOKEN and FLEX_QUERY_ID, and from nowhere else:
never from an argument. Opens a connection to IBKR's two Flex hosts only. The statement lands in the
plugin's data folder, readable by you only. Exit codes: 0 done, 1 refused (one sentence on stderr),
2 usage. Python 3.9, standard library only.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import run_script


def main(words: list[str]) -> str:
    """What to print for the words of the command line."""
    from ib_portfolio.core.messages import Refusal
    from ib_portfolio.core.private.data_folder import client_data_folder, mark_data_folder
    from ib_portfolio.request.fetch_settings import fetch_settings
    from ib_portfolio.request.setup_words import read_setup_words, setup_help

    asked = read_setup_words("fetch-latest", words)
    if "help" in asked:
        return setup_help("fetch-latest", "fetch_statement.py", terminal=True)
    settings = fetch_settings(os.environ)
    from ib_portfolio.sources.flex_web_service.credentials import read_credentials

    read_credentials(settings.token, settings.query_id)  # before a folder is made
    try:
        data = mark_data_folder(client_data_folder(os.environ))
    except OSError as error:
        raise Refusal("fetch_not_writable", cause=error.strerror or "") from None
    from ib_portfolio.statement_fetch import fetch_statement

    fetched = fetch_statement(asked, data, settings)
    return fetched.to_json() if "json" in asked else fetched.report()


if __name__ == "__main__":
    sys.exit(run_script(main, sys.argv[1:]))
