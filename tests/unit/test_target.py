"""Targets: exact sums, proportion inside a class, what is missing stays in cash."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from portfolios import PROFILES, Holding, portfolio_with, portfolios

from ib_portfolio.core.asset_classes import CASH
from ib_portfolio.core.profiles import find_profile
from ib_portfolio.planning.reachable_goals import (
    buyable_sleeves,
    reachable_goals,
    share_among,
)
from ib_portfolio.planning.target import apportion, build_target
from ib_portfolio.planning.trading_terms import TradingTerms

AMOUNTS = st.lists(st.decimals("0.01", "999999999", places=2), min_size=1, max_size=40)
profiles = st.sampled_from(PROFILES)


def names_of(amounts: list) -> list:
    return [f"S{place:02}" for place in range(len(amounts))]


def coarse(portfolio) -> bool:
    """Whether a unit is more than a percent of the whole: then whole units decide, not parts."""
    steps = (row.unit_value * (1000 if row.by_face else 1) for row in portfolio.traded)
    return any(step * 100 > portfolio.investable_value for step in steps)


def test_the_example_of_the_command() -> None:
    holdings = [
        Holding("CSPX", "STK", "50", "600"),
        Holding("INDA", "STK", "400", "50"),
        Holding("STRIPS-2040", "BOND", "80000", "0.5"),
    ]
    target = build_target(portfolio_with(holdings, "10000"), find_profile("balanced"))
    assert target.weights == {"CSPX": 30, "INDA": 20, "STRIPS-2040": 40, "USD.CASH": 10}
    assert target.cash_floor == 10_000 and not target.unfilled


@given(portfolios(most=30), profiles)
def test_weights_sum_to_exactly_100_and_none_is_0(portfolio, name) -> None:
    target = build_target(portfolio, find_profile(name))
    assert sum(target.weights.values()) == 100
    held = [part for symbol, part in target.weights.items() if symbol != target.cash_key]
    assert len(held) == len(portfolio.traded) and all(part > 0 for part in held)


@given(portfolios(most=30), profiles)
def test_a_larger_holding_of_a_class_never_weighs_less(portfolio, name) -> None:
    assume(not coarse(portfolio))
    weights = build_target(portfolio, find_profile(name)).weights
    for asset_class in ("STK", "BOND"):
        rows = [row for row in portfolio.traded if row.asset_class == asset_class]
        rows.sort(key=lambda row: row.value)
        for small, large in zip(rows, rows[1:]):
            if small.value < large.value:
                assert weights[small.symbol] <= weights[large.symbol]


@given(portfolios(), profiles)
def test_each_class_weighs_what_the_profile_says_or_stays_where_it_is(portfolio, name) -> None:
    assume(not coarse(portfolio))
    profile, whole = find_profile(name), portfolio.investable_value
    target, values = build_target(portfolio, profile), portfolio.class_values
    for asset_class in ("STK", "BOND"):
        rows = [row for row in portfolio.traded if row.asset_class == asset_class]
        found = sum(target.weights[row.symbol] for row in rows)
        if not rows:
            assert asset_class in target.unfilled
        elif target.unfilled and values[asset_class] * 100 > whole * profile.percent[asset_class]:
            # Only what the cash lacks of its own target is sold.
            lacks = max(target.wanted["CASH"] - portfolio.cash, 0)
            goal = max(target.wanted[asset_class], values[asset_class] - lacks)
            assert abs(found - goal * 100 / whole) < Decimal("0.0001")
        else:
            assert found == profile.percent[asset_class]
    assert sum(target.weights.values()) == 100
    assert target.cash_floor == target.wanted["CASH"]


@given(portfolios(), profiles, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(portfolio, name, random: Random) -> None:
    rows = list(portfolio.positions)
    random.shuffle(rows)
    other = portfolio._replace(positions=tuple(rows))
    profile = find_profile(name)
    assert build_target(portfolio, profile).weights == build_target(other, profile).weights


@given(portfolios(), profiles, st.integers(2, 1000))
def test_weights_do_not_depend_on_the_scale(portfolio, name, factor) -> None:
    rows = [
        row._replace(value=row.value * factor, unit_value=row.unit_value * factor)
        for row in portfolio.positions
    ]
    other = portfolio._replace(positions=tuple(rows), cash=portfolio.cash * factor)
    profile = find_profile(name)
    assert build_target(portfolio, profile).weights == build_target(other, profile).weights


def test_one_symbol_in_two_currencies_has_one_weight() -> None:
    holdings = [Holding("7203", "STK", "100", "18", "JPY"), Holding("7203", "STK", "10", "180")]
    target = build_target(portfolio_with(holdings, "1200"), find_profile("growth"))
    assert target.weights["7203"] == 75 and len(target.positions) == 2


@pytest.mark.parametrize(
    ("cash", "stocks", "floor"), [("0", 90, 1000), ("2500", 80, 1250), ("40000", 50, 5000)]
)
def test_the_share_of_a_missing_class_stays_where_it_is(cash, stocks, floor) -> None:
    """Without cash, stocks are sold for its own target alone; with enough, nothing; or bought."""
    holdings = [Holding("VT", "STK", "100", "100")]
    target = build_target(portfolio_with(holdings, cash), find_profile("balanced"))
    assert target.weights == {"VT": stocks, "USD.CASH": 100 - stocks}
    assert set(target.unfilled) == {"BOND"} and target.cash_floor == floor


@given(AMOUNTS, st.integers(1, 10**6))
def test_apportioned_units_sum_up(amounts, units) -> None:
    parts = apportion(units, amounts, names_of(amounts))
    assert sum(parts) == units and min(parts) >= 0
    if units >= len(amounts):
        assert min(parts) > 0


@given(AMOUNTS, st.integers(10**5, 10**6))
def test_apportioned_units_are_less_than_one_from_the_share(amounts, units) -> None:
    total = sum(amounts)
    exact = [units * amount / total for amount in amounts]
    if min(exact) < 1:
        return
    parts = apportion(units, amounts, names_of(amounts))
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact))


def test_no_amount_is_left_without_a_unit_when_others_got_theirs_first() -> None:
    """Amounts just over one unit must not fall to none because the tiny ones get one each."""
    amounts = [Decimal("0.5")] * 40 + [Decimal("1.02")] * 40 + [Decimal(60)]
    units = int(sum(amounts))
    parts = apportion(units, amounts, names_of(amounts))
    assert sum(parts) == units and min(parts) == 1


def test_nothing_at_all_goes_to_the_first() -> None:
    assert apportion(7, [Decimal(0), Decimal(0)], ["A", "B"]) == [7, 0]


def goals_of(random: Random) -> dict:
    """Random whole amounts of three sleeves and cash, some of them nothing."""
    return {
        name: Decimal(random.choice((0, random.randint(1, 900)))) for name in ("A", "B", "C", CASH)
    }


def test_sleeves_go_as_far_as_sales_and_purchases_can() -> None:
    """What is sold is what cash and the purchases need, at most all that is over; the rest of the
    goals is missed in proportion to what each sleeve is from its own."""
    random = Random(3)
    for _ in range(600):
        goals, values = goals_of(random), goals_of(random)
        values[CASH] += sum(goals.values()) - sum(values.values())
        buyable = {name for name in "ABC" if random.random() < 0.6}
        fixed = {name: random.choice((0, random.randint(0, int(values[name])))) for name in "ABC"}
        found = reachable_goals(goals, values, fixed, buyable)
        assert sum(found.values()) == sum(goals.values())
        over = {name: max(values[name] - max(goals[name], fixed[name]), 0) for name in "ABC"}
        lacks = {name: (name in buyable) * max(goals[name] - values[name], 0) for name in "ABC"}
        moved = {name: found[name] - values[name] for name in "ABC"}
        sold, bought = -sum(min(one, 0) for one in moved.values()), 0
        closed = sum(over[name] for name in "ABC" if not goals[name])
        bought = sum(max(one, 0) for one in moved.values())
        needed = goals[CASH] - values[CASH] + sum(lacks.values())
        near = Decimal("1e-15")
        assert abs(sold - min(sum(over.values()), max(needed, closed))) < near
        can = max(sold + values[CASH] - goals[CASH], 0)
        assert abs(bought - min(sum(lacks.values()), can)) < near
        for name in "ABC":
            if moved[name] < 0 and not goals[name]:
                assert moved[name] == -over[name]
            elif moved[name] < 0:
                part = over[name] * (sold - closed) / (sum(over.values()) - closed)
                assert abs(moved[name] + part) < near
            elif moved[name]:
                assert abs(moved[name] - lacks[name] * bought / sum(lacks.values())) < near


@pytest.mark.parametrize(
    ("prices", "may_buy", "lacks", "buyable"),
    [
        (["200"], [True], 100, True),
        (["200.01"], [True], 100, False),
        (["500", "200"], [True, True], 100, True),
        (["200", "500"], [True, True], 100, True),
        (["500", "200"], [True, False], 100, False),
        (["200", "500"], [False, True], 100, False),
        (["1"], [True], -100, False),
    ],
)
def test_a_sleeve_is_bought_where_its_least_unit_is_at_most_twice_what_it_lacks(
    prices, may_buy, lacks, buyable
) -> None:
    rows = portfolio_with([Holding("X", "STK", "3", price) for price in prices]).positions
    terms = [TradingTerms(Decimal(1), may_buy=may) for may in may_buy]
    value = sum(row.value for row in rows)
    names = {row.sleeve for row in rows}
    goals = dict.fromkeys(names, value + lacks)
    found = buyable_sleeves(list(zip(rows, terms)), goals, dict.fromkeys(names, value))
    assert found == (names if buyable else set())


def test_rows_share_in_proportion_and_none_goes_below_what_it_keeps() -> None:
    random = Random(4)
    for _ in range(300):
        held = [random.randint(1, 90) for _ in range(random.randint(1, 5))]
        kept = [random.choice((0, random.randint(0, units))) for units in held]
        rows = portfolio_with([Holding("X", "STK", str(units), "7") for units in held]).positions
        rows = [row._replace(kept=Decimal(units)) for row, units in zip(rows, kept)]
        wanted = Decimal(random.randint(7 * sum(kept), 900 * len(held)))
        parts = share_among(rows, wanted)
        assert abs(sum(parts) - wanted) < Decimal("1e-15")
        ratios = [part / row.value for part, row in zip(parts, rows)]
        free = [at for at, part in enumerate(parts) if part > 7 * kept[at]]
        most = max((ratios[at] for at in free), default=0)
        for at, part in enumerate(parts):
            assert part >= 7 * kept[at]
            # Free ones have one ratio; those at what they keep would be below it.
            assert abs(ratios[at] - most) < Decimal("1e-15") if at in free else ratios[at] >= most


def test_what_is_where_it_should_be_stays_to_the_last_digit() -> None:
    holdings = [Holding("X", "STK", units, "3.7") for units in ("3", "7", "11", "1")]
    rows = portfolio_with(holdings).positions
    values = [row.value for row in rows]
    for scale in (1, 3, 7):
        scaled = [row._replace(value=row.value / scale) for row in rows]
        own = [row.value for row in scaled]
        assert share_among(scaled, sum(own)) == own
    nothing = [row._replace(value=Decimal(0)) for row in rows]
    assert share_among(nothing, sum(values)) == [sum(values) / 4] * 4
