"""Checks of a user's own target, share by share. Loaded only when there is one, or a policy."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from ...core.plain_text import plain
from ..case import ZERO, Case, Check, Problems
from ..market.cost_rules import fee_again
from ..total_checks import lost
from .asked import target_asked
from .class_values import shares_after
from .coverage import symbol_key
from .policy_checks import policy_followed, profile_is_own
from .raw_target import raw_prices
from .shares import class_of_share, told_class

_ROUNDING = Decimal("0.00005")
_MOST_NAMED = 25  # in one sentence of the report


def _is_own(case: Case) -> bool:
    return case.shares.is_own


def shares_of_target(case: Case) -> Problems:
    """The target names what was asked, with the exact percents, and they sum to 100."""
    target = target_asked(case.evidence.asked)
    assert target is not None
    if sum(target.shares.values(), ZERO) != 100 or min(target.shares.values()) < 0:
        yield f"the target sums to {sum(target.shares.values(), ZERO)}"
    yield from profile_is_own(case)
    rows = case.document.get("sleeves", [])
    wanted = list(target.shares)
    names = [_name_asked(case, row["name"]) for row in rows]
    if [name for name in names if name not in case.shares.closing] != wanted:
        yield f"the shares of the target are {wanted[:5]}, not {names[:5]}"
    if len(names) != len(set(names)) or not set(names) <= set(case.profile):
        yield "a share is told twice, or is none of the target"
        return
    after, left = shares_after(case), case.whole - lost(case)
    for name, row in zip(names, rows):
        current = case.totals[name] * 100 / case.whole
        claims = (
            (row["current_value"], case.totals[name]),
            (row["current_pct"], current),
            (row["target_pct"], case.profile[name]),
            (row["drift_pct"], current - case.profile[name]),
            (row["after_value"], after[name]),
            (row["after_pct"], after[name] * 100 / left if left else ZERO),
        )
        for claim, figure in claims:
            if abs(Decimal(claim) - figure) > _ROUNDING:
                yield f"{name}: {claim} should be {figure:.4f}"
        if row["asset_class"] not in _classes(case, name):
            yield f"{name} is not of the class {row['asset_class'] or 'unknown'}"


def _name_asked(case: Case, told: str) -> str:
    """The share that a row is of: a holding's own symbol means the one that it is named by."""
    if told in case.profile:
        return told
    own = {symbol_key(row.symbol): row.own_share for row in case.evidence.holdings}
    return own.get(told, "") or told


def _classes(case: Case, name: str) -> set[str]:
    """The class of a share; of what is neither held nor priced it may be left open."""
    known = class_of_share(name, case.evidence)
    if known:
        rows = (row for row in case.evidence.holdings if row.own_share == name)
        return {known, *(row.asset_class for row in rows)}
    return {"", told_class(name, case.evidence, case.document["base_currency"])}


def left_alone(case: Case) -> Problems:
    """What the target does not name is listed as that, and nothing else is."""
    reasons = ((row["symbol"], row["reason"]) for row in case.document["held"])
    told = Counter(symbol for symbol, reason in reasons if "target" in reason.casefold())
    unnamed = (row for row in case.evidence.holdings if row.unnamed)
    wanted = Counter(plain(row.symbol) for row in unnamed)
    for symbol in (wanted - told) + (told - wanted):
        yield f"{symbol} is left alone only if the target does not name it, and said to be so"


def others_sold(case: Case) -> Problems:
    """Everything that the target does not name is closed, and a warning names it."""
    sold: dict[int, Decimal] = {}
    for trade, row in case.pairs:
        if trade["action"] == "SELL":
            sold[id(row)] = sold.get(id(row), ZERO) + Decimal(trade["quantity"])
    free = not set(case.evidence.asked) & {"no-sell", "min-trade", "max-turnover"}
    rows = [row for row in case.traded if row.closes]
    for row in rows:
        fee = fee_again(row, row.quantity, row.value, False, case.evidence)
        if free and not row.kept and fee < row.value and sold.get(id(row)) != row.quantity:
            yield f"{plain(row.symbol)} is not in the target and not sold whole"
    symbols = {plain(row.symbol) for row in rows if id(row) in sold}
    named = {name for name in symbols if any(name in text for text in case.document["warnings"])}
    if len(named) < min(len(symbols), _MOST_NAMED):
        yield f"no warning names {sorted(symbols - named)[:3]}, which the target does not"


def unpriced(case: Case) -> Problems:
    """What cannot be bought without a price is said with its symbol, and has no trade."""
    base, asked = case.document["base_currency"], case.evidence.asked
    for row in case.document["unfilled"]:
        symbol = row.get("symbol", "")
        if not symbol:
            continue
        if not any(symbol in text for text in case.document["warnings"]):
            yield f"no warning says what {symbol} lacks"
        if row["asset_class"] not in _classes(case, symbol):
            yield f"{symbol} is not of the class {row['asset_class']}"
        if not case.can_hold(symbol) and symbol in raw_prices(asked.get("price", "")):
            yield f"{symbol} has a price, in a currency without a rate into {base}"


CHECKS = (
    Check("shares of the target", shares_of_target, _is_own),
    Check("left alone", left_alone, _is_own),
    Check("others sold", others_sold, lambda case: "sell-others" in case.evidence.asked),
    Check("prices known", unpriced, _is_own),
    Check("policy", policy_followed, lambda case: "policy" in case.evidence.asked),
)
