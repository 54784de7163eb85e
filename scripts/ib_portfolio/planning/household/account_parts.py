"""What each account can do for the household's target, and which part of it falls to each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from ...core.asset_classes import CASH
from ...core.numbers import CENT, ZERO, to_cents
from ...core.portfolio import Portfolio, Position
from ...core.profiles import Profile
from ...core.record import Record
from ...request.preferences import Preferences
from ..market_limits import may_be_bought, may_be_trimmed
from ..sleeves import Amounts, sleeve_values
from ..trading_terms import terms_of
from .least_cost_flow import SINK, SOURCE, Network

# What a unit of flow costs, only to be compared: a trade anywhere; then, by thousandths of what is
# sold, the gain that is taxed; and half a trade where a class rather lives in another account.
_TRADE, _TAXED, _ELSEWHERE = 4000, 1000, 2000
# A gap below this part of the whole is left where no account trades its sleeve anyway.
_SMALL = Decimal("0.005")


class Account(Record):
    """An account as the household's target sees it; amounts in base currency, by sleeve."""

    values: Amounts
    sellable: Amounts  # what may be sold of each sleeve at most
    buyable: frozenset[str]
    spendable: Decimal  # its cash, with funds that count as cash and may be sold; below zero: debt
    freed: Amounts  # what is sold in any case, because the target wants nothing of it
    sale_costs: Mapping[str, int]
    buy_costs: Mapping[str, int]
    largest_unit: Decimal
    planned: bool = False

    @property
    def whole(self) -> Decimal:
        """What percentages of the account apply to."""
        return sum(self.values.values(), ZERO)

    def after(self, moved: Mapping[str, Decimal]) -> Account:
        """The account once its orders are planned: it trades no more."""
        values = {name: self.values[name] + moved.get(name, ZERO) for name in self.values}
        return self._replace(values=values, planned=True, freed={})


def account_of(
    portfolio: Portfolio,
    profile: Profile,
    preferences: Preferences,
    closing: Collection[str],
    is_tax_free: bool,
    home_of: str,
) -> Account:
    """What `portfolio` has and may trade of the sleeves of `profile`.

    Of those that are `closing` nothing is wanted. In a tax-free account no gain is taxed; the class
    that an account is the `home_of` ("" for none) is rather bought, and not sold, there.
    """
    values = {name: ZERO for name in profile.percent} | sleeve_values(portfolio, profile)
    sellable, gains, units = dict.fromkeys(values, ZERO), dict.fromkeys(values, ZERO), [ZERO]
    freed = dict.fromkeys(closing, ZERO)
    buyable = set()
    for row in portfolio.traded:
        name, terms = row.sleeve, terms_of(row, preferences.lots)
        units.append(row.unit_value * terms.step)
        if name in closing:
            freed[name] += row.value - row.kept_value
        elif may_be_trimmed(row, portfolio.as_of, terms) and not preferences.no_sell:
            sellable[name] += row.value - row.kept_value
        gains[name] += row.unrealized_gain or ZERO
        if may_be_bought(row, portfolio.as_of, terms):
            buyable.add(name)
    classes = _classes_of(portfolio.traded)
    away = {name: bool(home_of) and classes.get(name) != home_of for name in values}
    return Account(
        values=values,
        sellable=sellable,
        buyable=frozenset(buyable),
        spendable=portfolio.free_cash + sellable[CASH],
        freed=freed,
        sale_costs={
            name: _sale_cost(gains[name], values[name], is_tax_free)
            + _ELSEWHERE * bool(home_of and not away[name])
            for name in values
        },
        buy_costs={name: _TRADE + _ELSEWHERE * away[name] for name in values},
        largest_unit=max(units),
    )


def _classes_of(rows: Sequence[Position]) -> dict[str, str]:
    return {row.sleeve: row.asset_class for row in rows}


def _sale_cost(gain: Decimal, value: Decimal, is_tax_free: bool) -> int:
    """A gain costs where it is taxed, and a loss spares something."""
    if is_tax_free or not value:
        return _TRADE
    return _TRADE + int(max(min(gain / value, Decimal(1)), Decimal(-1)) * _TAXED)


class Moves(Record):
    """What an account should add to each sleeve but cash, below zero for sales, in base currency.

    `kept_cash` is what the household's target needs of its cash after that.
    """

    by_sleeve: Amounts
    kept_cash: Decimal


def moves_of(
    accounts: Sequence[Account],
    goals: Amounts,
    directions: Mapping[str, Decimal],
    trading: Sequence[Collection[str]] = (),
) -> list[Moves]:
    """What each account should trade.

    As much of the gaps to `goals` as sales and cash within each account can close, at the least
    cost; no sleeve goes another way than its `directions` (above zero: bought), and nothing is sold
    for what cannot be bought. Accounts that are planned do nothing. With `trading`, only what an
    account trades anyway, unless more than half a percent of the whole would be left.
    """
    gaps = _gaps(accounts, goals, directions)
    whole = sum(goals.values(), ZERO)
    network = Network()
    for at, account in enumerate(accounts):
        if account.planned:
            continue
        names = {
            name
            for name, gap in gaps.items()
            if not trading or name in trading[at] or abs(gap) > whole * _SMALL
        }
        cash = account.spendable + sum(account.freed.values(), ZERO)
        network.add(SOURCE, ("account", at), cash)
        network.add(("account", at), CASH, whole, 0)
        for name in goals:
            if name not in names or name == CASH:
                continue
            sold, bought = (name, "sold"), (name, "bought")
            cost = account.sale_costs[name]
            network.add(sold, ("account", at), account.sellable[name], cost)
            if name in account.buyable:
                network.add(("account", at), bought, whole, account.buy_costs[name])
    for name, gap in gaps.items():
        network.add(SOURCE, (name, "sold"), -gap)
        network.add((name, "bought"), SINK, gap)
    network.add(CASH, SINK, _cash_room(accounts, goals))
    network.fill()
    found = []
    for at, account in enumerate(accounts):
        node = ("account", at)
        by_sleeve = {
            name: network.flow(node, (name, "bought"))
            - network.flow((name, "sold"), node)
            - account.freed.get(name, ZERO)
            for name in account.values
            if name != CASH
        }
        kept = network.flow(node, CASH) + min(account.spendable, ZERO)
        found.append(Moves(by_sleeve, account.values[CASH] - account.spendable + kept))
    return found


def _gaps(
    accounts: Sequence[Account], goals: Amounts, directions: Mapping[str, Decimal]
) -> Amounts:
    """What is still to be bought (above zero) or sold of each sleeve but cash."""
    gaps = {}
    for name, goal in goals.items():
        if name == CASH:
            continue
        held = sum((one.values[name] - one.freed.get(name, ZERO) for one in accounts), ZERO)
        gap = goal - held
        gaps[name] = gap if gap * directions[name] > 0 else ZERO
    return gaps


def _cash_room(accounts: Sequence[Account], goals: Amounts) -> Decimal:
    """What of the accounts' cash above zero may stay cash: debts elsewhere want as much more."""
    fixed = sum((one.values[CASH] - _owned(one) for one in accounts), ZERO)
    return max(goals[CASH] - fixed, ZERO)


def _owned(account: Account) -> Decimal:
    return ZERO if account.planned else max(account.spendable, ZERO)


def part_of(account: Account, moves: Moves) -> Amounts:
    """What each sleeve of an account should be worth, in base currency to the cent.

    Cash, which is the rest, is below zero where the account owes and goes on to.
    """
    part = {}
    for name, move in moves.by_sleeve.items():
        value = account.values[name] + move
        # Of what is sold in any case only what cannot be sold is left, and not a part of a cent.
        freed = name in account.freed
        part[name] = value.quantize(CENT, ROUND_DOWN) if freed else to_cents(value)
    return {**part, CASH: account.whole - sum(part.values(), ZERO)}
