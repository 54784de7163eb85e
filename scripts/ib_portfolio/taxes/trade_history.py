"""The history of trades that the wash-sale rule looks at: losses, purchases, and what was sold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.plain_text import plain
from ..core.portfolio import Portfolio, Position
from ..core.record import Record
from ..sources.activity.activity import Activity, BookedExecution, ClosedLot, TradedContract
from .wash_matching import Loss, Purchase, Sold

# What the rule is on: stock and securities. Futures, currencies and crypto are not; options are
# looked at apart, since those on broad indices are not either (section 1256) and no row says so.
SECURITIES = frozenset(("STK", "BOND", "BILL", "FUND", "WAR"))
OPTIONS = frozenset(("OPT",))
BUY, SELL = "BUY", "SELL"
_RIGHTS = (("C", BUY), ("P", SELL), ("", BUY))


class AccountHistory(Record):
    """An account's activity beside what it holds at the end of it, None where that is not told."""

    activity: Activity
    portfolio: Portfolio | None


class TradeHistory(Record):
    """All accounts together. `unclear` are losses of which nothing can be said: symbol, reason."""

    losses: tuple[Loss, ...]
    purchases: tuple[Purchase, ...]
    sold: tuple[Sold, ...]
    symbols: dict[str, str]  # by what tells one contract from another
    unclear: tuple[tuple[str, str], ...]


def position_key(position: Position) -> str:
    """What tells the contract of a position from another, as TradedContract.key."""
    return plain(position.conid) or f"{plain(position.symbol)} {plain(position.currency)}"


def trade_history(accounts: list[AccountHistory]) -> TradeHistory:
    """The history of `accounts`.

    A loss in a retirement account is none for taxes; a purchase there takes losses of others away.
    """
    taxable = [one for one in accounts if not one.activity.is_retirement]
    return TradeHistory(
        losses=tuple(loss for one in taxable for loss in _losses(one.activity)),
        purchases=tuple(purchase for one in accounts for purchase in _purchases(one)),
        sold=tuple(sale for one in accounts for sale in _sold(one.activity)),
        symbols=dict(_symbols(accounts)),
        unclear=tuple(dict.fromkeys(pair for one in taxable for pair in _unclear(one.activity))),
    )


def _losses(activity: Activity) -> Iterator[Loss]:
    """The lots sold at a loss; whole sales where no closed lots are listed."""
    if activity.closed_lots is None:
        for one in activity.executions or ():
            if one.side == SELL and one.realized and _is_loss(one.contract, one.realized):
                yield _loss(activity, one, "", "", -one.realized * one.rate)
        return
    for lot in activity.closed_lots:
        if lot.side == SELL and _is_loss(lot.contract, lot.realized):
            yield _loss(activity, lot, lot.opened, lot.held_since, -lot.realized * lot.rate)


def _loss(
    activity: Activity,
    sold: BookedExecution | ClosedLot,
    opened: str,
    held_since: str,
    amount: Decimal,
) -> Loss:
    return Loss(
        account=activity.account,
        contract=sold.contract.key,
        day=sold.day,
        moment=sold.moment,
        quantity=sold.quantity,
        opened=opened,
        held_since=held_since,
        amount=amount,
    )


def _is_loss(contract: TradedContract, realized: Decimal) -> bool:
    return realized < 0 and contract.category in SECURITIES


def _unclear(activity: Activity) -> Iterator[tuple[str, str]]:
    """Losses on options and on short positions."""
    for lot in activity.closed_lots or ():
        if lot.realized >= 0:
            continue
        if lot.contract.category in OPTIONS:
            yield lot.contract.symbol, "wash_unclear_option"
        elif lot.contract.category in SECURITIES and lot.side == BUY:
            yield lot.contract.symbol, "wash_unclear_short"


def _purchases(account: AccountHistory) -> Iterator[Purchase]:
    """What was bought on each day: by the executions and, where these do not reach, by the lots."""
    activity = account.activity
    found: dict[tuple[str, str], Decimal] = {}
    for key, day, quantity in _bought(activity):
        found[key, day] = found.get((key, day), ZERO) + quantity
    for key, day, quantity in _bought_before(account):
        found[key, day] = found.get((key, day), ZERO) + quantity
    for (key, day), quantity in found.items():
        if quantity > 0:
            yield Purchase(activity.account, key, day, quantity, bool(activity.is_retirement))


def _bought(activity: Activity) -> Iterator[tuple[str, str, Decimal]]:
    """The executions that bought, less what of them covered a short position."""
    for one in activity.executions or ():
        if one.side == BUY and one.contract.category in SECURITIES:
            yield one.contract.key, one.day, one.quantity
    for lot in activity.closed_lots or ():
        if lot.side == BUY and lot.contract.category in SECURITIES:
            yield lot.contract.key, lot.day, -lot.quantity


def _bought_before(account: AccountHistory) -> Iterator[tuple[str, str, Decimal]]:
    """What lots tell of purchases that no execution tells: those before the period."""
    activity, portfolio = account
    first = activity.first if activity.executions is not None else "9999"
    for position in portfolio.positions if portfolio else ():
        if position.category in SECURITIES:
            for lot in position.lots:
                if lot.quantity > 0 and lot.opened and lot.opened < first:
                    yield position_key(position), lot.opened, lot.quantity
    for lot in activity.closed_lots or ():
        is_long = lot.side == SELL and lot.contract.category in SECURITIES
        if is_long and lot.opened and lot.opened < first:
            yield lot.contract.key, lot.opened, lot.quantity


def _sold(activity: Activity) -> Iterator[Sold]:
    for lot in activity.closed_lots or ():
        if lot.side == SELL:
            yield Sold(activity.account, lot.contract.key, lot.opened, lot.day, lot.quantity)


def _symbols(accounts: list[AccountHistory]) -> Iterator[tuple[str, str]]:
    for activity, portfolio in accounts:
        for one in (*(activity.executions or ()), *(activity.closed_lots or ())):
            yield one.contract.key, one.contract.symbol
        for position in portfolio.positions if portfolio else ():
            yield position_key(position), plain(position.symbol)


def option_purchases(accounts: list[AccountHistory]) -> dict[str, list[BookedExecution]]:
    """The executions that got a right or a duty to buy: calls bought, puts sold.

    By the conid of what they are on, or by its symbol where the statement does not tell the conid.
    """
    found: dict[str, list[BookedExecution]] = {}
    for activity, _ in accounts:
        for one in activity.executions or ():
            contract = one.contract
            if contract.category in OPTIONS and (contract.put_call, one.side) in _RIGHTS:
                name = contract.underlying_conid or contract.underlying_symbol
                found.setdefault(name, []).append(one)
    return found
