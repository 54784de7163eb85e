#!/usr/bin/env python3
"""Print a plan in stages for the portfolio of a Flex statement, from the terminal.

Usage: plan_strategy.py [what one would type after /investment-strategy]
                           [--statement FILE | --sample] [--account ID|all] [--json]

Prints the report (in colour on a terminal, unless NO_COLOR is set), with --json the figures, with
--help all options. Sends nothing anywhere and changes nothing but the files that
--html and --save name.
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
    from ib_portfolio.request.review_request import STRATEGY, read_review_words, review_help

    request = read_review_words(STRATEGY, words)
    if request.help:
        return review_help(STRATEGY, terminal=True)
    if "policy" in request.options:
        from ib_portfolio.request.policy.policy_options import with_policy

        request = with_policy(request)
    if not (request.statement or request.sample):
        from ib_portfolio.fetched_source import terminal_source

        request = terminal_source(request, os.environ)
    from ib_portfolio.reports.color import report_for
    from ib_portfolio.strategy import plan_strategy

    outcome = plan_strategy(request)
    if request.json:
        return outcome.to_json()
    return report_for(sys.stdout, os.environ, outcome.report())


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    sys.exit(run_script(main, sys.argv[1:]))
