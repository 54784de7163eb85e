"""Bugs as a developer might write them, by name: what the plan, its taxes and its fees go wrong by.

Those of sources, policies, households and servers are in `bug_readings`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Dict, List

from bug_kit import ZERO, Patch, Plant, around, preference, replaced, returns

from ib_portfolio.core.portfolio import Position
from ib_portfolio.market import bond_denominations, holding_period, levies, lot_sizes
from ib_portfolio.market.commissions import Charges, FeeTable
from ib_portfolio.market.margin_rules import MarginRules
from ib_portfolio.planning import (
    adjusted_portfolio,
    bands,
    encumbrances,
    plan,
    reachable_goals,
    tailored_plan,
    target,
    turnover,
)
from ib_portfolio.planning.choices import few_orders, tax_aware
from ib_portfolio.planning.currencies import exchanges, flows
from ib_portfolio.planning.orders import sizing, smallest_orders
from ib_portfolio.reports.document import plan_options, plan_trades, plan_writer
from ib_portfolio.taxes import gains_by_lot, lots, wash_sales

_CENT = Decimal("0.01")


def _floor_forgotten(patch: Patch) -> None:
    right = sizing.Sizing.settle

    def settle(self: Any, cash: Decimal, floor: Decimal, sell_more: bool = True) -> Decimal:
        return right(self, cash, floor / 2 - 100, sell_more)

    patch.setattr(sizing.Sizing, "settle", settle)


def _swapped(parts: list) -> list:
    return [*parts[1::-1], *parts[2:]]


def _first_twice(orders: list) -> list:
    return [*orders[:1], *orders]


def _a_cent_more(row: Dict[str, Any]) -> Dict[str, Any]:
    return {**row, "cash_after": str(Decimal(row["cash_after"]) + _CENT)}


# What may go wrong in any plan.
OF_EVERY_PLAN: Dict[str, Plant] = {
    "no commissions": returns(FeeTable, "charges", lambda found: Charges(*[ZERO] * 3)),
    "amounts cut, not rounded": replaced(
        sizing, "to_cents", lambda number: number.quantize(_CENT, "ROUND_DOWN")
    ),
    "cash may go below its floor": _floor_forgotten,
    "the last order is lost": returns(sizing.Sizing, "orders", lambda orders: orders[:-1]),
    "an order twice": returns(sizing.Sizing, "orders", _first_twice),
    "two weights swapped": returns(target, "apportion", _swapped),
    "a target five percent too high": returns(
        target, "sleeve_targets", lambda goals: {**goals, "STK": goals["STK"] * Decimal("1.05")}
    ),
    "half of what can be reached": returns(reachable_goals, "_part", lambda part: part / 2),
    "positions share equally, not by value": returns(
        target, "share_among", lambda shared: [sum(shared) / len(shared) for _ in shared]
    ),
    "purchases before sales": returns(plan, "execution", lambda key: (not key[0], *key[1:])),
    "a cent of cash too much": returns(plan_writer, "_summary", _a_cent_more),
    "gains of the wrong sign": returns(
        plan_trades, "realized_gain", lambda gain: gain and gain._replace(amount=-gain.amount)
    ),
    "exchanges forgotten": returns(
        exchanges, "exchanges_of", lambda found: found._replace(orders=found.orders[1:])
    ),
    "shorts are not set aside": replaced(plan, "free_to_trade", lambda portfolio, *_: portfolio),
}


def _dropped(_: Any, minimum: Decimal, wanted: Any, settled: Any) -> Any:
    """Small orders are thrown away, and no larger one does what they would have."""
    orders, cash = settled(wanted.targets, True)
    small = [order for order in orders if order.amount < minimum]
    cash -= sum((order.cash for order in small), ZERO)
    return [order for order in orders if order.amount >= minimum], cash


def _smallest_first(right: Any, plan: Any, orders: List[Any], *rest: Any) -> Any:
    return right(plan, orders[::-1], *rest)


def _money_in_equal_parts(_: Any, gaps: Dict[str, Decimal], money: Decimal) -> Any:
    return {name: money / len(gaps) for name in gaps}


def _dearest_first(right: Any, sellers: List[Any], whole: Decimal) -> Any:
    turned = [one._replace(taxes=tuple(-tax for tax in one.taxes)) for one in sellers]
    return right(turned, whole)


def _rates_swapped(right: Any, gains: Any, rates: Any) -> Any:
    return right(gains, rates._replace(short=rates.long, long=rates.short))


def _losses_not_offset(right: Any, gains: Any, rates: Any) -> Any:
    return right(gains._replace(short=max(gains.short, ZERO), long=max(gains.long, ZERO)), rates)


# What may go wrong with an option, or with what only some accounts have.
OF_OPTIONS: Dict[str, Plant] = {
    "bands twice as wide": returns((bands, plan_options), "band_points", lambda points: points * 2),
    "to the middle of a band, not its edge": lambda patch: patch.setitem(
        bands._STOPS, "edge", ZERO
    ),
    "locks ignored": replaced(adjusted_portfolio, "lock_of", lambda *_: False),
    "half of the smallest order": preference(tailored_plan, min_trade=lambda least: least / 2),
    "small orders thrown away": around(smallest_orders, "orders_of_at_least", _dropped),
    "twice the turnover": preference(
        tailored_plan, max_turnover=lambda most: None if most is None else most * 2
    ),
    "the smallest orders first under a cap": around(turnover, "_fitting", _smallest_first),
    "--no-sell ignored": preference(tailored_plan, no_sell=lambda _: False),
    "new money in equal parts": around(bands, "_fill", _money_in_equal_parts),
    "new money counted twice": preference(
        tailored_plan, cash_flow=lambda flow: flow * 2 if flow > 0 else flow
    ),
    "half of a withdrawal": preference(
        tailored_plan, cash_flow=lambda flow: flow / 2 if flow < 0 else flow
    ),
    "the reserve forgotten": preference(tailored_plan, reserve=lambda _: ZERO),
    "the newest lots first": around(lots, "_in_order", lambda right, *args: right(*args)[::-1]),
    "short and long term swapped": returns(gains_by_lot, "is_long_term", lambda found: not found),
    "long-term a day too early": replaced(
        holding_period, "long_term_from", lambda held: f"{int(held[:4]) + 1}{held[4:]}"
    ),
    "tax rates swapped": around(gains_by_lot, "estimate_tax", _rates_swapped),
    "losses offset no other term": around(gains_by_lot, "estimate_tax", _losses_not_offset),
    "wash sales within 15 days": replaced(wash_sales, "DAYS", 15),
    "few orders, wherever they end": replaced(
        few_orders.FewOrders, "_is_near", lambda self, *_: True
    ),
    "few orders ten times as far off": preference(
        tailored_plan, few_orders=lambda points: None if points is None else points * 10
    ),
    "the dearest sales by tax": around(tax_aware, "cheapest", _dearest_first),
    "short calls cover nothing": replaced(encumbrances, "_keep", lambda *_: None),
    "puts of one share a contract": around(
        encumbrances,
        "_option_reserve",
        lambda right, short, kind, local, covered: right(short, kind, local / 100, covered),
    ),
    "shorts at two thirds of the margin": returns(
        MarginRules, "percent", lambda percent: percent * 2 / 3
    ),
    "foreign orders in base currency": replaced(flows, "_local", lambda order: order.amount),
    "exchanges cost nothing": replaced(FeeTable, "exchange", lambda self, value: ZERO),
    "every market by the US schedule": replaced(
        FeeTable, "_shares", lambda self, position: self._us
    ),
    "no levies": replaced(levies, "levies_on", lambda *_: ()),
    "board lots of one share": replaced(lot_sizes, "lot_of", lambda _: Decimal(1)),
    "bonds in pieces of 100": replaced(
        bond_denominations, "denomination_of", lambda _: Decimal(100)
    ),
    "no accrued interest": replaced(Position, "accrued_interest", lambda self, _: ZERO),
}
