"""Currencies: what the orders leave in each, and what has to be exchanged to pay for purchases.

Loaded only when an order is in another currency than the base currency.
"""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from ..core.numbers import CENT, ZERO, to_cents
from .plan import Plan


class Exchange(NamedTuple):
    """Money to exchange into a currency (BUY) or out of it (SELL); value, cost in base currency."""

    action: str
    currency: str
    amount: Decimal
    value: Decimal
    cost: Decimal


class Flow(NamedTuple):
    """One currency over a plan, in that currency; `cash` is None where the source does not tell."""

    currency: str
    rate: Decimal  # base currency for one unit
    cash: Decimal | None
    sells: Decimal
    buys: Decimal
    commissions: Decimal

    @property
    def net(self) -> Decimal:
        """What the orders add to the currency's cash, below zero what they take from it."""
        return self.sells - self.buys - self.commissions

    @property
    def lacks(self) -> Decimal:
        """What purchases need beyond the cash and the sales of the same currency."""
        return max(-self.net - max(self.cash or ZERO, ZERO), ZERO) if self.buys else ZERO


def currency_flows(plan: Plan) -> list[Flow]:
    """The flow of every currency that is traded or held as cash, base currency first, then by name.

    Commissions are counted in base currency.
    """
    base = plan.portfolio.base_currency
    cash = dict(plan.portfolio.cash_by_currency)
    rates = {base: Decimal(1)}
    rates.update((name, rate) for name, (_, rate) in cash.items())
    sells: dict[str, Decimal] = {}
    buys: dict[str, Decimal] = {}
    for order in plan.orders:
        currency = order.position.currency
        rates.setdefault(currency, order.position.rate)
        side = sells if order.quantity < 0 else buys
        local = to_cents(order.amount / order.position.rate)
        side[currency] = side.get(currency, ZERO) + local
    names = [base, *sorted((set(rates) | set(sells) | set(buys)) - {base})]
    return [
        Flow(
            currency=name,
            rate=rates[name],
            cash=to_cents(cash[name][0]) if name in cash else (ZERO if cash else None),
            sells=sells.get(name, ZERO),
            buys=buys.get(name, ZERO),
            commissions=plan.total_commission if name == base else ZERO,
        )
        for name in names
    ]


def exchanges(plan: Plan, flows: list[Flow]) -> list[Exchange]:
    """What must be bought, or for the base currency sold of another, before the purchases.

    `flows` are those of `currency_flows`. The cost, by the fee table, is not part of the plan's
    commissions.
    """
    base = flows[0]
    found = [_exchange(plan, "BUY", flow, flow.lacks) for flow in flows[1:] if flow.lacks]
    lacking = base.lacks if base.cash is not None else ZERO
    for flow in sorted(flows[1:], key=lambda flow: -_spare(flow) * flow.rate):
        part = min(_spare(flow), (lacking / flow.rate).quantize(CENT, rounding=ROUND_UP))
        if part > 0 and lacking > 0:
            found.append(_exchange(plan, "SELL", flow, part))
            lacking -= part * flow.rate
    return found


def _spare(flow: Flow) -> Decimal:
    """What of a currency is left over after its own purchases."""
    return max((flow.cash or ZERO) + flow.net, ZERO)


def _exchange(plan: Plan, action: str, flow: Flow, amount: Decimal) -> Exchange:
    value = to_cents(amount * flow.rate)
    return Exchange(action, flow.currency, amount, value, plan.fees.exchange(value))
