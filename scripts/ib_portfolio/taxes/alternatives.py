"""Other funds of the class of a losing fund: a question for the user, never an answer."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.plain_text import plain
from ..core.portfolio import Position
from ..core.record import Record
from ..market.fund_classes import FundTable
from .harvest import HarvestLot
from .trade_history import AccountHistory, position_key


class Alternatives(Record):
    """A losing fund, its class in the fund table, and other funds of that class."""

    symbol: str
    kind: str  # BOND, STOCK, CASH, MIX:60/40/0 …
    held: tuple[str, ...]  # symbols that the accounts hold already
    others: int  # how many more the table has in the fund's currency


def alternatives(
    accounts: list[AccountHistory], harvest: list[HarvestLot]
) -> Iterator[Alternatives]:
    """One row for each losing fund that the table has for sure, in the order of the losses.

    Same class says nothing of whether two funds are substantially identical.
    """
    table = FundTable()
    positions = [
        position
        for one in accounts
        for position in (one.portfolio.positions if one.portfolio else ())
    ]
    losing = {position_key(lot.position): lot.position for lot in harvest}
    for key, position in losing.items():
        kind = _kind(table, position)
        if not kind or kind in ("OTHER", "MIX:?"):
            continue
        same = [
            plain(one.symbol)
            for one in positions
            if position_key(one) != key
            and _kind(table, one) == kind
            and (not one.instrument.isin or one.instrument.isin != position.instrument.isin)
        ]
        own = 1 + len(dict.fromkeys(same))
        count = max(table.count_of(kind, position.currency) - own, 0)
        yield Alternatives(plain(position.symbol), kind, tuple(dict.fromkeys(same)), count)


def _kind(table: FundTable, position: Position) -> str:
    if position.category not in ("STK", "FUND"):
        return ""
    found = table.find(position.symbol, position.currency, position.instrument)
    return found.kind if found and found.sure else ""
