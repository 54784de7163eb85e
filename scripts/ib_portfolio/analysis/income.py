"""What the holdings pay: coupons of the coming year, dividends of the last one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.portfolio import Portfolio
from ..core.record import Record
from ..core.reviews.flows import Flows
from .bond_ladder import Bonds

_DIVIDENDS = ("dividends", "payment in lieu of dividends")
_WITHHELD = ("withholding tax", "871(m) withholding")


class Income(Record):
    """Amounts in base currency, not rounded; None where the statement does not tell.

    `dividends` are what was received in the year up to the prices, by symbol, of what is still
    held; `withheld` is the tax taken from it, above zero. `told_from` is the day from which on the
    statement tells of them, when that is later than the year's first day.
    """

    until: str
    coupons: tuple[tuple[str, Decimal], ...]
    dividends: tuple[tuple[str, Decimal], ...] | None
    withheld: Decimal | None
    since: str
    told_from: str
    stated_dividends: Decimal | None  # the cash report's own sum, of everything in the period


def income_of(portfolio: Portfolio, bonds: Bonds, flows: Flows) -> Income:
    """The income of `portfolio`; without a day of its prices there are no coupons to tell."""
    if not portfolio.as_of:
        return Income("", (), None, None, "", "", flows.stated.get("dividends"))
    day = datetime.date.fromisoformat(portfolio.as_of)
    until, since = _same_day(day, 1), _same_day(day, -1).isoformat()
    coupons = []
    for row in bonds.rows:
        count = sum(paid <= until for paid in row.payments.days)
        amount = row.position.quantity * row.payments.coupon / 100 * row.position.rate * count
        if amount:
            coupons.append((row.position.symbol, amount))
    received = _received(portfolio, flows, since)
    return Income(
        until=until.isoformat(),
        coupons=tuple(coupons),
        dividends=received[0] if received else None,
        withheld=received[1] if received else None,
        since=since,
        told_from=flows.from_date if flows.from_date > since else "",
        stated_dividends=flows.stated.get("dividends"),
    )


def income_together(rows: Sequence[Income]) -> Income:
    """The income of several accounts of one base currency by symbol, each in its own year.

    What one does not tell is not told. `until` and `told_from` are the latest, `since` the first.
    """
    dividends = [row.dividends for row in rows if row.dividends is not None]
    withheld = [row.withheld for row in rows if row.withheld is not None]
    stated = [row.stated_dividends for row in rows if row.stated_dividends is not None]
    told = len(dividends) == len(rows)
    return Income(
        until=max(row.until for row in rows),
        coupons=_by_symbol([row.coupons for row in rows]),
        dividends=_by_symbol(dividends) if told else None,
        withheld=sum(withheld, ZERO) if told else None,
        since=min(row.since for row in rows),
        told_from=max(row.told_from for row in rows),
        stated_dividends=sum(stated, ZERO) if len(stated) == len(rows) else None,
    )


def _by_symbol(
    parts: Sequence[tuple[tuple[str, Decimal], ...]],
) -> tuple[tuple[str, Decimal], ...]:
    sums: dict[str, Decimal] = {}
    for symbol, amount in (row for part in parts for row in part):
        sums[symbol] = sums.get(symbol, ZERO) + amount
    return tuple(sorted(sums.items(), key=lambda row: (-row[1], row[0])))


def _same_day(day: datetime.date, years: int) -> datetime.date:
    """The same day in another year; of 29 February the 28th."""
    if (day.month, day.day) == (2, 29):
        day -= datetime.timedelta(days=1)
    return day.replace(year=day.year + years)


def _received(
    portfolio: Portfolio, flows: Flows, since: str
) -> tuple[tuple[tuple[str, Decimal], ...], Decimal] | None:
    if flows.payments is None:
        return None
    by_conid = {row.conid: row.symbol for row in portfolio.positions if row.conid}
    symbols = {row.symbol for row in portfolio.positions}
    sums: dict[str, Decimal] = {}
    withheld = ZERO
    for payment in flows.payments:
        kind = payment.kind.casefold()
        symbol = by_conid.get(payment.conid) or payment.symbol
        if symbol not in symbols or not since < payment.day <= portfolio.as_of:
            continue
        if kind in _DIVIDENDS:
            sums[symbol] = sums.get(symbol, ZERO) + payment.amount
        elif kind in _WITHHELD:
            withheld -= payment.amount
    rows = tuple(sorted(sums.items(), key=lambda row: (-row[1], row[0])))
    return rows, withheld
