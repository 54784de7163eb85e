"""The self-check: every claim of a plan's document, re-derived from the raw input.

It shares no arithmetic with the planner. Each check is a generator of problems; a check without a
problem has passed. The names of the checks are what the report prints.
"""

from __future__ import annotations

from collections.abc import Iterator

from . import target_checks, total_checks, trade_checks
from .case import Case, Check, make_case
from .evidence import Evidence, amount_asked
from .targets.asked import points_of_few
from .tax import gain_checks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import CheckResult, PlanDocument


CHECKS = (
    Check("weights sum to 100", total_checks.weights),
    Check("weights of classes", total_checks.weights_of_classes, Case.goals_are_profile),
    Check("weights in proportion", target_checks.weights_in_proportion, Case.goals_are_profile),
    Check("nothing oversold", trade_checks.not_oversold),
    Check("held untouched", trade_checks.held_untouched),
    Check("nothing lost", total_checks.nothing_lost),
    Check("whole units", trade_checks.whole_units),
    Check("amounts", trade_checks.amounts),
    Check("commissions", trade_checks.commissions),
    Check("gains", gain_checks.gains),
    Check("cash to the cent", total_checks.cash_equation),
    Check("cash floor", total_checks.cash_floor),
    Check("closer to target", total_checks.closer_to_target),
    Check("own targets", target_checks.own_targets, target_checks.goes_in_proportion),
    Check("nothing left undone", target_checks.nothing_left, Case.orders_reach_profile),
    Check("one direction", trade_checks.one_direction),
    Check("order", trade_checks.order_of_trades),
    Check("weight changes", trade_checks.weight_changes),
    Check("totals", total_checks.totals_of_trades),
    Check("classes", total_checks.classes_of_input),
    Check("unfilled classes", total_checks.unfilled_classes),
    Check("held values", total_checks.held_values),
    Check("net asset value", total_checks.net_asset_value),
)


def check_plan(document: PlanDocument, evidence: Evidence) -> tuple[list[CheckResult], list[str]]:
    """The result of each check of `document` that applies, and the names of those that do not.

    Whether a check applies is decided from the evidence: by what an option changes, never by its
    mere presence. The detail of a failed check is its first three problems.
    """
    case = make_case(document, evidence)
    results: list[CheckResult] = []
    not_applicable = []
    for check in _checks(case, case.evidence):
        if not check.applies(case):
            not_applicable.append(check.name)
            continue
        problems = list(check.problems(case))
        detail = "; ".join(problems[:3])
        results.append({"name": check.name, "passed": not problems, "detail": detail})
    return results, not_applicable


def _checks(case: Case, evidence: Evidence) -> Iterator[Check]:
    """The checks of every plan, then those of what a plan with more to it adds."""
    yield from CHECKS
    if any(row.by_face or row.row.get("listingExchange") for row in evidence.holdings):
        from .market.market_checks import CHECKS as market_checks

        yield from market_checks
    if len(case.currency_names) > 1 or "exchanges" in case.document:
        from .market.exchange_checks import CHECKS as exchange_checks

        yield from exchange_checks
    if (
        case.document["reserved"]
        or case.document["set_aside"] != "0.00"
        or evidence.set_aside
        or evidence.tied_up
        or amount_asked(evidence.asked, "reserve")
        or any(row.kept for row in evidence.holdings)
    ):
        from .reserves.reserve_checks import CHECKS as reserve_checks

        yield from reserve_checks
    if case.document["counted_as"] or any(row.is_told for row in evidence.holdings):
        from .funds.fund_checks import CHECKS as fund_checks

        yield from fund_checks
    if case.shares.is_own or "policy" in evidence.asked:
        from .targets.own_target_checks import CHECKS as own_target_checks

        yield from own_target_checks
    if not case.goals_are_profile():
        from .targets.held_weights import CHECKS as weight_checks

        yield from weight_checks
        from .targets.around_checks import CHECKS as around_checks

        yield from around_checks
    asked = set(evidence.asked)
    if asked:
        if points_of_few(case.evidence) is not None:
            from .targets.few_order_checks import CHECKS as few_order_checks

            yield from few_order_checks
        if "tax-aware" in asked:
            from .tax.tax_aware_checks import CHECKS as tax_aware_checks

            yield from tax_aware_checks
        from .option_checks import CHECKS as option_checks

        found = [*option_checks]
        if not asked.isdisjoint(("lots", "tax-rate")):
            from .tax.lot_checks import CHECKS as lot_checks
            from .tax.notice_checks import CHECKS as notice_checks

            found += [*lot_checks, *notice_checks]
        if "max-turnover" in asked:
            from .options.turnover_checks import CHECKS as turnover_checks

            found += turnover_checks
        for check, options in found:
            if not asked.isdisjoint(options):
                yield check
