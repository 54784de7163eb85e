"""Lots whose day matters: gains that become long-term soon, and losses that could be realised.

The rules are those of the US: long-term is held for more than one year (IRS Topic 409), and a loss
does not count where the same was bought within 30 days before or after (Publication 550).
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Lot, Portfolio, Position
from ..core.record import Record
from ..market.holding_period import long_term_from
from ..taxes.lots import lots_unclear
from ..taxes.wash_sales import DAYS
from .other_accounts import ALONE, Buyer, OtherAccounts, is_same

SOON = 92  # days: a quarter


class Turning(Record):
    """A lot with a gain that a sale realises as long-term from `day` on."""

    position: Position
    lot: Lot
    gain: Decimal  # base currency, not rounded
    day: str


class Loss(Record):
    """The lots of a position that are worth less than they cost, together."""

    position: Position
    quantity: Decimal | None  # None where there are no clear lots
    short: Decimal  # base currency, not rounded, below zero
    long: Decimal
    unsplit: Decimal  # of a position without clear lots
    free_from: str  # the first day on which no purchase that is known stands in the way
    purchases_told: bool  # whether the source tells of all purchases of the 30 days before
    buyers: tuple[Buyer, ...] = ()  # other accounts of the household whose plans buy the same

    @property
    def total(self) -> Decimal:
        """All of it, below zero."""
        return self.short + self.long + self.unsplit


def turning_long(portfolio: Portfolio) -> tuple[Turning, ...]:
    """The lots with a gain that become long-term within the next 92 days, the first ones first."""
    if not portfolio.as_of:
        return ()
    day = datetime.date.fromisoformat(portfolio.as_of)
    last = (day + datetime.timedelta(days=SOON)).isoformat()
    found = []
    for position in _with_lots(portfolio):
        for lot in position.lots:
            gain = _gain(position, lot)
            turns = long_term_from(lot.held_since)
            if to_cents(gain) > 0 and portfolio.as_of < turns <= last:
                found.append(Turning(position, lot, gain, turns))
    return tuple(sorted(found, key=lambda row: (row.day, row.position.symbol)))


def losses(portfolio: Portfolio, others: OtherAccounts = ALONE) -> tuple[Loss, ...]:
    """The losses of what is held long, the largest first; options and futures are left out.

    Purchases of `others`, the rest of a household, stand in the way like those of the account.
    """
    rows = [_loss(portfolio, row, others) for row in portfolio.positions if row.asset_class]
    found = [row for row in rows if to_cents(row.total) < 0]
    return tuple(sorted(found, key=lambda row: (row.total, row.position.symbol)))


def _loss(portfolio: Portfolio, position: Position, others: OtherAccounts) -> Loss:
    short = long = unsplit = quantity = ZERO
    clear = not lots_unclear(position) and bool(portfolio.as_of)
    if clear:
        for lot in position.lots:
            gain = _gain(position, lot)
            if gain < 0:
                quantity += lot.quantity
                if long_term_from(lot.held_since) <= portfolio.as_of:
                    long += gain
                else:
                    short += gain
    elif position.unrealized_gain is not None:
        unsplit = min(position.unrealized_gain, ZERO)
    return Loss(
        position=position,
        quantity=quantity if clear else None,
        short=short,
        long=long,
        unsplit=unsplit,
        buyers=others.buyers(position),
        **_wash_window(portfolio, position, others),
    )


def _with_lots(portfolio: Portfolio) -> list[Position]:
    return [row for row in portfolio.positions if row.asset_class and not lots_unclear(row)]


def _gain(position: Position, lot: Lot) -> Decimal:
    assert lot.cost is not None
    return lot.quantity * position.unit_value - lot.cost


def _wash_window(
    portfolio: Portfolio, position: Position, others: OtherAccounts
) -> dict[str, object]:
    """From when on a sale has no known purchase within 30 days before it."""
    day = portfolio.as_of
    if not day:
        return {"free_from": "", "purchases_told": False}
    first = (datetime.date.fromisoformat(day) - datetime.timedelta(days=DAYS)).isoformat()
    covered = portfolio.executions_from
    days = [
        row.date
        for row in portfolio.executions or ()
        if row.side == "BUY"
        and (row.quantity is None or row.quantity > 0)
        and is_same(position, row.symbol, row.conid)
    ]
    days += [date for _, date in others.bought(position)]
    bought = [date for date in days if first <= date]
    free = day
    if bought:
        last = datetime.date.fromisoformat(max(bought))
        free = max(day, (last + datetime.timedelta(days=DAYS + 1)).isoformat())
    told = portfolio.executions is not None and bool(covered) and covered <= first
    return {"free_from": free, "purchases_told": told and others.tell_from(first)}
