"""What a sale of open lots at a loss would realise, what stands in its way, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.plain_text import plain
from ..core.portfolio import Position
from ..core.record import Record
from ..market.holding_period import is_long_term, long_term_from
from .lots import lots_unclear
from .trade_history import SECURITIES, AccountHistory, position_key
from .wash_review import RecentPurchase


class HarvestLot(Record):
    """An open lot that is worth less than it cost; amounts in base currency, not rounded.

    `obstacles` are purchases of the same that would take a part of the loss over; of lots that are
    not known `opened` is "" and `term` too.
    """

    account: str
    position: Position
    opened: str
    quantity: Decimal
    value: Decimal
    loss: Decimal  # above zero
    term: str  # short or long
    long_from: str  # the day on which a short-term lot becomes long-term, "" for others
    obstacles: tuple[RecentPurchase, ...]

    @property
    def free_from(self) -> str:
        """The first day on which no purchase that is seen spoils a sale, "" for today."""
        return max((one.free_from for one in self.obstacles), default="")


def harvest_lots(
    accounts: list[AccountHistory], recent: tuple[RecentPurchase, ...]
) -> list[HarvestLot]:
    """The losing lots of all taxable accounts, the largest loss first.

    `recent` are the purchases of the last 30 days; those of the lot's own day are the lot itself.
    """
    found = [
        lot
        for one in accounts
        if one.portfolio and not one.activity.is_retirement
        for position in one.portfolio.positions
        if position.category in SECURITIES and position.quantity > 0 and position.value > 0
        for lot in _losing(one, position, recent)
    ]
    return sorted(found, key=lambda lot: (-lot.loss, lot.position.symbol, lot.opened))


def _losing(
    one: AccountHistory, position: Position, recent: tuple[RecentPurchase, ...]
) -> Iterator[HarvestLot]:
    assert one.portfolio is not None
    account, sold = one.activity.account, one.portfolio.as_of
    same = [row for row in recent if row.contract == position_key(position)]
    if lots_unclear(position):
        gain = position.unrealized_gain
        if gain is not None and gain < 0:
            whole = (position.quantity, position.value, -gain)
            yield HarvestLot(account, position, "", *whole, "", "", tuple(same))
        return
    for lot in position.lots:
        value = lot.quantity * position.unit_value
        loss = (lot.cost or ZERO) - value
        if loss <= 0:
            continue
        long = is_long_term(lot.held_since, sold)
        others = [row for row in same if (row.account, row.day) != (account, lot.opened)]
        yield HarvestLot(
            account=account,
            position=position,
            opened=lot.opened,
            quantity=lot.quantity,
            value=value,
            loss=loss,
            term="long" if long else "short",
            long_from="" if long else long_term_from(lot.held_since),
            obstacles=tuple(others),
        )


def symbol_of(lot: HarvestLot) -> str:
    """The symbol of a lot, made plain."""
    return plain(lot.position.symbol)
