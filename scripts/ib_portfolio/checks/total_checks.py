"""Checks of the whole: weights, classes, cash, totals, and that nothing of the input is lost."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from ..core.asset_classes import CASH
from ..core.plain_text import plain
from .case import CENT, ZERO, Case, Problems, cash_kept, cash_share_after, cents, total
from .evidence import Evidence, Holding, amount_asked
from .targets.asked import bands_by_share
from .targets.class_values import values_after
from .targets.shares import shares_inside, widths_of

_LAST_DIGITS = Decimal("1e-12")  # of a division, in base currency
_UNIT = Decimal("0.0001")  # of a weight
_LARGEST_MINIMUM = 5


def weights(case: Case) -> Problems:
    """The weights are positive, sum to exactly 100 and name every traded symbol and the cash."""
    if sum(case.weights.values(), ZERO) != 100:
        yield f"the weights sum to {sum(case.weights.values(), ZERO)}"
    wanted = {plain(row.symbol) for row in case.traded + case.locked} | {_cash_key(case)}
    nothing = {plain(row.symbol) for row in case.traded if case.target_of(row) < _LAST_DIGITS}
    # A share of fewer units of a weight than it has holdings cannot give one to each.
    counts = Counter(row.share for row in case.traded)
    for row in case.traded if case.shares.is_drawn else ():
        goal = case.goal_of(row.share) * 100
        if goal < counts[row.share] * _UNIT * case.whole:
            nothing.add(plain(row.symbol))
    unbought = {plain(row.symbol) for row in case.traded if not row.quantity} & nothing
    if set(case.weights) - unbought != wanted - unbought:
        yield f"the weights leave out or add {sorted(set(case.weights) ^ wanted)[:3]}"
    for name, part in case.weights.items():
        empty = not part and name not in nothing | {_cash_key(case)}
        if part < 0 or (empty and case.goals_are_profile()):
            yield f"the weight of {name} is {part}"


def weights_of_classes(case: Case) -> Problems:
    """Each class and named symbol has the weight of its goal, to less than a unit of a weight.

    One without holdings leaves it where it is.
    """
    symbols: dict[str, set[str]] = {name: set() for name in case.totals}
    for row in case.traded:
        symbols[row.share].add(plain(row.symbol))
    apart = sum(map(len, symbols.values())) == len(set().union(*symbols.values()))
    funds = symbols.pop(CASH)
    parts = {
        name: case.goal_of(name) * 100 / case.weighed if case.can_hold(name) else ZERO
        for name in symbols
    }
    # A share of less than a unit has one all the same, which others lack.
    all_parts = (*parts.values(), cash_kept(case) * 100 / case.weighed)
    tiny = sum(0 < part < _UNIT for part in all_parts) if case.shares.is_drawn else 0
    for name, own in symbols.items():
        found = sum((case.weights.get(symbol, ZERO) for symbol in own), ZERO)
        wanted = parts[name]
        if apart and abs(found - wanted) >= _UNIT * (1 + tiny):
            yield f"the weights of {name} sum to {found}, not {wanted}"
    found = sum((case.weights.get(name, ZERO) for name in funds | {_cash_key(case)}), ZERO)
    wanted = max(cash_kept(case), ZERO) * 100 / case.weighed
    if apart and abs(found - wanted) >= _UNIT * (1 + tiny):
        yield f"the weight of the cash is not {wanted}"


def _cash_key(case: Case) -> str:
    return f"{case.document['base_currency']}.CASH"


def cash_equation(case: Case) -> Problems:
    """Cash before + sales - purchases, with accrued interest, - costs is the cash after."""
    after = cents(case.evidence.cash) - lost(case)
    after += total(case.trades, "amount", "SELL") - total(case.trades, "amount", "BUY")
    if after != Decimal(case.document["summary"]["cash_after"]):
        yield f"cash comes to {after}, not {case.document['summary']['cash_after']}"


def lost(case: Case) -> Decimal:
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
    floor = case.whole * case.profile[CASH] / 100
    if case.evidence.kept_cash is not None:
        floor = case.evidence.kept_cash
    elif bands_by_share(asked) or asked.get("to") == "half":
        floor = min(floor, case.goal_of(CASH))
    elif asked.get("to") == "edge":
        floor -= widths_of(case.shares, asked)[CASH]
    free = cents(case.evidence.cash) - case.evidence.set_aside
    counted = case.totals[CASH] - free
    after = Decimal(case.document["summary"]["cash_after"]) - case.evidence.set_aside
    # An account of a household may owe, and go on to.
    short = max(floor - counted, min(floor, ZERO)) - after
    if short <= 0:
        return
    if any(trade["action"] == "BUY" for trade in case.trades):
        yield f"cash ends {short:.2f} under its target although something is bought"
    if case.goals_are_profile() and not any(
        f"{cents(short):,}" in warning for warning in case.document["warnings"]
    ):
        yield f"cash ends {short:.2f} under its target and the plan does not say so"


def closer_to_target(case: Case) -> Problems:
    """Every share and, with plain goals, the cash end no further from their targets."""
    if case.goals_are_profile():
        yield from _cash_no_further(case)
    for name in case.traded_shares:
        trades = case.trades_of(name)
        change = total(trades, "amount", "BUY") - total(trades, "amount", "SELL")
        before = case.totals[name] - case.whole * case.profile[name] / 100
        if case.raises_money():
            return
        if trades and abs(before + change) > abs(before) + CENT * len(trades):
            yield f"{name} was {before:.2f} from its target and ends {before + change:.2f} from it"


def _cash_no_further(case: Case) -> Problems:
    """Cash ends no further from its target than it began, but for a unit and what orders cost."""
    goal = case.goal_of(CASH)
    before, after = case.totals[CASH] - goal, cash_share_after(case) - goal
    # Each share is rounded for itself, and the cash takes what all of that leaves.
    steps: dict[str, Decimal] = {}
    for row in case.traded:
        steps[row.share] = max(case.step_value(row), steps.get(row.share, ZERO))
    dear = sum(steps.values(), ZERO) if case.shares.is_drawn else max(steps.values(), default=ZERO)
    dear += CENT * len(case.trades)
    # A class may not be worth its commissions, as one of bonds in default.
    bought = {
        name
        for name, trades in case.by_share.items()
        if any(trade["action"] == "BUY" for trade in trades)
    }
    lacks = (
        case.goal_of(name) - case.totals[name] for name in case.traded_shares if name not in bought
    )
    dear += sum((lack for lack in lacks if lack > 0), ZERO)
    # Interest that has accrued is no part of the whole until a sale receives it; with bands, the
    # cash may pay for it.
    own = case.shares.is_drawn
    dear += abs(_interest(case)) if own else max(_interest(case), ZERO)
    # Nothing is bought for less than its commission; the largest minimum is five dollars.
    dear += _LARGEST_MINIMUM * case.evidence.usd * len(case.traded)
    dear += _exchange_cost(case)
    if amount_asked(case.evidence.asked, "min-trade"):
        ordered = {id(row) for _, row in case.pairs}
        left_out = (row for row in case.traded if id(row) not in ordered)
        dear += sum((abs(case.target_of(row) - row.value) for row in left_out), ZERO)
    # What a cap on turnover leaves for later stays in cash, too.
    left = case.document.get("left", [])
    dear += sum((Decimal(row["amount"]) for row in left if row["action"] == "BUY"), ZERO)
    dear += total(case.trades, "commission") + total(case.trades, "taxes")
    dear += case.near
    if abs(after) > abs(before) + dear:
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
    left = case.whole - lost(case)
    if [row["asset_class"] for row in case.document["classes"]] != list(case.class_totals):
        yield "the classes are not stocks, bonds and cash"
    after = values_after(case)
    # Parts of mixed funds are rounded one by one.
    room = Decimal("0.02") * sum(trade["asset_class"] == "MIX" for trade in case.trades)
    for row in case.document["classes"]:
        name = row["asset_class"]
        current = case.class_totals[name] * 100 / case.whole
        claims = (
            (row["current_value"], case.class_totals[name], ZERO),
            (row["current_pct"], current, ZERO),
            (row["target_pct"], case.class_profile[name], ZERO),
            (row["drift_pct"], current - case.class_profile[name], ZERO),
            (row["after_value"], after[name], room),
            (row["after_pct"], after[name] * 100 / left if left else ZERO, room * 100 / case.whole),
        )
        for claim, figure, room_of in claims:
            if abs(Decimal(claim) - figure) > Decimal("0.00005") + room_of:
                yield f"{name}: {claim} should be {figure:.4f}"


def nothing_lost(case: Case) -> Problems:
    """Every row of the input is traded, left alone or held: their values sum to all there is."""
    held = sum((Decimal(row["value"]) for row in case.document["held"]), ZERO)
    free = cents(case.evidence.cash) - case.evidence.set_aside
    ours = held + Decimal(case.document["investable_value"]) - free
    theirs = sum((cents(row.value) for row in case.evidence.holdings), ZERO)
    if ours != theirs:
        yield f"the holdings come to {theirs}, the plan accounts for {ours}"


def held_values(case: Case) -> Problems:
    """What is held or locked has the value that the input says, by its name and category."""
    values: dict[str, list[Decimal]] = {}
    for row in case.evidence.holdings:
        values.setdefault(plain(row.symbol), []).append(cents(row.value))
        if row.kept:
            values[plain(row.symbol)].append(cents(row.kept * row.unit))
    for row in (*case.document["held"], *case.document["locked"]):
        if Decimal(row["value"]) not in values.get(row["symbol"], []):
            yield f"{row['symbol']} is not worth {row['value']}"


def net_asset_value(case: Case) -> Problems:
    """The net asset value is IBKR's own total, or else what the holdings and the cash come to."""
    told, again = Decimal(case.document["net_asset_value"]), net_value_again(case.evidence)
    if abs(told - again) >= CENT:
        yield f"the net asset value is {again}, not {told}"


def net_value_again(evidence: Evidence) -> Decimal:
    """The net asset value of a statement, to the cent: IBKR's own total, or holdings and cash.

    Futures are settled daily; of a CFD the gain counts that its row states.
    """
    if evidence.told_total is not None:
        return evidence.told_total
    taken, added = (amount_asked(evidence.asked, name) for name in ("withdraw", "contribute"))
    worths = (
        _stated_gain(row) if row.category in ("CFD", "FXCFD") else row.value
        for row in evidence.holdings
        if row.category != "FUT"
    )
    return cents(sum(worths, evidence.cash + taken - added))


def _stated_gain(holding: Holding) -> Decimal:
    return (holding.gain or ZERO) if holding.row.get("fifoPnlUnrealized") else ZERO


def unfilled_classes(case: Case) -> Problems:
    """A class or symbol without holdings is named with its share, and nothing else is.

    What has a price and is too dear for its share may be. Inside its own band nothing need be.
    """
    in_band = shares_inside(case.shares, case.evidence)
    wanted = {
        name: cents(case.whole * case.profile[name] / 100)
        for name in case.traded_shares
        if case.profile[name] and not case.totals[name]
    }
    dear = {name for name in wanted if case.can_hold(name) and not case.goal_of(name)}
    priced = {name for name in wanted if case.can_hold(name)} - dear
    rows = {row.get("symbol") or row["asset_class"]: row for row in case.document["unfilled"]}
    named = {name: Decimal(row["value"]) for name, row in rows.items() if name not in dear}
    wanted = {name: value for name, value in wanted.items() if name not in priced | dear}
    must = set(wanted) - in_band if case.goals_are_profile() else set()
    if not must <= set(named) <= set(wanted) or any(wanted[name] != named[name] for name in named):
        yield f"unfilled should be {sorted(wanted)}"
