"""The plan: the orders that take a portfolio to its target, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from ..core.asset_classes import CASH
from ..core.format import shown_quantity
from ..core.messages import Refusal, say
from ..core.numbers import ZERO, plain_decimal, to_cents
from ..core.portfolio import Portfolio, Position
from ..core.profiles import Profile
from ..core.record import Record
from ..market.commissions import FeeTable
from .market_limits import with_market_limits
from .orders.order import Order
from .orders.sizing import Sizing
from .sleeves import sleeve_values
from .target import COARSE, Target, build_target
from .trading_terms import NO_LOTS, Lots, TradingTerms, terms_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .currencies.exchanges import Exchange

# Each pass keeps what the exchanges of the last one cost; two are mostly enough.
_MOST_PASSES = 10


class Plan(Record):
    """Orders in the order of their execution; amounts in base currency, to the cent."""

    portfolio: Portfolio
    target: Target
    fees: FeeTable
    orders: tuple[Order, ...]
    cash_after: Decimal
    left: tuple[Order, ...] = ()  # orders that a cap on turnover leaves for later
    exchanges: tuple[Exchange, ...] = ()  # of currencies, to be made after the sales
    lots: Lots = NO_LOTS  # the user's own, by upper-case symbol

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
    def total_taxes(self) -> Decimal:
        """The levies and stamp duties of all orders."""
        return sum((order.taxes for order in self.orders), ZERO)

    @property
    def accrued_interest(self) -> Decimal:
        """The accrued interest that sales receive, less what purchases pay."""
        return sum(
            (
                order.accrued_interest if order.quantity < 0 else -order.accrued_interest
                for order in self.orders
            ),
            ZERO,
        )

    def terms_of(self, position: Position) -> TradingTerms:
        """In which pieces a position can be traded."""
        return terms_of(position, self.lots)

    @property
    def exchange_cost(self) -> Decimal:
        """What exchanging currencies costs, which `cash_after` includes."""
        return sum((exchange.cost for exchange in self.exchanges), ZERO)

    @property
    def has_currencies(self) -> bool:
        """Whether more than one currency has cash or an order."""
        names = {name for name, row in self.portfolio.cash_by_currency if to_cents(row[0])}
        if not names:
            names = {self.portfolio.base_currency}
        return len(names.union(order.position.currency for order in self.orders)) > 1

    @property
    def values_after(self) -> dict[str, Decimal]:
        """What each asset class is worth when every order is done at the prices of the plan."""
        values = dict(self.portfolio.class_values)
        for order in self.orders:
            for name, part in order.position.split(order.moved):
                values[name] += part
        values[CASH] += self._cash_moved
        return values

    @property
    def sleeves_after(self) -> dict[str, Decimal]:
        """What each sleeve of the target is worth then."""
        values = sleeve_values(self.portfolio, self.target.profile)
        if not self.target.profile.named:
            return self.values_after
        for order in self.orders:
            values[order.position.sleeve] += order.moved
        values[CASH] += self._cash_moved
        return values

    @property
    def _cash_moved(self) -> Decimal:
        return sum((order.cash for order in self.orders), -self.exchange_cost)


def plain_plan(portfolio: Portfolio, profile: Profile) -> Plan:
    """The plan that takes every class of `portfolio` to its target under `profile`.

    Refusal("negative_total") when stocks, bonds and cash are together not worth anything.
    """
    portfolio = free_to_trade(portfolio)
    require_value(portfolio)
    limited = with_market_limits(portfolio, profile)
    if limited is not portfolio:
        portfolio = limited
        require_value(portfolio)
    fees = FeeTable(portfolio.usd_rate, day=portfolio.as_of)
    return make_plan(portfolio, build_target(portfolio, profile), fees)


def free_to_trade(portfolio: Portfolio, reserve: Decimal = ZERO, none: bool = False) -> Portfolio:
    """`portfolio` knowing what of it is not free, as `encumbrances.encumbered` says."""
    if not reserve and not any(
        row.quantity < 0 or row.category == "FUT" for row in portfolio.positions
    ):
        return portfolio
    from .encumbrances import encumbered

    return encumbered(portfolio, reserve, none)


def require_value(portfolio: Portfolio) -> None:
    """Refusal("negative_total") when there is nothing that percentages could apply to."""
    if portfolio.investable_value <= 0:
        total = f"{portfolio.investable_value:,}"
        raise Refusal("negative_total", total=total, currency=portfolio.base_currency)


def make_plan(
    portfolio: Portfolio,
    target: Target,
    fees: FeeTable,
    minimum: Decimal = ZERO,
    lots: Lots = NO_LOTS,
    keeps_currencies: bool = False,
) -> Plan:
    """The plan that takes `portfolio` to `target` in whole units with cash at or over its floor.

    No order is under `minimum`: the larger ones of a sleeve take what the others would do.
    `lots` are the user's own, by upper-case symbol.
    """
    return with_exchanges(
        lambda kept: _sized(portfolio, target, fees, minimum, lots, kept), keeps_currencies
    )


def with_exchanges(sized: Callable[[Decimal], Plan], keeps_currencies: bool = False) -> Plan:
    """The plan that `sized` makes, with the exchanges of currencies that it needs.

    `sized(kept)` makes a plan whose cash is over its floor by `kept`, in base currency: by what the
    exchanges cost, and what rounding between currencies takes.
    """
    plan = sized(ZERO)
    if keeps_currencies or not plan.has_currencies:
        return plan
    # Loaded only when there is more than one currency.
    from .currencies.exchanges import exchanges_of

    found, kept = exchanges_of(plan), ZERO
    for _ in range(_MOST_PASSES):
        if found.cost <= kept and not found.lacks:
            break
        # What is lacking is mostly the cost itself: both together would be kept twice.
        kept = max(found.cost, kept + found.lacks)
        plan = sized(kept)
        found = exchanges_of(plan)
    plan = plan._replace(exchanges=found.orders)
    return plan._replace(cash_after=plan.cash_after - plan.exchange_cost)


def _sized(
    portfolio: Portfolio,
    target: Target,
    fees: FeeTable,
    minimum: Decimal,
    lots: Lots,
    kept: Decimal,
) -> Plan:
    """The plan before any exchange, its cash over its floor by `kept`."""

    def settled(targets: Sequence[Decimal], sell_more: bool = True) -> tuple[list[Order], Decimal]:
        parts = target.parts if targets is target.positions else ()
        rows = portfolio.traded, targets, fees.charges, target.terms, parts
        return _settled(rows, portfolio.free_cash, target.cash_floor + kept, sell_more)

    if minimum:
        # Loaded only when small orders are not wanted.
        from .orders.smallest_orders import Wanted, orders_of_at_least

        large = portfolio.investable_value * COARSE
        wanted = Wanted(portfolio.traded, target.positions, target.terms, large)
        orders, cash_after = orders_of_at_least(minimum, wanted, settled)
    else:
        orders, cash_after = settled(target.positions)
    return Plan(
        portfolio=portfolio,
        target=target,
        fees=fees,
        orders=tuple(sorted(orders, key=execution)),
        cash_after=to_cents(cash_after + portfolio.set_aside),
        lots=lots,
    )


def _settled(
    rows: tuple[object, ...], cash: Decimal, floor: Decimal, sell_more: bool
) -> tuple[list[Order], Decimal]:
    """The orders that a sizing of `rows` settles on, and the cash after them.

    Where units are large, the nearer of two: large units as they come, and large ones first.
    """
    first = Sizing(*rows)
    left = first.settle(cash, floor, sell_more)
    if first.has_large and sell_more:
        second = Sizing(*rows, large_first=True)
        other = second.settle(cash, floor, sell_more)
        if (max(floor - other, ZERO), second.off) < (max(floor - left, ZERO), first.off):
            return second.orders(), other
    return first.orders(), left


def execution(order: Order) -> tuple[bool, Decimal, str, str]:
    """Sales first, then purchases; the larger change of weight first, ties by symbol."""
    position = order.position
    return (order.quantity > 0, -order.amount, position.symbol, position.currency)


def drifts(plan: Plan) -> dict[str, Decimal]:
    """Current less target value of each sleeve of the target, in base currency."""
    values = sleeve_values(plan.portfolio, plan.target.profile)
    return {name: values[name] - wanted for name, wanted in plan.target.wanted.items()}


def covered_reason(position: Position) -> str:
    """Why a part of `position` cannot be sold: how many of its shares are under short calls."""
    shares, quantity = (
        shown_quantity(plain_decimal(number)) for number in (position.kept, position.quantity)
    )
    return say("covered_shares", shares=shares, quantity=quantity)
