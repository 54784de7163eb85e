"""What a period realised and paid, by lot, kind, country and currency; no tax rate is applied."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..core.numbers import ZERO
from ..core.record import Record
from ..market.holding_period import is_long_term
from ..sources.activity.activity import Activity, CashEntry, TradedContract
from .cash_kinds import NO_INCOME, kind_of
from .discount_accrual import DiscountAccrual, discount_accruals
from .trade_history import SECURITIES, AccountHistory

SHORT, LONG, NOT_SPLIT = "short", "long", ""
# Currencies bought and sold are in no lot of securities; they are named beside the gains.
_CURRENCY = "CASH"
# Others are marked to market at the end of the year, or otherwise without a term (section 1256).
# Crypto is property, and has one as stock has: IRS Notice 2014-21.
_WITH_TERM = SECURITIES | {"OPT", "IOPT", "CMDTY", "CRYPTO"}


class RealizedLot(Record):
    """A closed lot, or a whole closing trade where no lots are listed."""

    account: str
    contract: TradedContract
    opened: str
    closed: str
    held_since: str
    quantity: Decimal
    term: str  # SHORT, LONG or NOT_SPLIT
    realized: Decimal  # in the contract's currency
    rate: Decimal

    @property
    def base(self) -> Decimal:
        """What it realised in base currency, not rounded."""
        return self.realized * self.rate


class Paid(Record):
    """Money of a kind in an account."""

    account: str
    kind: str
    entry: CashEntry

    @property
    def base(self) -> Decimal:
        """The amount in base currency, not rounded."""
        return self.entry.amount * self.entry.rate


class Difference(Record):
    """A figure of ours beside IBKR's own; `what` is a key of messages, `symbol` "" for totals."""

    what: str
    symbol: str
    ours: Decimal
    theirs: Decimal
    near: Decimal  # by how much the two may differ: rounding alone
    currency: str = ""  # of both, "" for base currency


class TaxYear(Record):
    """A period of one account or a household."""

    lots: tuple[RealizedLot, ...]
    currency_gain: Decimal  # of currencies bought and sold, in base currency
    paid: tuple[Paid, ...]
    moved: int  # deposits, withdrawals and the like, left out
    commissions: Decimal  # of all executions, in base currency, below zero
    levies: Decimal
    discounts: tuple[DiscountAccrual, ...]
    compared: tuple[Difference, ...]  # with IBKR's own figures


def tax_year(accounts: list[AccountHistory], first: str, last: str) -> TaxYear:
    """What happened in `accounts` from `first` to `last` (YYYY-MM-DD)."""
    lots = [
        lot for one in accounts for lot in _realized(one.activity) if first <= lot.closed <= last
    ]
    entries = [
        Paid(one.activity.account, kind_of(entry), entry)
        for one in accounts
        for entry in one.activity.cash or ()
        if first <= entry.day <= last
    ]
    executions = [
        execution
        for one in accounts
        for execution in one.activity.executions or ()
        if first <= execution.day <= last
    ]
    return TaxYear(
        lots=tuple(lot for lot in lots if lot.contract.category != _CURRENCY),
        currency_gain=sum((lot.base for lot in lots if lot.contract.category == _CURRENCY), ZERO),
        paid=tuple(one for one in entries if one.kind != NO_INCOME),
        moved=sum(one.kind == NO_INCOME for one in entries),
        commissions=sum((one.commission or ZERO for one in executions), ZERO),
        levies=sum((one.taxes or ZERO for one in executions), ZERO),
        discounts=tuple(_discounts(accounts, first, last)),
        compared=tuple(found for one in accounts for found in _compared(one.activity, first, last)),
    )


def _realized(activity: Activity) -> Iterator[RealizedLot]:
    if activity.closed_lots is None:
        for one in activity.executions or ():
            if one.realized:
                yield RealizedLot(
                    activity.account,
                    *(one.contract, "", one.day, "", one.quantity, NOT_SPLIT),
                    *(one.realized, one.rate),
                )
        return
    for lot in activity.closed_lots:
        yield RealizedLot(
            activity.account,
            *(lot.contract, lot.opened, lot.day, lot.held_since, lot.quantity),
            _term(lot.contract, lot.held_since, lot.day, lot.side),
            *(lot.realized, lot.rate),
        )


def _term(contract: TradedContract, held_since: str, closed: str, side: str) -> str:
    """The term of a long lot; of short positions and futures other rules decide."""
    if not held_since or side != "SELL" or contract.category not in _WITH_TERM:
        return NOT_SPLIT
    return LONG if is_long_term(held_since, closed) else SHORT


def _discounts(accounts: list[AccountHistory], first: str, last: str) -> Iterator[DiscountAccrual]:
    for one in accounts:
        if one.portfolio and not one.activity.is_retirement:
            end = min(last, one.activity.last)
            yield from discount_accruals(one.portfolio.positions, first, end)


def _compared(activity: Activity, first: str, last: str) -> Iterator[Difference]:
    """Lots beside trades, and where the period is the statement's own, beside IBKR's sums."""
    if activity.closed_lots is not None and activity.executions is not None:
        yield from _lots_beside_trades(activity, first, last)
    if first <= activity.first and activity.last <= last:
        yield from _beside_summary(activity)
        yield from _beside_cash_report(activity)


def _lots_beside_trades(activity: Activity, first: str, last: str) -> Iterator[Difference]:
    sums: dict[str, list[Decimal]] = {}
    contracts: dict[str, TradedContract] = {}
    counts: dict[str, int] = {}
    for place, rows in enumerate((activity.closed_lots or (), activity.executions or ())):
        for row in rows:
            if not first <= row.day <= last or row.contract.category == _CURRENCY:
                continue
            key = row.contract.key
            contracts[key] = row.contract
            sums.setdefault(key, [ZERO, ZERO])[place] += row.realized or ZERO
            counts[key] = counts.get(key, 0) + 1
    for key, (lots, trades) in sums.items():
        if lots or trades:
            near = Decimal("0.01") * counts[key]
            symbol, currency = contracts[key].symbol, contracts[key].currency
            yield Difference("compare_trades", symbol, lots, trades, near, currency)


def _beside_summary(activity: Activity) -> Iterator[Difference]:
    if activity.own_totals is None:
        return
    ours: dict[str, Decimal] = {}
    symbols: dict[str, str] = {}
    counts: dict[str, int] = {}
    for lot in _realized(activity):
        key = lot.contract.key
        ours[key] = ours.get(key, ZERO) + lot.base
        symbols[key] = lot.contract.symbol
        counts[key] = counts.get(key, 0) + 1
    theirs: dict[str, Decimal] = {}
    for total in activity.own_totals:
        key = total.contract.key
        theirs[key] = theirs.get(key, ZERO) + total.realized
        symbols.setdefault(key, total.contract.symbol)
    for key in dict.fromkeys((*ours, *theirs)):
        mine, own = ours.get(key, ZERO), theirs.get(key, ZERO)
        if mine or own:
            near = Decimal("0.01") * (counts.get(key, 0) + 1)
            yield Difference("compare_summary", symbols[key], mine, own, near)


def _beside_cash_report(activity: Activity) -> Iterator[Difference]:
    """The sums of the cash report in base currency, each kind that it states."""
    if activity.cash is None:
        return
    for field, kinds in _CASH_REPORT.items():
        if field not in activity.own_cash:
            continue
        rows = [one for one in activity.cash if kind_of(one) in kinds]
        ours = sum((one.amount * one.rate for one in rows), ZERO)
        near = Decimal("0.01") * (len(rows) + 1)
        yield Difference(f"compare.{field}", "", ours, activity.own_cash[field], near)


# Fields of the cash report, and the kinds that they are the sum of.
_CASH_REPORT = {
    "dividends": ("dividends",),
    "paymentInLieu": ("in_lieu",),
    "withholdingTax": ("withheld",),
    "brokerInterest": ("interest_received", "interest_paid"),
    "bondInterest": ("coupons", "accrued_sold", "accrued_bought"),
}
