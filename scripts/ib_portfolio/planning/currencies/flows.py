"""What a plan's orders move in each currency. Loaded only when there is more than one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...core.numbers import ZERO, to_cents
from ...core.portfolio import Portfolio
from ...core.record import Record
from ..orders.sizing import Order


class Flow(Record):
    """One currency over a plan, every amount in that currency, to the cent."""

    currency: str
    rate: Decimal  # base currency for one unit
    cash: Decimal  # before; where the source does not tell, all cash is taken to be in base
    is_told: bool  # whether the source tells the cash of each currency
    sells: Decimal
    buys: Decimal
    commissions: Decimal

    @property
    def after_orders(self) -> Decimal:
        """The cash once the orders are done, before any exchange."""
        return self.cash + self.sells - self.buys - self.commissions

    @property
    def lowest(self) -> Decimal:
        """What the cash must not end under: nothing, or the debit that it began with."""
        return min(self.cash, ZERO)


def currency_flows(portfolio: Portfolio, orders: Sequence[Order]) -> list[Flow]:
    """The flow of each currency with cash or an order, the base currency's first, then by name.

    What an order moves is in the currency of its instrument, its commission too: that is what IBKR
    charges it in. A currency without cash needs no rate. US
    dollars are there where their rate is known, since other currencies are exchanged through them.
    """
    base = portfolio.base_currency
    held = {name: row for name, row in portfolio.cash_by_currency if to_cents(row[0])}
    is_told = bool(portfolio.cash_by_currency)
    cash = {name: to_cents(amount) for name, (amount, _) in held.items()}
    if not is_told:
        cash[base] = portfolio.cash
    rates = {name: rate for name, (_, rate) in held.items()}
    moved: dict[str, list[Order]] = {}
    for order in orders:
        rates.setdefault(order.position.currency, order.position.rate)
        moved.setdefault(order.position.currency, []).append(order)
    if portfolio.usd_rate is not None:
        rates.setdefault("USD", portfolio.usd_rate)
    rates[base] = Decimal(1)
    names = [base, *sorted(set(rates) - {base})]
    return [
        _flow(name, rates[name], cash.get(name, ZERO), is_told, moved.get(name, []))
        for name in names
    ]


def _flow(currency: str, rate: Decimal, cash: Decimal, is_told: bool, orders: list[Order]) -> Flow:
    return Flow(
        currency=currency,
        rate=rate,
        cash=cash,
        is_told=is_told,
        sells=sum((_local(order) for order in orders if order.quantity < 0), ZERO),
        buys=sum((_local(order) for order in orders if order.quantity > 0), ZERO),
        commissions=sum(
            (to_cents(order.commission / order.position.rate) for order in orders), ZERO
        ),
    )


def _local(order: Order) -> Decimal:
    """What an order moves in its instrument's currency: its cash without its commission.

    That is quantity x local price, and what else the order receives or pays.
    """
    position, sign = order.position, 1 if order.quantity > 0 else -1
    if position.rate == 1:
        return -sign * (order.cash + order.commission)
    price = to_cents(abs(order.quantity) * position.unit_value / position.rate)
    more = order.cash + order.commission + sign * order.amount
    return price - sign * to_cents(more / position.rate)
