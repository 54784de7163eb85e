#!/usr/bin/env python3
"""Print the gains, dividends, interest, taxes and fees of a year, from the terminal.

Usage: report_taxes.py [what one would type after the command]
                       [--statement FILE | --sample] [--account ID|all] [--json]

Prints the report, with --json its figures, with --help all options. Sends nothing anywhere and
changes nothing but the files that an option names.
Exit codes: 0 done, 1 refused (one sentence on stderr), 2 usage. Python 3.9, standard library only.
"""

from __future__ import annotations

import gc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import run_script


def main(words: list[str]) -> str:
    """What to print for the words of the command line."""
    from ib_portfolio.request.tax_request import TAX_REPORT, parse_tax_words

    request = parse_tax_words(TAX_REPORT, words)
    if request.help:
        from ib_portfolio.request.tax_help import tax_help_text

        return tax_help_text(TAX_REPORT, terminal=True)
    from ib_portfolio.tax_report import carry_out

    outcome = carry_out(_with_fetched(request))
    return outcome.to_json() if request.json else outcome.report()


def _with_fetched(request):
    """The request on the newest statement that the plugin fetched, where it names none."""
    from ib_portfolio.core.data_folder import client_data_folder
    from ib_portfolio.fetched_source import with_fetched
    from ib_portfolio.request.fetch_settings import fetch_settings

    year = request.year if request.year.isdigit() else ""
    folder, settings = client_data_folder(os.environ), fetch_settings(os.environ)
    return with_fetched(request, folder, settings, year=year)


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    sys.exit(run_script(main, sys.argv[1:]))
