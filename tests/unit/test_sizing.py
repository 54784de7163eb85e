"""Orders of random accounts: toward their targets, within the cash, no class further off."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Callable, Dict, Tuple

import pytest
from portfolios import Holding, portfolio_with

from ib_portfolio.core.numbers import ZERO
from ib_portfolio.core.portfolio import Position
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.market.commissions import Charges
from ib_portfolio.planning.orders.sizing import Sizing
from ib_portfolio.planning.target import build_target
from ib_portfolio.planning.trading_terms import TradingTerms


def no_fee(*_: object) -> Charges:
    return Charges(ZERO, ZERO, ZERO)


def fee(_: Position, units: Decimal, amount: Decimal) -> Charges:
    """A cent a unit, and for sales a tax of a thousandth."""
    tax = ZERO if units > 0 else (amount / 1000).quantize(Decimal("0.01"))
    return Charges(abs(units) / 100, tax, ZERO)


def terms_by(random: Random, units: int) -> TradingTerms:
    """Mostly single shares; else a lot, no purchases, whole sales only or shares that are kept."""
    kind, kept = random.randint(0, 7), random.randint(0, units)
    return TradingTerms(
        Decimal(random.choice((2, 5)) if kind == 1 else units if kind == 3 else 1),
        may_buy=kind not in (2, 3),
        may_trim=kind != 3,
        most_to_sell=Decimal(units - kept) if kind in (2, 4) else None,
    )


def is_within(quantity: Decimal, held: Decimal, terms: TradingTerms) -> bool:
    """Whether an order of this quantity, below zero for sales, is one that the terms allow."""
    if quantity > 0:
        return terms.may_buy and not quantity % terms.step
    most = held if terms.most_to_sell is None else terms.most_to_sell
    whole = terms.may_trim and not quantity % terms.step
    return -quantity <= most and (whole or -quantity == held)


def sized(seed: int, scale: int, costs: Callable[..., Charges]) -> Tuple[Dict[str, int], Decimal]:
    """The orders of a random account of 3 to 9 positions, their rows in an order by the scale.

    Checked: each goes toward its target as its terms allow, cash is what they leave and at its
    floor, and no class ends further from its target than it began.
    """
    random = Random(seed)
    rows = [
        (f"S{at}", random.randint(0, 1), random.randint(1, 60), scale * random.randint(5, 400))
        for at in range(random.randint(3, 9))
    ]
    cash = scale * random.randint(0, 9000)
    terms = {f"S{at}": terms_by(random, units) for at, (_, _, units, _) in enumerate(rows)}
    Random(scale).shuffle(rows)
    portfolio = portfolio_with(
        [Holding(n, "STK", str(q), str(p)) for n, _, q, p in rows], str(cash)
    )
    classes = [("STK", "BOND")[kind] for _, kind, _, _ in rows]
    positions = [row._replace(asset_class=own) for row, own in zip(portfolio.positions, classes)]
    portfolio = portfolio._replace(positions=tuple(positions))
    target = build_target(portfolio, find_profile("balanced"))
    wanted = target.positions
    own_terms = [terms[row.symbol] for row in portfolio.traded]
    sizing = Sizing(portfolio.traded, wanted, costs, own_terms, target.parts)
    left = sizing.settle(portfolio.cash, target.cash_floor)
    moved = {order.position.symbol: order.moved for order in sizing.orders()}
    ways = {row.symbol: aim - row.value for row, aim in zip(portfolio.traded, wanted)}
    assert all(value * ways[name] > 0 for name, value in moved.items())
    for order in sizing.orders():
        assert is_within(order.quantity, order.position.quantity, terms[order.position.symbol])
    charges = sum(order.commission + order.taxes for order in sizing.orders())
    assert left == portfolio.cash - sum(moved.values()) - charges
    assert left >= target.cash_floor or all(value < 0 for value in moved.values())
    for name in ("STK", "BOND"):
        own = [row for row in portfolio.traded if row.asset_class == name]
        before = sum(ways[row.symbol] for row in own)
        after = before - sum(moved.get(row.symbol, ZERO) for row in own)
        assert abs(after) <= abs(before) + Decimal("0.000001")
    return {order.position.symbol: int(order.quantity) for order in sizing.orders()}, left


@pytest.mark.parametrize("costs", [no_fee, fee])
def test_orders_go_toward_their_targets_within_cash_and_class(
    costs: Callable[..., Charges],
) -> None:
    assert sum(len(sized(seed, 1, costs)[0]) for seed in range(120)) > 250


def test_orders_do_not_depend_on_the_scale_or_the_order_of_the_rows() -> None:
    for seed in range(120):
        orders, cash = sized(seed, 1, no_fee)
        assert sized(seed, 1000, no_fee) == (orders, 1000 * cash)
