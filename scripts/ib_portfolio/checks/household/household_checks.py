"""The self-check of a household: its claims over all accounts, from the raw input of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.record import Record
from ..case import COARSE, Case
from ..evidence import Evidence, Holding
from ..market.cost_rules import fee_again
from ..market.piece_rules import limit_of, step_of
from ..targets.shares import class_percents, class_values
from ..total_checks import net_value_again
from .household_bands import bands_told
from .household_case import ZERO, HouseholdCase, added, cash_of, costs_of, household_case
from .household_trades import (
    gains_where_free,
    kinds_are_told,
    losses_are_told,
    no_wash,
    one_direction,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.household.household_document import HouseholdDocument
    from ...core.plan_document import CheckResult

Problems = Iterator[str]
_CENT = Decimal("0.01")
_ROUNDED = Decimal("0.00005")  # of a percentage
_LARGEST_FEE = 5  # US dollars, the largest minimum of a commission
# Options under which something may be left undone that could be done.
_LIMITS = ("no-sell", "min-trade", "max-turnover", "lock", "lot")


class HouseholdCheck(Record):
    """A check of a household: its name, what it finds wrong, and whether it applies."""

    name: str
    problems: Callable[[HouseholdCase], Problems]
    applies: Callable[[HouseholdCase], bool] = lambda household: True


def check_household_plan(
    document: HouseholdDocument, evidences: Sequence[Evidence]
) -> tuple[list[CheckResult], list[str]]:
    """The result of each check that applies to a household, and the names of those that do not.

    `evidences` are of the accounts in their order, with the options as they were typed.
    """
    household = household_case(document, evidences)
    results: list[CheckResult] = []
    not_applicable = []
    for check in CHECKS:
        if not check.applies(household):
            not_applicable.append(check.name)
            continue
        problems = list(check.problems(household))
        detail = "; ".join(problems[:3])
        results.append({"name": check.name, "passed": not problems, "detail": detail})
    return results, not_applicable


def sums(household: HouseholdCase) -> Problems:
    """The values and percentages of the classes are those of all accounts together."""
    told, whole = household.document["household"], household.whole
    if Decimal(told["investable_value"]) != whole:
        yield f"the investable value is {whole}, not {told['investable_value']}"
    for case in household.cases:
        own = net_value_again(case.evidence)
        if Decimal(case.document["net_asset_value"]) != own:
            yield f"the net asset value of {case.document['account']} is {own}"
    free = household.shares.totals[CASH] - _funds(household)
    before = class_values(household.together, free)
    after = {name: ZERO for name in before}
    for document in household.document["accounts"]:
        for row in document["classes"]:
            after[row["asset_class"]] += Decimal(row["after_value"])
    left = sum(after.values(), ZERO)
    percents = class_percents(household.shares, household.together, _told(household))
    if [row["asset_class"] for row in told["classes"]] != list(before):
        yield "the classes are not stocks, bonds and cash"
    for row in told["classes"]:
        name = row["asset_class"]
        current = before[name] * 100 / whole
        claims = (
            (row["current_value"], before[name]),
            (row["current_pct"], current),
            (row["target_pct"], percents[name]),
            (row["drift_pct"], current - percents[name]),
            (row["after_pct"], after[name] * 100 / left if left else ZERO),
        )
        for claim, figure in claims:
            if abs(Decimal(claim) - figure) > _ROUNDED:
                yield f"{name}: {claim} should be {figure:.4f}"


def _funds(household: HouseholdCase) -> Decimal:
    """What the holdings that count as cash add to its share."""
    rows = household.together.holdings
    return sum((value for row in rows for name, value in row.in_shares if name == CASH), ZERO)


def _told(household: HouseholdCase) -> dict[str, str]:
    return {
        row["name"]: row["asset_class"]
        for document in household.document["accounts"]
        for row in document.get("sleeves", [])
    }


def parts(household: HouseholdCase) -> Problems:
    """The parts of an account sum to what it is worth, none away from the target of all."""
    for case in household.cases:
        part = case.evidence.part or {}
        if abs(sum(part.values(), ZERO) - case.whole) > _CENT:
            yield f"the parts of {case.document['account']} do not sum to {case.whole}"
        for name, value in part.items():
            moved = value - case.totals.get(name, ZERO)
            if name != CASH and moved * household.gap(name) < 0 and abs(moved) > _CENT:
                yield f"{name} of {case.document['account']} goes away from the target of all"


def closer_together(household: HouseholdCase) -> Problems:
    """No share ends further from the target, or the band's, than it was, but for a unit.

    What whole units of one share leave the cash short of, others may be sold for, and what is paid
    for the interest that has accrued on purchases.
    """
    units = [_unit_of(*pair) for pair in household.traded]
    room = max(units, default=ZERO) + _CENT * (len(units) + 1)
    room += sum((costs_of(case) + case.near for case in household.cases), ZERO)
    room += sum((max(-_interest_of(case), ZERO) for case in household.cases), ZERO)
    for name, value in household.after.items():
        held, gap = household.shares.totals.get(name, ZERO), household.gap(name)
        end = held + gap if household.wanted is None else household.wanted.get(name, ZERO)
        low, high = min(held, end), max(held, end)
        if name != CASH and not low - room <= value <= high + room:
            yield f"{name} ends at {value:.2f}, not between {low:.2f} and {high:.2f}"


def _interest_of(case: Case) -> Decimal:
    """The accrued interest that the sales of an account receive less what its purchases pay."""
    return Decimal(case.document["summary"].get("accrued_interest", ZERO))


def _unit_of(case: Case, row: Holding) -> Decimal:
    """What the smallest order may be worth: what would leave an odd rest of face is sold whole."""
    step = case.step(row)
    odd = row.by_face and row.quantity % step
    return max(case.step_value(row), row.value if odd and row.quantity < 2 * step else ZERO)


def nothing_at_target(household: HouseholdCase) -> Problems:
    """Inside its band, or within half a unit of its target in all, a household trades nothing."""
    trades = [trade for case in household.cases for trade in case.trades]
    if not trades or _moves_money(household) or _must_sell(household):
        return
    if household.inside:
        yield "all accounts are inside the band together, but something is traded"
        return
    names = [name for name in household.shares.percents if name != CASH]
    if all(abs(household.gap(name)) < _finest(household, name) / 2 for name in names):
        yield "the household is at its target, but something is traded"


def _moves_money(household: HouseholdCase) -> bool:
    return bool({"contribute", "withdraw"} & set(household.asked))


def _must_sell(household: HouseholdCase) -> bool:
    """Whether an account has something that is sold whatever the others do."""
    return any(row.closes for row in household.together.holdings) or bool(household.shares.closing)


def _finest(household: HouseholdCase, name: str) -> Decimal:
    """What the smallest order of a share is worth in any account; more than all where none is."""
    units = (case.step_value(row) for case, row in household.traded if row.share == name)
    return min(units, default=household.whole)


def nothing_left_together(household: HouseholdCase) -> Problems:
    """No share lacks what an account could buy with cash, or with what is over, of its own."""
    wanted, after = household.wanted or {}, household.after
    room = household.whole * COARSE / 2 + sum(map(_margin, household.cases), ZERO)
    spare = after[CASH] - wanted[CASH]
    for name in after:
        lacks = wanted[name] - after[name]
        if name == CASH or lacks <= room:
            continue
        for case in household.cases:
            rows = [row for row in case.traded if row.share == name and _may_buy(case, row)]
            if not any(_pays(case, row, lacks) for row in rows):
                continue
            own = min(cash_of(case)[1], spare)
            if own > room:
                yield f"{name} lacks {lacks:.2f} although {case.document['account']} has {own:.2f}"
            for other in after:
                over = min(after[other] - wanted[other], _still_held(case, other))
                if other != CASH and over > room:
                    yield f"{name} lacks {lacks:.2f} although {over:.2f} of {other} could be sold"


def _margin(case: Case) -> Decimal:
    """What whole units and the costs of an account may leave undone."""
    dearest = max(case.units.values(), default=ZERO)
    fees = _LARGEST_FEE * case.evidence.usd * (len(case.traded) + 1)
    # Cheap pieces cost nearly as much in commissions as they are worth; and accrued interest that
    # sales bring is invested by the next run.
    return dearest + fees + 2 * costs_of(case) + abs(_interest_of(case)) + case.near


def _may_buy(case: Case, row: Holding) -> bool:
    """Whether a holding is traded in pieces, of which more can be bought: none that is due soon."""
    return not limit_of(row, case.evidence)


def _pays(case: Case, row: Holding, amount: Decimal) -> bool:
    """Whether buying for `amount` costs less than that: face at next to no price does not."""
    return fee_again(row, amount / row.unit, amount, True, case.evidence) < amount


def _still_held(case: Case, name: str) -> Decimal:
    """What of a share an account may still sell after its plan."""
    asked = case.evidence.asked
    rows = [row for row in case.traded if row.share == name and step_of(row, asked) is not None]
    held = sum((row.value - row.unit * row.kept for row in rows), ZERO)
    return held + min(added(case, name), ZERO)


def cash_kept(household: HouseholdCase) -> Problems:
    """No account ends with less than nothing in cash, or owing more than it did but for costs."""
    for case in household.cases:
        before, after = cash_of(case)
        if after < min(before, ZERO) - costs_of(case) - _CENT:
            yield f"the cash of {case.document['account']} goes from {before:.2f} to {after:.2f}"


def debts_told(household: HouseholdCase) -> Problems:
    """Each account that ends in debt is named in a warning with what it owes, and no other is."""
    warnings = household.document["household"]["warnings"]
    ends = [Decimal(case.document["summary"]["cash_after"]) for case in household.cases]
    beside = sum((end for end in ends if end > 0), ZERO)
    others = f"{beside:,.2f} in cash" if beside else ""
    for case, after in zip(household.cases, ends):
        document = case.document
        named = [one for one in warnings if one.startswith(f"{document['account']} ends ")]
        owes = f"{-after:,.2f} in debt"
        if len(named) != (after < 0) or (named and not (owes in named[0] and others in named[0])):
            yield f"the warnings of {document['account']}, which ends with {after}: {named}"


def _nothing_limits(household: HouseholdCase) -> bool:
    """Whether what is wanted is known and no option, lock or debt keeps orders away from it."""
    limited = set(_LIMITS) & set(household.asked)
    locked = any(case.locked for case in household.cases)
    owes = any(case.totals[CASH] < 0 for case in household.cases)
    return household.wanted is not None and not (limited or locked or owes)


CHECKS = (
    HouseholdCheck("household: sums", sums),
    HouseholdCheck("household: parts of the target", parts),
    HouseholdCheck("household: closer to the target", closer_together),
    HouseholdCheck("household: one direction", one_direction),
    HouseholdCheck("household: nothing at the target", nothing_at_target),
    HouseholdCheck("household: bands", bands_told),
    HouseholdCheck("household: nothing left undone", nothing_left_together, _nothing_limits),
    HouseholdCheck("household: cash of each account", cash_kept),
    HouseholdCheck("household: debts are told", debts_told),
    HouseholdCheck("household: no loss bought back", no_wash, losses_are_told),
    HouseholdCheck("household: gains where they are free", gains_where_free, kinds_are_told),
)
