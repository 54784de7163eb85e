"""What the other accounts of a household bought lately, and what their plans would buy."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.portfolio import Portfolio, Position
from ..core.record import Record
from ..planning.plan import Plan


class Buyer(Record):
    """An account that bought something or whose plan buys it, by its masked name."""

    account: str
    is_retirement: bool


class OtherAccounts(Record):
    """The rest of a household beside one account; nothing where an account stands alone.

    `portfolios` are also of accounts that are empty now: what they bought counts.
    """

    portfolios: tuple[tuple[Buyer, Portfolio], ...] = ()
    plans: tuple[tuple[Buyer, Plan], ...] = ()

    def bought(self, position: Position) -> Iterator[tuple[Buyer, str]]:
        """Account and day (YYYY-MM-DD) of each purchase of the same, by executions and lots."""
        for buyer, portfolio in self.portfolios:
            for row in portfolio.executions or ():
                counts = row.side == "BUY" and (row.quantity is None or row.quantity > 0)
                if counts and is_same(position, row.symbol, row.conid):
                    yield buyer, row.date
            for held in portfolio.positions:
                if is_same(position, held.symbol, held.conid):
                    for lot in held.lots:
                        if lot.quantity > 0 and lot.opened:
                            yield buyer, lot.opened

    def tell_from(self, day: str) -> bool:
        """Whether all of them tell every purchase since `day`."""
        return all(
            one.executions is not None and bool(one.executions_from) and one.executions_from <= day
            for _, one in self.portfolios
        )

    def buyers(self, position: Position) -> tuple[Buyer, ...]:
        """The accounts whose plans buy the same."""
        return tuple(
            buyer
            for buyer, plan in self.plans
            if any(
                order.quantity > 0
                and is_same(position, order.position.symbol, order.position.conid)
                for order in plan.orders
            )
        )


ALONE = OtherAccounts()


def is_same(position: Position, symbol: str, conid: str) -> bool:
    """Whether a row of a statement with this symbol and conid is of the contract of `position`."""
    return symbol == position.symbol or bool(conid and conid == position.conid)
