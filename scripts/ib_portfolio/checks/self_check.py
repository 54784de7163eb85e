"""The self-check: every claim of a plan's document, re-derived from the raw input.

It shares no arithmetic with the planner. Each check is a generator of problems; a check without a
problem has passed. The names of the checks are what the report prints.
"""

from __future__ import annotations

from collections.abc import Callable

from . import target_checks, total_checks, trade_checks
from .case import Case, Document, Problems, make_case
from .evidence import Evidence

Check = Callable[[Case], Problems]
CHECKS: tuple[tuple[str, Check], ...] = (
    ("weights sum to 100", total_checks.weights),
    ("weights of classes", total_checks.weights_of_classes),
    ("weights in proportion", target_checks.weights_in_proportion),
    ("nothing oversold", trade_checks.not_oversold),
    ("held untouched", trade_checks.held_untouched),
    ("nothing lost", total_checks.nothing_lost),
    ("whole units", trade_checks.whole_units),
    ("amounts", trade_checks.amounts),
    ("commissions", trade_checks.commissions),
    ("gains", trade_checks.gains),
    ("cash to the cent", total_checks.cash_equation),
    ("cash floor", total_checks.cash_floor),
    ("closer to target", total_checks.closer_to_target),
    ("own targets", target_checks.own_targets),
    ("nothing left undone", target_checks.nothing_left),
    ("one direction", trade_checks.one_direction),
    ("order", trade_checks.order_of_trades),
    ("weight changes", trade_checks.weight_changes),
    ("totals", total_checks.totals_of_trades),
    ("classes", total_checks.classes_of_input),
    ("unfilled classes", total_checks.unfilled_classes),
)


# What a band, a lock or a limit changes on purpose.
PLAIN_ONLY = (
    total_checks.weights_of_classes,
    target_checks.weights_in_proportion,
    target_checks.own_targets,
    target_checks.nothing_left,
)


def _of_options(evidence: Evidence) -> list[tuple[str, Check]]:
    """The checks of what the run asked for beyond its profile."""
    if not evidence.asked:
        return []
    from .lot_checks import CHECKS as lot_checks
    from .option_checks import CHECKS as asked_checks

    return [
        (name, check)
        for name, check, options in (*asked_checks, *lot_checks)
        if set(options) & set(evidence.asked)
    ]


def _of_currencies(document: Document) -> tuple[tuple[str, Check], ...]:
    """The checks of what the orders move in each currency, where the document tells."""
    if "exchanges" not in document:
        return ()
    from .exchange_checks import CHECKS as exchange_checks

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
