"""The plan: the orders that take a portfolio to its target, and what they come to."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.asset_classes import ASSET_CLASSES
from ..core.messages import Refusal
from ..core.numbers import ZERO, to_cents
from ..core.portfolio import Portfolio
from ..core.profiles import Profile
from ..market.commissions import FeeTable
from .sizing import Order, Sizing
from .target import Target, build_target


class Plan(NamedTuple):
    """Orders in the order of their execution; amounts in base currency, to the cent."""

    portfolio: Portfolio
    target: Target
    fees: FeeTable
    orders: tuple[Order, ...]
    cash_after: Decimal
    left: tuple[Order, ...] = ()  # orders that a cap on turnover leaves for later

    @property
    def total_sell(self) -> Decimal:
        """What the sales bring before commissions."""
        return sum((order.amount for order in self.orders if order.quantity < 0), ZERO)

    @property
    def total_buy(self) -> Decimal:
        """What the purchases cost before commissions."""
        return sum((order.amount for order in self.orders if order.quantity > 0), ZERO)

    @property
    def total_commission(self) -> Decimal:
        """The commissions of all orders."""
        return sum((order.commission for order in self.orders), ZERO)

    @property
    def values_after(self) -> dict[str, Decimal]:
        """What each asset class is worth when every order is done at the prices of the plan."""
        values = dict(self.portfolio.class_values)
        for order in self.orders:
            signed = order.amount if order.quantity > 0 else -order.amount
            values[order.position.asset_class] += signed
            values["CASH"] -= signed + order.commission
        return values


def plain_plan(portfolio: Portfolio, profile: Profile) -> Plan:
    """The plan that takes every class of `portfolio` to its target under `profile`.

    Refusal("negative_total") when stocks, bonds and cash are together not worth anything.
    """
    require_value(portfolio)
    return make_plan(portfolio, build_target(portfolio, profile), FeeTable(portfolio.usd_rate))


def require_value(portfolio: Portfolio) -> None:
    """Refusal("negative_total") when there is nothing that percentages could apply to."""
    if portfolio.investable_value <= 0:
        total = f"{portfolio.investable_value:,}"
        raise Refusal("negative_total", total=total, currency=portfolio.base_currency)


def make_plan(
    portfolio: Portfolio, target: Target, fees: FeeTable, minimum: Decimal = ZERO
) -> Plan:
    """The plan that takes `portfolio` to `target` in whole units with cash at or over its floor.

    Orders under `minimum` are left out, and the others sized again with the cash there is then.
    """
    targets = list(target.positions)
    while True:
        sizing = Sizing(portfolio.traded, targets, fees.commission)
        cash_after = sizing.settle(portfolio.cash, target.cash_floor)
        orders = sizing.orders()
        small = {id(order.position) for order in orders if order.amount < minimum}
        if not small:
            break
        for place, row in enumerate(portfolio.traded):
            if id(row) in small:
                targets[place] = row.value
    return Plan(
        portfolio=portfolio,
        target=target,
        fees=fees,
        orders=tuple(sorted(orders, key=execution)),
        cash_after=to_cents(cash_after),
    )


def execution(order: Order) -> tuple[bool, Decimal, str, str]:
    """Sales first, then purchases; the larger change of weight first, ties by symbol."""
    position = order.position
    return (order.quantity > 0, -order.amount, position.symbol, position.currency)


def drifts(plan: Plan) -> dict[str, Decimal]:
    """Current less target value of each class, in base currency."""
    values = plan.portfolio.class_values
    return {name: values[name] - plan.target.classes[name] for name in ASSET_CLASSES}
