"""Checks of the whole: weights, classes, cash, totals, and that nothing of the input is lost."""

from __future__ import annotations

from decimal import Decimal

from ..core.asset_classes import TRADED_CLASSES
from ..core.plain_text import plain
from .case import CENT, ZERO, Case, Problems, band_width, cash_class_after, cents, total


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
    """Each class has the weight of its profile; one without holdings leaves it to the cash."""
    symbols = {
        name: {plain(row.symbol) for row in case.traded if row.asset_class == name}
        for name in TRADED_CLASSES
    }
    apart = sum(map(len, symbols.values())) == len(set().union(*symbols.values()))
    for name, own in symbols.items():
        found = sum((case.weights.get(symbol, ZERO) for symbol in own), ZERO)
        wanted = case.profile[name] if case.totals[name] else ZERO
        if apart and found != wanted:
            yield f"the weights of {name} sum to {found}, not {wanted}"
    funds = {plain(row.symbol) for row in case.traded if row.asset_class == "CASH"}
    cash = sum((case.weights.get(name, ZERO) for name in funds | {_cash_key(case)}), ZERO)
    if apart and not funds & set().union(*symbols.values()) and cash != _kept_in_cash(case):
        yield f"the weight of the cash is not {_kept_in_cash(case)}"


def _cash_key(case: Case) -> str:
    return f"{case.document['base_currency']}.CASH"


def _kept_in_cash(case: Case) -> Decimal:
    """Percent of the whole: the profile's cash and the classes of which nothing is held."""
    unheld = (case.profile[name] for name in TRADED_CLASSES if not case.totals[name])
    return case.profile["CASH"] + sum(unheld, ZERO)


def cash_equation(case: Case) -> Problems:
    """Cash before + sales - purchases - commissions is the cash after, to the cent."""
    after = cents(case.evidence.cash) - total(case.trades, "commission")
    after += total(case.trades, "amount", "SELL") - total(case.trades, "amount", "BUY")
    if after != Decimal(case.document["summary"]["cash_after"]):
        yield f"cash comes to {after}, not {case.document['summary']['cash_after']}"


def cash_floor(case: Case) -> Problems:
    """Cash after fees is at least its target and unfilled shares, or the plan says it is not."""
    asked = case.evidence.asked
    floor = case.whole * _kept_in_cash(case) / 100
    if asked.get("to") == "edge":
        floor -= case.whole * band_width(case, "CASH") / 100
    counted = case.totals["CASH"] - cents(case.evidence.cash)
    short = max(floor - counted, ZERO) - Decimal(case.document["summary"]["cash_after"])
    if short <= 0:
        return
    if any(trade["action"] == "BUY" for trade in case.trades):
        yield f"cash ends {short:.2f} under its target although something is bought"
    if case.goals_are_profile() and not any(
        f"{cents(short):,}" in warning for warning in case.document["warnings"]
    ):
        yield f"cash ends {short:.2f} under its target and the plan does not say so"


def closer_to_target(case: Case) -> Problems:
    """Stocks and bonds end no further from their targets than they began."""
    for name in TRADED_CLASSES:
        trades = [trade for trade in case.trades if trade["asset_class"] == name]
        change = total(trades, "amount", "BUY") - total(trades, "amount", "SELL")
        before = case.totals[name] - case.whole * case.profile[name] / 100
        if trades and abs(before + change) > abs(before) + CENT * len(trades):
            yield f"{name} was {before:.2f} from its target and ends {before + change:.2f} from it"


def totals_of_trades(case: Case) -> Problems:
    """The summary is the sum of the trades."""
    sells, buys = total(case.trades, "amount", "SELL"), total(case.trades, "amount", "BUY")
    wanted = {
        "total_trades": len(case.trades),
        "total_sell": sells,
        "total_buy": buys,
        "net_cash_movement": sells - buys,
        "total_commission": total(case.trades, "commission"),
    }
    for field, figure in wanted.items():
        if Decimal(case.document["summary"][field]) != figure:
            yield f"{field} is {figure}, not {case.document['summary'][field]}"


def classes_of_input(case: Case) -> Problems:
    """Values and percentages of the classes, before and after, are those of the input."""
    if Decimal(case.document["investable_value"]) != case.whole:
        yield f"the investable value is {case.whole}, not {case.document['investable_value']}"
    left = case.whole - total(case.trades, "commission")
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
    ours = held + Decimal(case.document["investable_value"]) - cents(case.evidence.cash)
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
