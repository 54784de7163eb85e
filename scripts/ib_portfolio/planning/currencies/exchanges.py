"""Which currencies to exchange, between a plan's sales and its purchases, and what that costs.

No currency ends further below zero than it began, and a debit beside a credit is paid back.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from ...core.numbers import CENT, ZERO, to_cents
from ...core.record import Record
from ...market.commissions import FeeTable
from ...market.currency_pairs import CurrencyPairs, Pair
from .flows import Flow, currency_flows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..plan import Plan

# Each pass adds what costs and rounding still lack. Two are mostly enough; a cent of a currency
# that is worth much less than the other is found in some more.
_MOST_PASSES = 30
_PASSES_FOR_COST = 5
# What a division may leave behind the last digit, far under a cent of any currency.
_NOISE = Decimal("1e-8")

Amounts = dict[str, Decimal]
_Transfers = dict[tuple[str, str], Decimal]


class Exchange(Record):
    """A currency order: BUY or SELL so much of the pair's base currency for the quote currency."""

    action: str
    pair: Pair
    amount: Decimal  # in pair.base, to the cent
    counter: Decimal  # in pair.quote, to the cent, at the statement's rates
    value: Decimal  # in the account's base currency
    cost: Decimal  # in the account's base currency, in which IBKR charges it

    @property
    def changes(self) -> Amounts:
        """What it adds to each of its two currencies, its cost apart."""
        sign = 1 if self.action == "BUY" else -1
        return {self.pair.base: sign * self.amount, self.pair.quote: -sign * self.counter}


class PlanExchanges(Record):
    """A plan's exchanges in the order in which they can be made, their commissions, and what
    currencies still lack after them, both in base currency.
    """

    orders: tuple[Exchange, ...]
    cost: Decimal
    lacks: Decimal


def exchanges_of(plan: Plan) -> PlanExchanges:
    """The exchanges that the orders and the cash of `plan` need; none where all of it fits.

    Amounts are rounded up to a cent, so that what is paid for is paid whole, and down only where a
    currency gives all it has. A debit that is not larger than what its exchange costs stays.
    """
    flows = currency_flows(plan.portfolio, plan.orders)
    hub = "" if plan.portfolio.usd_rate is not None else plan.portfolio.base_currency
    search = _Search(flows, plan.fees, CurrencyPairs(hub))
    found = search.find(pays_back=False)
    if _debts(flows, found):
        paid = search.find(pays_back=True)
        saved = _debts(flows, found) - _debts(flows, paid)
        if not shortfall(flows, paid) and saved > _cost(paid) - _cost(found):
            found = paid
    return PlanExchanges(tuple(found), _cost(found), shortfall(flows, found))


def _cost(found: Sequence[Exchange]) -> Decimal:
    return sum((exchange.cost for exchange in found), ZERO)


def _debts(flows: Sequence[Flow], found: Sequence[Exchange]) -> Decimal:
    """What the currencies that end below zero owe together, in base currency."""
    changes = exchanged(flows, found)
    ends = ((flow.after_orders + changes[flow.currency]) * flow.rate for flow in flows)
    return -sum((value for value in ends if value < 0), ZERO)


def exchanged(flows: Sequence[Flow], found: Sequence[Exchange]) -> Amounts:
    """What exchanges add to each currency; their cost is taken from the base currency's."""
    changes = {flow.currency: ZERO for flow in flows}
    for exchange in found:
        for currency, change in exchange.changes.items():
            changes[currency] = changes.get(currency, ZERO) + change
        changes[flows[0].currency] -= exchange.cost
    return changes


def shortfall(flows: Sequence[Flow], found: Sequence[Exchange]) -> Decimal:
    """What currencies end below the least they may, in base currency: more cash has to be kept."""
    changes = exchanged(flows, found)
    return sum(
        (
            max(flow.lowest - flow.after_orders - changes[flow.currency], ZERO) * flow.rate
            for flow in flows
        ),
        ZERO,
    )


class _Search:
    """The search for a plan's exchanges."""

    def __init__(self, flows: Sequence[Flow], fees: FeeTable, pairs: CurrencyPairs) -> None:
        self._flows, self._fees, self._pairs = flows, fees, pairs
        self._base = flows[0].currency
        self._rates = {flow.currency: flow.rate for flow in flows}
        self._lowest = {flow.currency: flow.lowest for flow in flows}

    def find(self, pays_back: bool) -> list[Exchange]:
        """The exchanges, with what they cost and lose to rounding earned by themselves.

        Where the cash is too little for them, those that leave the least lacking.
        """
        cost, rounding = ZERO, dict.fromkeys(self._rates, ZERO)
        least: tuple[Decimal, list[Exchange]] | None = None
        for place in range(_MOST_PASSES):
            there = {
                flow.currency: flow.after_orders - rounding[flow.currency] for flow in self._flows
            }
            there[self._base] -= cost
            left = dict(there)
            transfers = self._transfers(left, pays_back)
            goals = {flow.currency: self._goal(flow, left) for flow in self._flows}
            room = {name: amount - goals[name] for name, amount in there.items()}
            found = self._orders(transfers, room)
            new_cost = _cost(found)
            missing = self._missing(goals, found)
            lacks = sum((missing[name] * self._rates[name] for name in missing), ZERO)
            if least is None or lacks < least[0]:
                least = lacks, found
            # At first the cost may fall as well; later it would only go to and fro.
            if new_cost > cost or (new_cost < cost and place < _PASSES_FOR_COST):
                cost = new_cost
                continue
            if not missing:
                return found
            for currency, amount in missing.items():
                # Doubled, since less than a cent of the other currency may change nothing.
                rounding[currency] += max(amount, rounding[currency])
        return least[1] if least else []

    def _missing(self, goals: Amounts, found: Sequence[Exchange]) -> Amounts:
        """What currencies end below their goals."""
        changes = exchanged(self._flows, found)
        off = {
            flow.currency: goals[flow.currency] - flow.after_orders - changes[flow.currency]
            for flow in self._flows
        }
        return {name: amount for name, amount in off.items() if amount > 0}

    def _goal(self, flow: Flow, left: Amounts) -> Decimal:
        """Where a currency should end: not below zero if the transfers took it there."""
        return ZERO if left[flow.currency] > -_NOISE else flow.lowest

    def _transfers(self, left: Amounts, pays_back: bool) -> _Transfers:
        """What goes from where to where, in base currency; `left` is moved along."""
        found: _Transfers = {}
        self._fill(found, left, self._lowest, floor=dict.fromkeys(left, ZERO))
        self._fill(found, left, self._lowest, floor=self._lowest)
        if pays_back:
            nothing = dict.fromkeys(left, ZERO)
            self._fill(found, left, nothing, floor=nothing, must=False)
        return found

    def _fill(
        self, found: _Transfers, left: Amounts, goal: Amounts, floor: Amounts, must: bool = True
    ) -> None:
        """Brings each currency up to its goal, from those over their floor; most lacking first.

        What is no `must` is left where it is not larger than what its exchange costs.
        """
        lacking = [name for name in goal if left[name] < goal[name]]
        for target in sorted(lacking, key=lambda name: (left[name] * self._rates[name], name)):
            while left[target] < goal[target]:
                lacks = (goal[target] - left[target]) * self._rates[target]
                spare = {
                    name: (left[name] - floor[name]) * self._rates[name]
                    for name in left
                    if name != target and left[name] - floor[name] >= CENT
                }
                if not must:
                    spare = self._worth_it(spare, target, lacks, found)
                if not spare:
                    break
                source = self._source(spare, target, lacks)
                value = min(lacks, spare[source])
                found[source, target] = found.get((source, target), ZERO) + value
                self._move(left, source, target, value)

    def _worth_it(self, spare: Amounts, target: str, lacks: Decimal, found: _Transfers) -> Amounts:
        """Those of `spare` that give more than an exchange costs, or are exchanged anyway."""
        return {
            name: amount
            for name, amount in spare.items()
            if (name, target) in found
            or min(amount, lacks)
            > self._fees.exchange(min(amount, lacks)) * len(self._pairs.route(name, target))
        }

    def _move(self, left: Amounts, source: str, target: str, value: Decimal) -> None:
        for name, change in ((source, -value), (target, value)):
            moved = left[name] + change / self._rates[name]
            left[name] = moved.quantize(_NOISE, rounding=ROUND_HALF_UP)

    def _source(self, spare: Amounts, target: str, lacks: Decimal) -> str:
        """The currency to give: one that is enough, has a pair with `target`, is the base, or the
        largest, in this order.
        """
        return min(
            spare,
            key=lambda name: (
                spare[name] < lacks,
                self._pairs.find(name, target) is None,
                name != self._base and spare[name] >= lacks,
                -spare[name],
                name,
            ),
        )

    def _orders(self, transfers: _Transfers, room: Amounts) -> list[Exchange]:
        """The transfers as orders: into the hub first, out of it last, larger before smaller.

        `room` is what each currency may give.
        """
        legs: dict[tuple[str, str], tuple[Pair, Decimal]] = {}
        for (source, target), value in transfers.items():
            for given, got, pair in self._pairs.route(source, target):
                before = legs.get((given, got), (pair, ZERO))[1]
                legs[given, got] = (pair, before + value)
        steps = []
        for (given, got), (pair, value) in legs.items():
            net = value - legs.get((got, given), (pair, ZERO))[1]
            if net > 0:
                steps.append((self._pairs.step(given, got), -net, pair.name, given, pair))
        found = []
        for _, value, _, given, pair in sorted(steps, key=lambda step: step[:3]):
            order = self._order(given, pair, -value, room[given])
            if order.amount:
                found.append(order)
                for name, change in order.changes.items():
                    room[name] += change
        return found

    def _order(self, given: str, pair: Pair, value: Decimal, room: Decimal) -> Exchange:
        """The order that gives `given`, worth `value`, in whichever way the pair is quoted.

        Rounded up to a cent, and down where that would take more than there is `room`.
        """
        exact = (value / self._rates[pair.base]).quantize(_NOISE, rounding=ROUND_HALF_UP)
        order = self._rounded(given, pair, exact.quantize(CENT, rounding=ROUND_UP))
        if -order.changes[given] > room:
            order = self._rounded(given, pair, exact.quantize(CENT, rounding=ROUND_DOWN))
        return order

    def _rounded(self, given: str, pair: Pair, amount: Decimal) -> Exchange:
        worth = amount * self._rates[pair.base]
        value = to_cents(worth)
        return Exchange(
            action="SELL" if given == pair.base else "BUY",
            pair=pair,
            amount=amount,
            counter=to_cents(worth / self._rates[pair.quote]),
            value=value,
            cost=self._fees.exchange(value),
        )
