"""Checks of what is not free. Loaded only when something is short or set aside."""

from __future__ import annotations

import re
from decimal import Decimal

from ...core.plain_text import plain
from ..case import CENT, ZERO, Case, Check, Problems, cents, name_of, total
from ..evidence import amount_asked

_SMALL = Decimal("1e-8")  # of one unit of a currency: what an amount in it is rounded to


def reserves(case: Case) -> Problems:
    """What is set aside is what the raw rows of the short positions tie up, and what was asked."""
    wanted = {plain(symbol): amount for symbol, amount in case.evidence.tied_up}
    asked = case.evidence.asked
    if asked.get("reserve", "none").strip().lower() != "none" and amount_asked(asked, "reserve"):
        wanted["--reserve"] = amount_asked(asked, "reserve")
    told: dict[str, Decimal] = {}
    for row in case.document["reserved"]:
        told[row["symbol"]] = told.get(row["symbol"], ZERO) + Decimal(row["amount"])
    rates = {(plain(row.symbol), row.currency): row.rate for row in case.evidence.holdings}
    for row in case.document["reserved"]:
        rate = rates.get((row["symbol"], row["currency"]), Decimal(1))
        off = Decimal(row["amount"]) - Decimal(row["local_amount"]) * rate
        if not -_SMALL * rate <= off < CENT:
            yield f"{row['symbol']}: {row['local_amount']} is not {row['amount']}"
    for symbol in sorted(set(wanted) | set(told)):
        if wanted.get(symbol, ZERO) != told.get(symbol, ZERO):
            yield f"{symbol} ties up {wanted.get(symbol, ZERO)}, not {told.get(symbol, ZERO)}"


def reserve_untouched(case: Case) -> Problems:
    """The cash after the trades has the reserve in it, unless it was not there before either."""
    if Decimal(case.document["set_aside"]) != case.evidence.set_aside:
        yield f"of the cash {case.evidence.set_aside} is to be set aside"
    after = Decimal(case.document["summary"]["cash_after"])
    bought = total(case.trades, "amount", "BUY") > ZERO
    # Paying a debit back may cost something where nothing else is free.
    least = min(case.evidence.set_aside, cents(case.evidence.cash))
    if after < least - (ZERO if bought else Decimal(case.document["summary"]["exchange_cost"])):
        yield f"cash ends at {after}, but {case.evidence.set_aside} of it is set aside"
    wanted = sum((amount for _, amount in case.evidence.tied_up), ZERO)
    net = total(case.trades, "amount", "BUY") - total(case.trades, "amount", "SELL")
    # What sales of bonds receive of interest can pay for purchases, too.
    net -= max(Decimal(case.document["summary"]["accrued_interest"]), ZERO)
    if bought and wanted > cents(case.evidence.cash) and net > 0:
        yield f"{net} is bought on balance although more is tied up than there is in cash"


def covered_shares(case: Case) -> Problems:
    """No sale takes a share that a short call rests on, and the plan says how many those are."""
    for trade, holding in case.pairs:
        if holding is None or trade["action"] != "SELL":
            continue
        if holding.quantity - Decimal(trade["quantity"]) < holding.kept:
            yield f"{name_of(trade)} leaves less than the {holding.kept} under short calls"
    said = [(row["symbol"], _numbers(row["reason"])) for row in case.document["locked"]]
    for holding in case.evidence.holdings:
        counts = holding.kept and holding.asset_class and not holding.locked
        if counts and (plain(holding.symbol), [holding.kept, holding.quantity]) not in said:
            yield f"{holding.symbol}: {holding.kept} of {holding.quantity} is not said"


def _numbers(text: str) -> list[Decimal]:
    return [Decimal(one.replace(",", "")) for one in re.findall(r"\d[\d,]*\.?\d*", text)]


CHECKS = (
    Check("reserves", reserves),
    Check("reserve untouched", reserve_untouched),
    Check("covered shares", covered_shares),
)
