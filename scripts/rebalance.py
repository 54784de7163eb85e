#!/usr/bin/env python3
"""Print the rebalancing plan of a Flex statement, from the terminal.

Usage: rebalance.py [what one would type after the command]
                    [--statement FILE | --sample] [--account ID] [--json]

Without a file it works on the newest statement that /fetch-latest or fetch_statement.py fetched.
Prints the report (on a terminal in colour, unless NO_COLOR is set), with --json the plan, with
--help all options. Sends nothing anywhere and changes nothing but the files that an option names.
Exit codes: 0 done, 1 refused (one sentence on stderr), 2 usage, 3 with --drift where something is
outside its band. Python 3.9, standard library only.
"""

from __future__ import annotations

import gc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from ib_portfolio.core.console import Printed, run_script


def main(words: list[str]) -> str | Printed:
    """What to print for the words of the command line."""
    from ib_portfolio.rebalance import carry_out
    from ib_portfolio.request.request import parse_words

    request = parse_words(words)
    if request.help:
        from ib_portfolio.request.help import help_text

        return help_text(terminal=True)
    if {"policy", "check-policy"} & set(request.options):
        from ib_portfolio.request.policy.policy_options import with_policy

        request = with_policy(request)
    if "check-policy" in request.options:
        from ib_portfolio.request.policy.policy_summary import policy_summary

        return policy_summary(request.options.get("policy", ""))
    if not (request.statement or request.sample):
        from ib_portfolio.fetched_source import terminal_source

        request = terminal_source(request, os.environ)
    if "drift" in request.options:
        from ib_portfolio.drift_check import check_drift

        return check_drift(request)
    outcome = carry_out(request)
    return outcome.to_json() if request.json else _shown(outcome.report())


def _shown(report: str) -> str:
    """The report as standard output takes it: in colour only where that is a terminal."""
    if not sys.stdout.isatty():
        return report
    from ib_portfolio.reports.color import colored_report, wants_color

    return colored_report(report) if wants_color(sys.stdout, os.environ) else report


if __name__ == "__main__":
    gc.disable()  # a run is over before there is anything to collect
    code = run_script(main, sys.argv[1:])
    gc.freeze()  # nor to take apart: without it Python looks through everything at its end
    sys.exit(code)
