"""Orders of random accounts: toward their targets, within the cash, no class further off."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Callable, Dict, List, NamedTuple, Tuple

import pytest
from portfolios import Holding, portfolio_with

from ib_portfolio.core.numbers import CENT, ZERO
from ib_portfolio.core.portfolio import Position
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.market.commissions import Charges
from ib_portfolio.planning.orders import traded_steps
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
        Decimal(random.choice((2, 5)) if kind == 1 else 1),
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


def dear(_: Position, units: Decimal, amount: Decimal) -> Charges:
    """At least a whole unit of the currency, and a percent; for purchases half a percent of tax."""
    tax = (amount / 200).quantize(CENT) if units > 0 else ZERO
    return Charges(max(Decimal(1), (amount / 100).quantize(CENT)), tax, ZERO)


class Drawn(NamedTuple):
    """An account whose targets, floor and terms are drawn apart from any profile."""

    # Each with what it should be worth, and what if its units could be divided.
    rows: List[Tuple[Position, Decimal, Decimal, TradingTerms]]
    cash: Decimal
    floor: Decimal


def drawn(seed: int) -> Drawn:
    """2 to 12 positions of one to three classes, units worth from cents to a tenth of the whole.

    The floor is anywhere from where nothing is bought or too little can be sold to where all is
    paid for.
    """
    random = Random(f"sizing {seed}")
    holdings, kinds = [], random.randint(1, 3)
    digits = random.choice((CENT, Decimal(1), Decimal(100)))
    for at in range(random.randint(2, 12)):
        price = random.choice(((1, 40), (50, 900), (50, 900), (2_000, 30_000)))
        cents = random.choice((1, 1, 1, 100))
        units = random.randint(1, random.choice((3, 60, 400)))
        price = str(Decimal(random.randint(*price)) / cents)
        holdings.append(Holding(f"S{at}", "STK", str(units), price))
    rows = []
    for row in portfolio_with(holdings).positions:
        row = row._replace(asset_class=("STK", "BOND", "CASH")[random.randrange(kinds)])
        part = random.choice((0, 1, random.uniform(0.3, 1), random.uniform(0.9, 1.2), 1.7))
        wanted = (row.value * Decimal(part)).quantize(digits)
        own = wanted + random.choice((0, 0, 1)) * random.randint(-2, 2) * row.unit_value / 2
        rows.append((row, wanted, own, terms_by(random, int(row.quantity))))
    worth = float(sum(row.value for row, *_ in rows))
    gaps = [float(wanted - row.value) for row, wanted, *_ in rows]
    unit = float(random.choice(rows)[0].unit_value)
    exactly = max(100 * unit - worth, 0)  # at which the unit is a hundredth of the whole
    cash = Decimal(random.choice((0, worth / 50, worth / 5, exactly))).quantize(CENT)
    sold = -sum(gap for gap in gaps if gap < 0) * random.choice((0, 1, random.uniform(0.5, 2)))
    bought = sum(gap for gap in gaps if gap > 0) * random.choice((0, 1, random.random(), 1.1))
    spare = random.choice((0, random.uniform(-0.01, 0.01))) * worth
    floor = cash + Decimal(sold - bought + spare)
    return Drawn(rows, cash.quantize(digits), floor.quantize(digits))


class Settled(NamedTuple):
    """The quantities by symbol, the cash after, how far off all ends; what sizing says of that."""

    orders: Dict[str, Decimal]
    cash: Decimal
    off: Decimal
    said_off: Decimal
    has_large: bool


def settled(one: Drawn, costs: Callable[..., Charges], option: str = "") -> Settled:
    """What sizing makes of an account: as it is, "large_first", or "no_more_sold"."""
    rows, wanted, parts, terms = zip(*one.rows)
    more = {"large_first": True} if option == "large_first" else {}
    sizing = Sizing(rows, wanted, costs, terms, parts, **more)
    cash = sizing.settle(one.cash, one.floor, *[False] * (option == "no_more_sold"))
    orders = {order.position.symbol: order.quantity for order in sizing.orders()}
    moved = {order.position.symbol: order.moved for order in sizing.orders()}
    lacks = {row.symbol: aim - row.value - moved.get(row.symbol, 0) for row, aim, *_ in one.rows}
    off = sum(map(abs, lacks.values()), abs(cash - one.floor))
    for name in {row.sleeve for row in rows}:
        off += abs(sum(lacks[row.symbol] for row in rows if row.sleeve == name))
    return Settled(orders, cash, off, sizing.off, sizing.has_large)


COSTS = (no_fee, fee, dear)
# The last ones are those of 4,000 in which rare steps decide: what is sold whole, or at a limit.
RARE = (1018, 1058, 1091, 1163, 1499, 1621, 2144, 2343, 2902, 4433)
SEEDS = (*range(290), *RARE)
# What 300 accounts come to: orders, and in cents their cash, how far off they end, and that by
# parts. Where that falls, sizing has become better; where it rises, something wants a reason.
TOGETHER = {
    ("", True): (1_043, 10_615_953_649, 12_349_978_339, 10_881_221_922),
    ("", False): (1_088, 10_628_043_680, 12_366_466_912, 10_917_351_570),
    ("large_first", True): (1_048, 10_389_865_913, 12_114_865_857, 10_643_132_895),
    ("large_first", False): (1_077, 10_390_459_586, 12_122_644_212, 10_667_642_208),
    ("no_more_sold", True): (1_049, 10_298_960_636, 12_020_969_694, 10_559_818_158),
    ("no_more_sold", False): (1_062, 10_299_180_454, 12_027_800_080, 10_591_517_496),
}


@pytest.mark.parametrize(("option", "exchanges"), TOGETHER)
def test_orders_end_as_near_as_they_did(
    option: str, exchanges: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where steps are not exchanged for others, as in an account of very many positions."""
    if not exchanges:
        monkeypatch.setattr(traded_steps, "_MOST_LINES", 0)
    found = [settled(drawn(seed), COSTS[seed % 3], option) for seed in SEEDS]
    assert TOGETHER[option, exchanges] == (
        sum(len(one.orders) for one in found),
        int(100 * sum(one.cash for one in found)),
        int(100 * sum(one.off for one in found)),
        int(100 * sum(one.said_off for one in found)),
    )


def test_units_over_a_hundredth_of_the_whole_are_large() -> None:
    for seed in range(100):
        one = drawn(seed)
        whole = one.cash + sum(row.value for row, *_ in one.rows)
        units = [
            row.unit_value * (terms.step if wanted > row.value else terms.sale_step(row.quantity))
            for row, wanted, _, terms in one.rows
            if wanted != row.value and (wanted or terms.most_to_sell not in (None, row.quantity))
        ]
        assert settled(one, no_fee).has_large == any(unit > whole / 100 for unit in units)


@pytest.mark.parametrize("option", ["", "large_first", "no_more_sold"])
def test_sizes_do_not_depend_on_the_order_of_the_rows_whatever_they_cost(option: str) -> None:
    for seed in range(60):
        one, costs = drawn(seed), COSTS[seed % 3]
        rows = Random(seed).sample(one.rows, len(one.rows))
        assert settled(one._replace(rows=rows), costs, option) == settled(one, costs, option)
