"""The activity of one account out of a file's statements, every row once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.dates import weekdays_between
from ...core.messages import Refusal
from ...core.numbers import ZERO
from ...core.portfolio import mask_account
from ..flex_account import AccountDay
from ..flex_rates import Rates
from ..flex_rows import statement_rows
from ..flex_xml import Row
from .activity import Activity, BookedExecution, CashEntry, ClosedLot, OwnTotal, OwnWashSale
from .activity_fields import CASH_SUMS
from .booked_rows import BookedRows

_CLOSED = "CLOSED_LOT"


def read_activity(periods: list[AccountDay]) -> Activity:
    """What happened in an account over `periods`, which are distinct.

    Refusal("periods_overlap") for statements that tell of one day twice, ("periods_gap") where
    weekdays between them are missing, ("periods_unclear") where one does not say its days,
    ("activity_field") for a row that lacks what it is read for.
    """
    _require_one_after_another(periods)
    newest = periods[-1]
    rates = Rates(statement_rows(newest))
    booked = [(day, BookedRows(day.dates, rates)) for day in periods]
    own_totals = [total for day, rows in booked for total in _own_totals(day, rows)]
    return Activity(
        account=newest.account,
        is_retirement=newest.is_retirement,
        base_currency=rates.base_currency,
        first=periods[0].from_date,
        last=newest.to_date,
        executions=_executions(booked),
        closed_lots=_closed_lots(booked),
        cash=_cash(booked),
        own_totals=tuple(own_totals) or None,
        own_wash_sales=tuple(_own_wash_sales(booked)),
        own_cash=_own_cash(booked),
    )


def distinct_periods(periods: list[AccountDay]) -> list[AccountDay]:
    """The statements without those of which another one tells all days, of equal ones the last."""
    kept: list[AccountDay] = []
    for day in sorted(periods, key=lambda one: (one.from_date, one.to_date, one.generated)):
        kept = [one for one in kept if not _contains(day, one)]
        if not any(_contains(one, day) for one in kept):
            kept.append(day)
    return kept


def _contains(whole: AccountDay, part: AccountDay) -> bool:
    return whole.from_date <= part.from_date and part.to_date <= whole.to_date


def _require_one_after_another(periods: list[AccountDay]) -> None:
    for day in periods:
        if not (day.from_date and day.to_date):
            raise Refusal("periods_unclear", account=mask_account(day.account))
    for earlier, later in zip(periods, periods[1:]):
        account, days = mask_account(later.account), (earlier.to_date, later.from_date)
        if later.from_date <= earlier.to_date:
            raise Refusal("periods_overlap", account=account)
        if weekdays_between(*days) > 1:
            raise Refusal("periods_gap", account=account, first=days[0], last=days[1])


Booked = list[tuple[AccountDay, BookedRows]]


def _level(row: Row) -> str:
    return row.get("levelOfDetail", "").upper()


def _executions(booked: Booked) -> tuple[BookedExecution, ...] | None:
    """All executions, or the orders where these are not listed; None where a period lacks both.

    A cancelled execution is left out with what it cancels.
    """
    found: list[BookedExecution] = []
    for day, rows in booked:
        chosen = [row for row in day.of("Trade") if _level(row) in ("", "EXECUTION")]
        chosen = chosen or [row for row in day.of("Order") if _level(row) in ("", "ORDER")]
        if not chosen and (day.of("Trade") or day.of("Lot") or not day.of("Trades")):
            return None
        for execution, cancels in map(rows.execution, chosen):
            if cancels:
                found.remove(_cancelled(execution, found))
            else:
                found.append(execution)
    return tuple(sorted(found, key=lambda one: (one.day, one.moment)))


def _cancelled(cancel: BookedExecution, found: list[BookedExecution]) -> BookedExecution:
    """The execution that `cancel` takes back; Refusal where there is none."""
    wanted = (cancel.contract.key, cancel.side, cancel.quantity)
    for one in reversed(found):
        if (one.contract.key, one.side, one.quantity) == wanted and one.day <= cancel.day:
            return one
    raise Refusal("cancelled_unknown", symbol=cancel.contract.symbol, day=cancel.day)


def _closed_lots(booked: Booked) -> tuple[ClosedLot, ...] | None:
    """All closed lots; None where something was closed and no lot is listed."""
    found, lacking = [], False
    for day, rows in booked:
        own = [row for row in day.of("Lot") if _level(row) in ("", _CLOSED)]
        own += [row for row in day.of("Trade") if _level(row) == _CLOSED]
        found += map(rows.closed_lot, own)
        lacking |= not own and (not day.of("Trades") or any(map(_closes, day.of("Trade"))))
    if lacking:
        return None
    return tuple(sorted(found, key=lambda lot: (lot.day, lot.moment, lot.opened)))


def _closes(row: Row) -> bool:
    text = row.get("fifoPnlRealized", "")
    return bool(text.strip("0.-")) and row.get("assetCategory") != "CASH"


def _cash(booked: Booked) -> tuple[CashEntry, ...] | None:
    """All money, once: rows of details where there are any, since sums repeat them."""
    found: list[CashEntry] = []
    for day, rows in booked:
        own = day.of("CashTransaction")
        if not own and not day.of("CashTransactions"):
            return None
        details = [row for row in own if _level(row) in ("", "DETAIL")]
        found += map(rows.cash_entry, details or own)
    return tuple(sorted(found, key=lambda one: one.day))


def _own_totals(day: AccountDay, rows: BookedRows) -> Iterator[OwnTotal]:
    """IBKR's totals by contract; the rows without a contract are sums of these."""
    for row in day.of("FIFOPerformanceSummaryUnderlying"):
        if row.get("conid") or row.get("symbol"):
            yield rows.own_total(row)


def _own_cash(booked: Booked) -> dict[str, Decimal]:
    """The sums that every period states, added up."""
    sums: dict[str, Decimal] = {}
    for name in CASH_SUMS:
        told = [rows.cash_sum(day.of("CashReportCurrency"), name) for day, rows in booked]
        known = [amount for amount in told if amount is not None]
        if len(known) == len(told):
            sums[name] = sum(known, ZERO)
    return sums


def _own_wash_sales(booked: Booked) -> Iterator[OwnWashSale]:
    for day, rows in booked:
        own = day.of("WashSale") + [row for row in day.of("Trade") if _level(row) == "WASH_SALE"]
        yield from map(rows.wash_sale, own)
