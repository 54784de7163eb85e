"""Checks of funds: what counts as another class is listed, and cash is raised only where needed.

Loaded only where a holding is a fund, or the plan says that one is.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.plain_text import plain
from ..case import ZERO, Case, Check, Problems, cash_kept, name_of, total

_MOST_NAMED = 25  # in one sentence of the report
_LARGEST_MINIMUM = 5  # US dollars, of a commission


def counted_as(case: Case) -> Problems:
    """Whatever does not count as its IBKR category is listed with class and reason, and no more."""
    wanted: Counter[tuple[str, ...]] = Counter()
    bought: set[tuple[str, ...]] = set()
    for row in case.evidence.holdings:
        kind = row.counted.kind
        if not row.quantity:
            bought.add((plain(row.symbol), kind))
        elif row.is_told and kind not in ("OTHER", "MIX:?"):
            wanted[plain(row.symbol), kind, row.counted.because] += 1
    listed = Counter(
        (row["symbol"], row["asset_class"], row["because"]) for row in case.document["counted_as"]
    )
    for symbol, kind, because in wanted - listed:
        yield f"{symbol} counts as {kind} ({because}) and is not listed so"
    for symbol, kind, because in listed - wanted:
        if (symbol, kind) not in bought:
            yield f"{symbol} is listed as {kind} ({because}), which the input does not say"


def asked_about(case: Case) -> Problems:
    """Of what a name or a ticker only hints at, the plan asks, unless the target names it."""
    unclear = [
        plain(row.symbol)
        for row in case.evidence.holdings
        if row.counted.kind == "MIX:?" and (row.closes or not row.own_share)
    ]
    for symbol in list(dict.fromkeys(unclear))[:_MOST_NAMED]:
        if not any(symbol in warning for warning in case.document["warnings"]):
            yield f"the plan does not ask what {symbol} holds"


def cash_funds(case: Case) -> Problems:
    """A fund that counts as cash is never bought, and sold only as far as cash is needed."""
    closed = {id(row) for row in case.traded if row.closes}
    sold = [
        trade
        for trade, row in case.pairs
        if trade["asset_class"] == CASH and (row is None or row.share == CASH)
        if id(row) not in closed
    ]
    for trade in sold:
        if trade["action"] == "BUY":
            yield f"{name_of(trade)} buys what counts as cash"
    left = Decimal(case.document["summary"]["cash_after"]) - case.evidence.set_aside
    if not (sold and case.orders_reach_profile()):
        return
    needed = max(cash_kept(case) - case.cash_funds, ZERO)
    spare = left - needed
    # Steps that were rounded down, and what was put aside for commissions that came out smaller.
    slack = sum((case.step_value(row) for row in case.traded), ZERO) + total(
        case.trades, "commission"
    )
    slack += _LARGEST_MINIMUM * case.evidence.usd * len(case.traded) + case.near
    if cash_kept(case) and spare > slack:
        yield f"funds that count as cash are sold although {spare:.2f} of cash is left over"


CHECKS = (
    Check("funds counted", counted_as),
    Check("funds asked about", asked_about),
    Check("cash funds", cash_funds),
)
