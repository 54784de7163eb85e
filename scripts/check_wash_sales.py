#!/usr/bin/env python3
"""Print which losses are wash sales, and which losses can be taken, from the terminal.

Usage: check_wash_sales.py [what one would type after the command]
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
    from ib_portfolio.request.tax_request import WASH_SALE_CHECK, parse_tax_words

    request = parse_tax_words(WASH_SALE_CHECK, words)
    if request.help:
        from ib_portfolio.request.tax_help import tax_help_text

        return tax_help_text(WASH_SALE_CHECK, terminal=True)
    from ib_portfolio.fetched_source import terminal_source
    from ib_portfolio.wash_sale_check import carry_out

    outcome = carry_out(terminal_source(request, os.environ))
    return outcome.to_json() if request.json else outcome.report()


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    sys.exit(run_script(main, sys.argv[1:]))
