"""The self-check: every claim of a plan's document, re-derived from the raw input.

It shares no arithmetic with the planner. Each check is a generator of problems; a check without a
problem has passed. The names of the checks are what the report prints.
"""

from __future__ import annotations

from collections.abc import Callable

from . import check_target, check_total, check_trade
from .check_case import Case, Document, Problems, make_case
from .evidence import Evidence

Check = Callable[[Case], Problems]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("weights sum to 100", check_total.weights),
    ("weights of classes", check_total.weights_of_classes),
    ("weights in proportion", check_target.weights_in_proportion),
    ("nothing oversold", check_trade.not_oversold),
    ("held untouched", check_trade.held_untouched),
    ("nothing lost", check_total.nothing_lost),
    ("whole units", check_trade.whole_units),
    ("amounts", check_trade.amounts),
    ("commissions", check_trade.commissions),
    ("gains", check_trade.gains),
    ("cash to the cent", check_total.cash_equation),
    ("cash floor", check_total.cash_floor),
    ("closer to target", check_total.closer_to_target),
    ("own targets", check_target.own_targets),
    ("nothing left undone", check_target.nothing_left),
    ("one direction", check_trade.one_direction),
    ("order", check_trade.order_of_trades),
    ("weight changes", check_trade.weight_changes),
    ("totals", check_total.totals_of_trades),
    ("classes", check_total.classes_of_input),
    ("unfilled classes", check_total.unfilled_classes),
)


# What a band, a lock or a limit changes on purpose.
PLAIN_ONLY = (
    check_total.weights_of_classes,
    check_target.weights_in_proportion,
    check_target.own_targets,
    check_target.nothing_left,
)


def _of_options(evidence: Evidence) -> list[tuple[str, Check]]:
    """The checks of what the run asked for beyond its profile."""
    if not evidence.asked:
        return []
    from .check_lot import CHECKS as lot_checks
    from .check_option import CHECKS as asked_checks

    return [
        (name, check)
        for name, check, options in (*asked_checks, *lot_checks)
        if set(options) & set(evidence.asked)
    ]


def _of_currencies(document: Document) -> tuple[tuple[str, Check], ...]:
    """The checks of what the orders move in each currency, where the document tells."""
    if "exchanges" not in document:
        return ()
    from .check_exchange import CHECKS as exchange_checks

    return exchange_checks


def check_plan(document: Document, evidence: Evidence) -> list[dict[str, object]]:
    """One {"name", "passed", "detail"} for each check of `document` against `evidence`.

    The detail of a failed check is its first three problems; that of a passed one is "".
    """
    case = make_case(document, evidence)
    results = []
    for name, check in (*CHECKS, *_of_currencies(document), *_of_options(evidence)):
        if check in PLAIN_ONLY and not case.is_plain:
            continue
        problems = list(check(case))
        results.append({"name": name, "passed": not problems, "detail": "; ".join(problems[:3])})
    return results
