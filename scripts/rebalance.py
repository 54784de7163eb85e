#!/usr/bin/env python3
"""Print the rebalancing plan of a Flex statement, from the terminal.

Usage: rebalance.py [what one would type after the command]
                    [--statement FILE | --sample] [--account ID] [--json]

Prints the report (on a terminal in colour, unless NO_COLOR is set), or with --json the plan. Sends
nothing anywhere and changes nothing.
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
    from ib_portfolio.core.messages import Usage
    from ib_portfolio.rebalance import plan_from_statement
    from ib_portfolio.reports.checked_report import checked_report
    from ib_portfolio.request.request import parse_words

    request = parse_words(words)
    if not (request.statement or request.sample):
        raise Usage("source_missing")
    if request.options:
        from ib_portfolio.reports.output_files import resolve_files, write_files

        request = resolve_files(request)
    if request.account == "all":
        from ib_portfolio.household import household_document, household_report

        household = household_document(request)
        return _json(household) if request.json else _shown(household_report(household))
    document = plan_from_statement(request)
    if request.options:
        write_files(document, request.options)
    return _json(document) if request.json else _shown(checked_report(document))


def _shown(report: str) -> str:
    """The report as standard output takes it: in colour only where that is a terminal."""
    if not sys.stdout.isatty():
        return report
    from ib_portfolio.reports.color import colored_report, wants_color

    return colored_report(report) if wants_color(sys.stdout, os.environ) else report


def _json(document) -> str:
    import json

    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    sys.exit(run_script(main, sys.argv[1:]))
