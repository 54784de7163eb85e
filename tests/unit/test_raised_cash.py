"""Money that has to be there after a plan: what is sold for it beside every sale that could be."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Dict, Iterator, NamedTuple

import pytest
from portfolios import DAY, Holding, portfolio_with, statement_xml
from terminal import run

from ib_portfolio.core.numbers import CENT, ZERO, to_cents
from ib_portfolio.core.portfolio import Position
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.planning.orders.order import Order
from ib_portfolio.planning.plan import Plan, plain_plan
from ib_portfolio.planning.raised_cash import raise_cash


class Drawn(NamedTuple):
    """A plan, how much cash is to be there after it, and the least that an order may be."""

    plan: Plan
    least: Decimal
    minimum: Decimal


def drawn(seed: int) -> Drawn:
    """The plan of two to six stocks and bonds that lacks up to all that they are worth."""
    random = Random(f"raised {seed}")
    rows = []
    for at in range(random.randint(2, 6)):
        kind = random.choice(("STK", "STK", "BOND"))
        units = random.randint(1, 90) * (1000 if kind == "BOND" else 1)
        price = random.choice((random.randint(1, 500), random.randint(1000, 9000) / 100))
        rows.append(Holding(f"S{at}", kind, str(units), str(1 if kind == "BOND" else price)))
    portfolio = portfolio_with(rows, str(random.randint(0, 9000)))
    kept = {at: random.randint(0, 9) for at in range(len(rows)) if random.random() < 0.2}
    portfolio = portfolio._replace(
        positions=tuple(
            row._replace(kept=min(Decimal(kept.get(at, 0)), row.quantity))
            for at, row in enumerate(portfolio.positions)
        )
    )
    plan = plain_plan(portfolio, find_profile("growth"))
    lacks = portfolio.investable_value * Decimal(random.choice((0.001, 0.02, 0.2, 0.6, 1)))
    minimum = Decimal(random.choice((0, 0, 50, 3000)))
    return Drawn(plan, to_cents(plan.cash_after + lacks), minimum)


def sold_of(plan: Plan) -> Dict[str, Decimal]:
    return {one.position.symbol: -one.quantity for one in plan.orders if one.quantity < 0}


def sales_of(one: Drawn, row: Position) -> Iterator[Order]:
    """Every sale of a row that is larger than the plan's and no smaller than the minimum."""
    terms, sold = one.plan.terms_of(row), sold_of(one.plan).get(row.symbol, ZERO)
    step = terms.sale_step(row.quantity)
    units = sold + step
    while units <= terms.most_trimmed(row.quantity, row.by_face):
        amount = to_cents(units * row.unit_value)
        if amount >= one.minimum:
            yield Order(row, -units, amount, *one.plan.fees.charges(row, -units, amount))
        units += step


def raised(one: Drawn) -> Plan:
    return raise_cash(one.plan, one.least, one.minimum)


def test_what_is_raised_is_enough_where_all_sales_together_are() -> None:
    """Nothing is sold that is bought, nor shares that are kept; what was sold stays sold."""
    fewer = 0
    for seed in range(120):
        one = drawn(seed)
        after, before = raised(one), {order.position.symbol: order for order in one.plan.orders}
        cash = one.plan.portfolio.cash + sum(order.cash for order in after.orders)
        assert after.cash_after == to_cents(cash)
        for order in after.orders:
            row, was = order.position, before.get(order.position.symbol)
            if order.quantity > 0 or was == order:
                assert was == order
                continue
            assert was is None or was.quantity > order.quantity
            assert -order.quantity <= row.quantity - row.kept and order.amount >= one.minimum
        assert set(before) <= {order.position.symbol for order in after.orders}
        if after.cash_after >= one.least:
            continue
        fewer += 1
        bought = {order.position.symbol for order in one.plan.orders if order.quantity > 0}
        for row in one.plan.portfolio.traded:
            largest = max(sales_of(one, row), key=lambda order: order.cash, default=None)
            if largest and row.symbol not in bought and largest.cash > 0:
                assert sold_of(after).get(row.symbol) == -largest.quantity
    assert 20 < fewer < 100


def test_the_one_sale_that_is_enough_with_least_beyond_is_made() -> None:
    """Of all sales of all positions, where one is enough: those of every number of units."""
    alone = 0
    for seed in range(120):
        one = drawn(seed)
        bought = {order.position.symbol for order in one.plan.orders if order.quantity > 0}
        was = {order.position.symbol: order.cash for order in one.plan.orders}
        beyond = [
            one.plan.cash_after + order.cash - was.get(row.symbol, ZERO) - one.least
            for row in one.plan.portfolio.traded
            if row.symbol not in bought
            for order in sales_of(one, row)
        ]
        enough = [more for more in beyond if more >= 0]
        if enough:
            alone += 1
            assert raised(one).cash_after - one.least == min(enough)
    assert alone > 40


@pytest.mark.parametrize("more", [ZERO, CENT])
def test_a_sale_that_brings_exactly_what_is_missing_is_enough(more: Decimal) -> None:
    plan = plain_plan(portfolio_with([Holding("A", "STK", "50", "100")]), find_profile("growth"))
    (sale,) = plan.orders
    units = -sale.quantity + 7
    amount = 100 * units
    charges = plan.fees.charges(sale.position, -units, amount)
    exact = Order(sale.position, -units, amount, *charges)
    after = raise_cash(plan, exact.cash + more)
    assert sold_of(after) == {"A": units + (1 if more else 0)}


def test_with_exactly_what_is_missing_no_order_of_the_least_is_added() -> None:
    """The second sale would be one of the minimum, which the first has left no need for."""
    rows = [Holding("A", "STK", "50", "100"), Holding("B", "STK", "50", "100")]
    plan = plain_plan(portfolio_with(rows), find_profile("growth"))._replace(orders=())
    row = plan.portfolio.traded[0]
    charges = plan.fees.charges(row, Decimal(-20), Decimal(2000))
    sale = Order(row, Decimal(-20), Decimal(2000), *charges)
    plan = plan._replace(cash_after=ZERO)
    after = raise_cash(plan, sale.cash, Decimal(1500))
    assert sold_of(after) == {"A": 20} and after.cash_after == sale.cash


def test_what_is_sold_whole_only_is_sold_after_large_units_were_not_enough(tmp_path: Path) -> None:
    """Offered beside them, odd bonds are taken first, and more shares than needed are sold."""
    shares = (("S0", "STK", "30", "1047.17", "31415.10"), ("S1", "STK", "35", "5.91", "206.85"))
    bonds = (
        ("B2", "BOND", "385", "93.73", "360.86"),
        ("B3", "BOND", "651", "92.40", "601.52"),
        ("B4", "BOND", "522", "113.27", "591.27"),
        ("B5", "BOND", "15500", "103.23", "16000.65"),
        ("B6", "BOND", "314", "90.32", "283.60"),
        ("B7", "BOND", "34001", "101.60", "34545.02"),
    )
    names = ("symbol", "assetCategory", "position", "markPrice", "positionValue")
    same = {"currency": "USD", "fxRateToBase": "1", "reportDate": DAY, "levelOfDetail": "SUMMARY"}
    rows = {
        "AccountInformation": [{"accountId": "U1234567", "currency": "USD"}],
        "OpenPosition": [
            {**dict(zip(names, row)), **same, "conid": str(place)}
            for place, row in enumerate((*shares, *bonds), 1000)
        ],
        "CashReportCurrency": [{"currency": "USD", "endingCash": "0"}],
    }
    path = tmp_path / "statement.xml"
    path.write_text(statement_xml(rows), encoding="utf-8")
    words = ["conservative", "--withdraw", "5000", "--statement", str(path), "--json"]
    trades = json.loads(run(words).out)["trades"]
    sold = {row["symbol"]: row["quantity"] for row in trades}
    assert sold == {"S0": "11", "B7": "3000", "B5": "2000", "B6": "314", "S1": "13"}
