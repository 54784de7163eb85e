"""Order sizes: whole steps near the target, cash at its floor, nothing made worse."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Dict, List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import PROFILES, Holding, portfolio_with, portfolios

from ib_portfolio.core.numbers import CENT, ZERO
from ib_portfolio.core.portfolio import Portfolio
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.market.commissions import Charges, FeeTable
from ib_portfolio.planning.orders.order import Order
from ib_portfolio.planning.orders.sizing import Sizing
from ib_portfolio.planning.target import Target, build_target
from ib_portfolio.planning.trading_terms import NO_LOTS, trading_terms

FEES = FeeTable(Decimal(1))
FINE = Decimal("1e-8")
profiles = st.sampled_from(PROFILES)


def no_fee(*_: object) -> Charges:
    return Charges(ZERO, ZERO, ZERO)


def sized(
    portfolio: Portfolio, name: str, costs=FEES.charges, step: Decimal = ZERO
) -> Tuple[Target, Sizing, Decimal]:
    """The target, the sizing and the cash after it; with a `step`, all trades are in such steps."""
    lots = {row.symbol: step for row in portfolio.traded} if step else NO_LOTS
    target = build_target(portfolio, find_profile(name), lots=lots)
    terms = trading_terms(portfolio.traded, lots)
    sizing = Sizing(portfolio.traded, target.positions, costs, terms)
    return target, sizing, sizing.settle(portfolio.cash, target.cash_floor)


def after(portfolio: Portfolio, orders: List[Order]) -> Dict[str, Decimal]:
    """The value of each symbol when the orders are done."""
    values = {row.symbol: row.value for row in portfolio.traded}
    for order in orders:
        values[order.position.symbol] += order.amount if order.quantity > 0 else -order.amount
    return values


@given(portfolios(cash=(-(10**7), 10**8)), profiles)
@settings(max_examples=150)
def test_what_every_sizing_keeps(portfolio, name) -> None:
    target, sizing, cash = sized(portfolio, name)
    orders = sizing.orders()
    assert cash == portfolio.cash + sum((order.cash for order in orders), ZERO)
    assert cash >= target.cash_floor or all(order.quantity < 0 for order in orders)
    for order in orders:
        row = order.position
        assert order.amount > order.commission >= 0
        assert -order.quantity <= row.quantity
        closes = -order.quantity == row.quantity
        assert closes or order.quantity % (1000 if row.by_face else 1) == 0
        assert closes or not row.by_face or row.quantity + order.quantity >= 1000
    values = after(portfolio, orders)
    for asset_class in ("STK", "BOND"):
        rows = [row for row in portfolio.traded if row.asset_class == asset_class]
        goal = sum((t for row, t in zip(portfolio.traded, target.positions) if row in rows), ZERO)
        before = abs(sum((row.value for row in rows), ZERO) - goal)
        now = abs(sum((values[row.symbol] for row in rows), ZERO) - goal)
        assert now <= before + Decimal("0.01") * len(rows)


@given(portfolios(most=12), profiles)
def test_no_position_ends_more_than_a_step_further_from_its_target(portfolio, name) -> None:
    target, sizing, _ = sized(portfolio, name)
    values = after(portfolio, sizing.orders())
    for row, wanted in zip(portfolio.traded, target.positions):
        step = row.unit_value * (1000 if row.by_face else 1)
        assert abs(values[row.symbol] - wanted) <= abs(row.value - wanted) + step + Decimal("0.01")


@given(portfolios(), profiles, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(portfolio, name, random) -> None:
    rows = list(portfolio.positions)
    random.shuffle(rows)
    other = portfolio._replace(positions=tuple(rows))
    first, second = sized(portfolio, name), sized(other, name)
    assert first[2] == second[2]
    assert set(first[1].orders()) == set(second[1].orders())


def with_fine_cents(portfolio: Portfolio) -> Portfolio:
    """The portfolio with values that are exactly quantity x unit value."""
    rows = [row._replace(value=row.quantity * row.unit_value) for row in portfolio.positions]
    return portfolio._replace(positions=tuple(rows))


@given(portfolios(most=12), profiles)
def test_fractions_without_fees_reach_the_target_and_then_want_nothing(portfolio, name) -> None:
    portfolio = with_fine_cents(portfolio)
    target, sizing, cash = sized(portfolio, name, no_fee, FINE)
    orders = sizing.orders()
    values = after(portfolio, orders)
    for row, wanted in zip(portfolio.traded, target.positions):
        assert abs(values[row.symbol] - wanted) <= CENT * (len(values) + 1)
    rows = [row._replace(value=values[row.symbol]) for row in portfolio.traded]
    rows = [row._replace(quantity=row.value / row.unit_value) for row in rows if row.value]
    again = portfolio._replace(positions=tuple(rows), cash=cash)
    if len(rows) == len(portfolio.traded):
        orders = sized(again, name, no_fee, FINE)[1].orders()
        assert sum((order.amount for order in orders), ZERO) <= CENT * (len(rows) + 1) ** 2


@given(portfolios(), profiles, st.integers(2, 50))
def test_fractions_without_fees_do_not_depend_on_the_scale(portfolio, name, factor) -> None:
    portfolio = with_fine_cents(portfolio)
    rows = [
        row._replace(value=row.value * factor, quantity=row.quantity * factor)
        for row in portfolio.positions
    ]
    other = portfolio._replace(positions=tuple(rows), cash=portfolio.cash * factor)
    small = after(portfolio, sized(portfolio, name, no_fee, FINE)[1].orders())
    large = after(other, sized(other, name, no_fee, FINE)[1].orders())
    for symbol, value in small.items():
        assert abs(value * factor - large[symbol]) <= CENT * (len(small) + 1) * factor


@given(portfolios(most=10), profiles)
def test_planning_the_planned_portfolio_again_moves_little(portfolio, name) -> None:
    """Not a no-op, since targets follow the new values; but no class moves by more than a step."""
    _, sizing, cash = sized(portfolio, name)
    if cash < 0:
        return
    done = {order.position.symbol: order for order in sizing.orders()}
    rows = []
    for row in portfolio.traded:
        order = done.get(row.symbol)
        if order:
            value = row.value + (order.amount if order.quantity > 0 else -order.amount)
            row = row._replace(quantity=row.quantity + order.quantity, value=value)
        rows.append(row)
    again = portfolio._replace(positions=tuple(row for row in rows if row.value > 0), cash=cash)
    target, sizing, _ = sized(again, name)
    largest = max((row.unit_value * (1000 if row.by_face else 1) for row in rows), default=ZERO)
    for asset_class in ("STK", "BOND"):
        orders = (row for row in sizing.orders() if row.position.asset_class == asset_class)
        moved = sum((order.amount for order in orders), ZERO)
        wanted = abs(again.class_values[asset_class] - target.wanted[asset_class])
        assert moved <= wanted + largest * 2 + 1


def holdings_of(*rows: Tuple[str, str, str]) -> List[Holding]:
    """Holdings of (share or face, quantity, price)."""
    categories = {"share": "STK", "face": "BOND"}
    return [
        Holding(f"{kind}{place}", categories[kind], quantity, price)
        for place, (kind, quantity, price) in enumerate(rows)
    ]


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize(
    "rows, cash",
    [
        ([("share", "1", "700000")], "0"),
        ([("share", "1", "0.01")], "0"),
        ([("face", "500", "0.99")], "0"),
        ([("share", "100000000", "0.0001"), *[("face", "900", "1")] * 50], "-40000"),
        ([("share", "1000000000000", "0.00000000000001"), ("share", "3", "100")], "100"),
        ([("share", "10", "100"), ("face", "1000000", "0.0000005")], "0"),
        ([("share", "10", "100"), ("face", "2000", "0.9")], "-2700"),
        ([("share", "1", "700000"), ("share", "1000", "110")], "50000"),
        ([("share", str(n % 37 + 1), str(n % 531 + 1)) for n in range(2000)], "-2000000"),
    ],
    ids="dear cent half-a-bond overdrawn-penny none-worth worthless-bond all-owed brk 2000".split(),
)
def test_extremes_keep_the_floor_or_buy_nothing(rows, cash, name) -> None:
    portfolio = portfolio_with(holdings_of(*rows), cash)
    target, sizing, left = sized(portfolio, name)
    orders = sizing.orders()
    assert left >= target.cash_floor or all(order.quantity < 0 for order in orders)
    assert left == portfolio.cash + sum((order.cash for order in orders), ZERO)


def test_small_bonds_of_a_class_are_sold_until_the_class_is_at_its_target() -> None:
    """Each of 20 bonds is 0.4 of a step over; rounding one by one would sell none of them."""
    rows = [("face", "1000", "1")] * 20 + [("share", "120", "100")]
    portfolio = portfolio_with(holdings_of(*rows), "-2000")
    _, sizing, cash = sized(portfolio, "balanced", no_fee)
    sold = [order for order in sizing.orders() if order.quantity < 0]
    assert [order.quantity for order in sold] == [-1000] * 8
    assert cash == 3000


def test_purchases_share_too_little_cash_in_proportion() -> None:
    """A bond of one dear step stays, so the stocks get less, both alike."""
    rows = [("share", "100", "10"), ("share", "200", "10"), ("face", "1000", "9")]
    portfolio = portfolio_with(holdings_of(*rows), "2400")
    _, sizing, cash = sized(portfolio, "balanced", no_fee)
    bought = [order.quantity for order in sizing.orders()]
    assert bought == [32, 64] and cash == 1440


def tiny_portfolios() -> List[Portfolio]:
    """All small portfolios of two kinds of shares, a bond and a share of cash."""
    choices = itertools.product(
        (("share", "3", "610"), ("share", "5", "75"), ("face", "3000", "0.55")),
        (("share", "4", "205"), ("face", "2000", "0.98")),
        (("face", "1000", "0.7"), ("share", "2", "333"), ("face", "500", "0.9")),
        ("0", "150", "900", "-300"),
    )
    return [portfolio_with(holdings_of(*rows), cash) for *rows, cash in choices]


def best_deviation(portfolio: Portfolio, target: Target) -> Decimal:
    """The least deviation of positions and classes together among all plans that keep the floor."""
    ranges = []
    for row, wanted in zip(portfolio.traded, target.positions):
        step = 1000 if row.by_face else 1
        if wanted > row.value:
            steps = int((wanted - row.value) / (row.unit_value * step)) + 2
        else:
            steps = -int(row.quantity // step)
        ranges.append([count * step for count in range(min(steps, 0), max(steps, 0) + 1)])
    found = []
    for quantities in itertools.product(*ranges):
        cash, values = portfolio.cash, {}
        for row, quantity in zip(portfolio.traded, quantities):
            amount = abs(quantity) * row.unit_value
            fee = FEES.commission(row, abs(Decimal(quantity)), amount)
            signed = amount if quantity > 0 else -amount
            cash -= signed + fee
            values[row.symbol] = row.value + signed
        if cash >= target.cash_floor:
            found.append(deviation(portfolio, target, values))
    return min(found, default=Decimal(-1))


def deviation(portfolio: Portfolio, target: Target, values: Dict[str, Decimal]) -> Decimal:
    total, classes = ZERO, {"STK": ZERO, "BOND": ZERO}
    for row, wanted in zip(portfolio.traded, target.positions):
        total += abs(values[row.symbol] - wanted)
        classes[row.asset_class] += values[row.symbol] - wanted
    return total + sum(map(abs, classes.values()))


def test_sizes_are_near_the_best_of_all_plans() -> None:
    """In small portfolios, where one step is a large part, against every possible plan."""
    gaps = []
    for portfolio in tiny_portfolios():
        if portfolio.investable_value <= 0:
            continue
        for name in PROFILES:
            target, sizing, cash = sized(portfolio, name)
            best = best_deviation(portfolio, target)
            if best < 0 or cash < target.cash_floor:
                continue
            found = deviation(portfolio, target, after(portfolio, sizing.orders()))
            gaps.append((found - best) / portfolio.investable_value)
    assert len(gaps) > 200
    assert sum(gap < Decimal("0.0001") for gap in gaps) / len(gaps) > 0.75
    assert sum(gaps) / len(gaps) < Decimal("0.02")
