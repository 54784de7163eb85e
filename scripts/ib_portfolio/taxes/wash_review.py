"""What the wash-sale rule says of a period's losses, and of buying and selling from now on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..core.dates import days_after
from ..core.numbers import ZERO
from ..core.record import Record
from ..sources.activity.activity import BookedExecution
from .trade_history import SECURITIES, AccountHistory, option_purchases, position_key, trade_history
from .wash_matching import DAYS, Match, Purchase, match_losses

YES, POSSIBLE, CANNOT_TELL = "yes", "possible", "cannot tell"


class OptionTrade(Record):
    """A trade in an option on what was sold at a loss, in the days around the sale."""

    symbol: str
    day: str


class LossReview(Record):
    """One loss: what is certain, what is possible, and what the statement does not show."""

    match: Match
    symbol: str
    verdict: str
    unseen_before: str  # the day before which the window is not told, "" where all of it is
    unseen_after: str
    options: tuple[OptionTrade, ...]


class OpenWindow(Record):
    """A loss that a purchase could still take away."""

    symbol: str
    sold_on: str
    free_from: str  # the first day on which buying again does no harm
    at_stake: Decimal  # of the loss, in base currency, not rounded


class RecentPurchase(Record):
    """What was bought in the last 30 days and is held: it spoils a sale at a loss of other lots."""

    account: str
    contract: str
    symbol: str
    day: str
    quantity: Decimal
    free_from: str


class WashReview(Record):
    """The review of one account or of a household, as of the last day of the statement."""

    losses: tuple[LossReview, ...]
    open_windows: tuple[OpenWindow, ...]
    recent: tuple[RecentPurchase, ...]
    unclear: tuple[tuple[str, str], ...]  # symbol, key of the message that says why
    as_of: str


def review_wash_sales(accounts: list[AccountHistory], first: str, last: str) -> WashReview:
    """The review of the losses from `first` to `last`; both "" for all that the statement has.

    Losses outside still take purchases up, each share once.
    """
    history = trade_history(accounts)
    matches = match_losses(history.losses, history.purchases, history.sold)
    as_of = max(one.activity.last for one in accounts)
    bought = option_purchases(accounts)
    wanted = [
        match
        for match in matches
        if (not first or match.loss.day >= first) and (not last or match.loss.day <= last)
    ]
    return WashReview(
        losses=tuple(_loss_review(match, accounts, history.symbols, bought) for match in wanted),
        open_windows=tuple(_open_windows(matches, history.symbols, as_of)),
        recent=tuple(_recent(accounts, history.purchases, history.symbols, as_of)),
        unclear=history.unclear,
        as_of=as_of,
    )


def _loss_review(
    match: Match,
    accounts: list[AccountHistory],
    symbols: dict[str, str],
    bought: dict[str, list[BookedExecution]],
) -> LossReview:
    loss = match.loss
    symbol = symbols[loss.contract]
    first, last = days_after(loss.day, -DAYS), days_after(loss.day, DAYS)
    begin = max(one.activity.first for one in accounts)
    end = min(one.activity.last for one in accounts)
    on_it = (*bought.get(loss.contract, ()), *bought.get(symbol, ()))
    options = tuple(
        OptionTrade(one.contract.symbol, one.day) for one in on_it if first <= one.day <= last
    )
    known = all(one.activity.executions is not None for one in accounts)
    verdict = YES if match.replacements else POSSIBLE if known else CANNOT_TELL
    return LossReview(
        match=match,
        symbol=symbol,
        verdict=verdict,
        unseen_before=begin if begin > first else "",
        unseen_after=end if end < last else "",
        options=options,
    )


def _open_windows(
    matches: list[Match], symbols: dict[str, str], as_of: str
) -> Iterator[OpenWindow]:
    """The losses of the last 30 days that still count, one row for each contract and day."""
    found: dict[tuple[str, str], Decimal] = {}
    for match in matches:
        at_stake = match.loss.amount - match.disallowed
        if at_stake > 0 and days_after(match.loss.day, DAYS) >= as_of:
            key = (match.loss.contract, match.loss.day)
            found[key] = found.get(key, ZERO) + at_stake
    for (contract, day), at_stake in found.items():
        yield OpenWindow(symbols[contract], day, days_after(day, DAYS + 1), at_stake)


def _recent(
    accounts: list[AccountHistory],
    purchases: tuple[Purchase, ...],
    symbols: dict[str, str],
    as_of: str,
) -> Iterator[RecentPurchase]:
    """The purchases of the last 30 days, as far as they are still held."""
    held = {
        (one.activity.account, position_key(position)): position.quantity
        for one in accounts
        for position in (one.portfolio.positions if one.portfolio else ())
        if position.category in SECURITIES
    }
    begin = days_after(as_of, -DAYS)
    for one in sorted(purchases, key=lambda one: (one.day, symbols[one.contract])):
        kept = held.get((one.account, one.contract), ZERO)
        if begin <= one.day <= as_of and kept > 0:
            yield RecentPurchase(
                account=one.account,
                contract=one.contract,
                symbol=symbols[one.contract],
                day=one.day,
                quantity=min(one.quantity, kept),
                free_from=days_after(one.day, DAYS + 1),
            )
