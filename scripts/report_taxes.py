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
    from ib_portfolio.fetched_source import terminal_source
    from ib_portfolio.tax_report import carry_out

    outcome = carry_out(terminal_source(request, os.environ))
    return outcome.to_json() if request.json else outcome.report()


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    sys.exit(run_script(main, sys.argv[1:]))
