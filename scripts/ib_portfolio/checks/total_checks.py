"""Checks of the whole: weights, classes, cash, totals, and that nothing of the input is lost."""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import TRADED_CLASSES
from ..core.plain_text import plain
from .case import (
    CENT,
    ZERO,
    Case,
    Problems,
    band_width,
    cash_class_after,
    cash_kept,
    cents,
    total,
)

_UNIT = Decimal("0.0001")  # of a weight
_LARGEST_MINIMUM = 5


def weights(case: Case) -> Problems:
    """The weights are positive, sum to exactly 100 and name every traded symbol and the cash."""
    if sum(case.weights.values(), ZERO) != 100:
        yield f"the weights sum to {sum(case.weights.values(), ZERO)}"
    wanted = {plain(row.symbol) for row in case.traded + case.locked} | {_cash_key(case)}
    if set(case.weights) != wanted:
        yield f"the weights leave out or add {sorted(set(case.weights) ^ wanted)[:3]}"
    for name, part in case.weights.items():
        if part < 0 or (not part and name != _cash_key(case) and case.goals_are_profile()):
            yield f"the weight of {name} is {part}"


def weights_of_classes(case: Case) -> Problems:
    """Each class has the weight of its goal; one without holdings leaves it where it is."""
    symbols = {
        name: {plain(row.symbol) for row in case.traded if row.asset_class == name}
        for name in case.totals
    }
    apart = sum(map(len, symbols.values())) == len(set().union(*symbols.values()))
    funds = symbols.pop("CASH")
    for name, own in symbols.items():
        found = sum((case.weights.get(symbol, ZERO) for symbol in own), ZERO)
        wanted = case.goal_of(name) * 100 / case.whole if case.totals[name] else ZERO
        if apart and abs(found - wanted) >= _UNIT:
            yield f"the weights of {name} sum to {found}, not {wanted}"
    found = sum((case.weights.get(name, ZERO) for name in funds | {_cash_key(case)}), ZERO)
    wanted = cash_kept(case) * 100 / case.whole
    if apart and abs(found - wanted) >= _UNIT:
        yield f"the weight of the cash is not {wanted}"


def _cash_key(case: Case) -> str:
    return f"{case.document['base_currency']}.CASH"


def cash_equation(case: Case) -> Problems:
    """Cash before + sales - purchases, with accrued interest, - costs is the cash after."""
    after = cents(case.evidence.cash) - _lost(case)
    after += total(case.trades, "amount", "SELL") - total(case.trades, "amount", "BUY")
    if after != Decimal(case.document["summary"]["cash_after"]):
        yield f"cash comes to {after}, not {case.document['summary']['cash_after']}"


def _lost(case: Case) -> Decimal:
    """What costs and accrued interest take of the whole, in base currency."""
    costs = total(case.trades, "commission") + total(case.trades, "taxes")
    return costs + _exchange_cost(case) - _interest(case)


def _exchange_cost(case: Case) -> Decimal:
    return sum((Decimal(row["cost"]) for row in case.document.get("exchanges", [])), ZERO)


def _interest(case: Case) -> Decimal:
    """The accrued interest that sales receive less what purchases pay."""
    signs = {"SELL": 1, "BUY": -1}
    interest = (
        signs[trade["action"]] * Decimal(trade["accrued_interest"])
        for trade in case.trades
        if "accrued_interest" in trade
    )
    return sum(interest, ZERO)


def cash_floor(case: Case) -> Problems:
    """Free cash after fees is at least its target, or the plan says that it is not."""
    asked = case.evidence.asked
    floor = case.whole * case.profile["CASH"] / 100
    if asked.get("to") == "edge":
        floor -= case.whole * band_width(case, "CASH") / 100
    free = cents(case.evidence.cash) - case.evidence.set_aside
    counted = case.totals["CASH"] - free
    after = Decimal(case.document["summary"]["cash_after"]) - case.evidence.set_aside
    short = max(floor - counted, ZERO) - after
    if short <= 0:
        return
    if any(trade["action"] == "BUY" for trade in case.trades):
        yield f"cash ends {short:.2f} under its target although something is bought"
    if case.goals_are_profile() and not any(
        f"{cents(short):,}" in warning for warning in case.document["warnings"]
    ):
        yield f"cash ends {short:.2f} under its target and the plan does not say so"


def closer_to_target(case: Case) -> Problems:
    """Stocks, bonds and, with plain goals, the cash end no further from their targets."""
    if case.goals_are_profile():
        yield from _cash_no_further(case)
    for name in TRADED_CLASSES:
        trades = [trade for trade in case.trades if trade["asset_class"] == name]
        change = total(trades, "amount", "BUY") - total(trades, "amount", "SELL")
        before = case.totals[name] - case.whole * case.profile[name] / 100
        if case.raises_money():
            return
        if trades and abs(before + change) > abs(before) + CENT * len(trades):
            yield f"{name} was {before:.2f} from its target and ends {before + change:.2f} from it"


def _cash_no_further(case: Case) -> Problems:
    """Cash ends no further from its target than it began, but for a unit and what orders cost."""
    goal = case.goal_of("CASH")
    before, after = case.totals["CASH"] - goal, cash_class_after(case) - goal
    dear = max(case.units.values(), default=ZERO)
    dear += CENT * len(case.trades)
    # A class may not be worth its commissions, as one of bonds in default.
    bought = {trade["asset_class"] for trade in case.trades if trade["action"] == "BUY"}
    lacks = (
        case.goal_of(name) - case.totals[name] for name in TRADED_CLASSES if name not in bought
    )
    dear += sum((lack for lack in lacks if lack > 0), ZERO)
    # Interest that has accrued is no part of the whole until a sale receives it.
    dear += max(_interest(case), ZERO)
    # Nothing is bought for less than its commission; the largest minimum is five dollars.
    dear += _LARGEST_MINIMUM * case.evidence.usd * len(case.traded)
    if abs(after) > abs(before) + dear + total(case.trades, "commission"):
        yield f"the cash was {before:.2f} from its target and ends {after:.2f} from it"


def totals_of_trades(case: Case) -> Problems:
    """The summary is the sum of the trades and the exchanges."""
    sells, buys = total(case.trades, "amount", "SELL"), total(case.trades, "amount", "BUY")
    wanted = {
        "total_trades": len(case.trades),
        "total_sell": sells,
        "total_buy": buys,
        "net_cash_movement": sells - buys,
        "total_commission": total(case.trades, "commission"),
        "exchange_cost": _exchange_cost(case),
        "taxes": total(case.trades, "taxes"),
        "accrued_interest": _interest(case),
    }
    for field, figure in wanted.items():
        if Decimal(case.document["summary"][field]) != figure:
            yield f"{field} is {figure}, not {case.document['summary'][field]}"


def classes_of_input(case: Case) -> Problems:
    """Values and percentages of the classes, before and after, are those of the input."""
    if Decimal(case.document["investable_value"]) != case.whole:
        yield f"the investable value is {case.whole}, not {case.document['investable_value']}"
    left = case.whole - _lost(case)
    if [row["asset_class"] for row in case.document["classes"]] != list(case.totals):
        yield "the classes are not stocks, bonds and cash"
    for row in case.document["classes"]:
        name = row["asset_class"]
        current = case.totals[name] * 100 / case.whole
        claims = (
            (row["current_value"], case.totals[name]),
            (row["current_pct"], current),
            (row["target_pct"], case.profile[name]),
            (row["drift_pct"], current - case.profile[name]),
            (row["after_value"], _value_after(case, name)),
            (row["after_pct"], _value_after(case, name) * 100 / left if left else ZERO),
        )
        for claim, figure in claims:
            if abs(Decimal(claim) - figure) > Decimal("0.00005"):
                yield f"{name}: {claim} should be {figure:.4f}"


def _value_after(case: Case, name: str) -> Decimal:
    if name == "CASH":
        return cash_class_after(case)
    trades = [trade for trade in case.trades if trade["asset_class"] == name]
    return case.totals[name] + total(trades, "amount", "BUY") - total(trades, "amount", "SELL")


def nothing_lost(case: Case) -> Problems:
    """Every row of the input is traded, left alone or held: their values sum to all there is."""
    held = sum((Decimal(row["value"]) for row in case.document["held"]), ZERO)
    free = cents(case.evidence.cash) - case.evidence.set_aside
    ours = held + Decimal(case.document["investable_value"]) - free
    theirs = sum((cents(row.value) for row in case.evidence.holdings), ZERO)
    if ours != theirs:
        yield f"the holdings come to {theirs}, the plan accounts for {ours}"


def unfilled_classes(case: Case) -> Problems:
    """A class without holdings is named with its share, and nothing else is."""
    wanted = {
        name: cents(case.whole * case.profile[name] / 100)
        for name in TRADED_CLASSES
        if case.profile[name] and not case.totals[name]
    }
    named = {row["asset_class"]: Decimal(row["value"]) for row in case.document["unfilled"]}
    if named != wanted if case.goals_are_profile() else not set(named) <= set(wanted):
        yield f"unfilled should be {sorted(wanted)}"
