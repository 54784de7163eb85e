"""The flows of a statement: Cash Transactions, what Trades cost, sums of the Cash Report."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ..core.messages import Refusal
from ..core.numbers import ZERO
from ..core.plain_text import plain
from ..core.reviews.flows import Deal, Flows, Payment
from .flex_account import AccountDay
from .flex_rates import Rates
from .flex_rows import statement_rows
from .flex_text import any_number, positive_or_none
from .flex_xml import FIELDS, Row

# The sums of the cash report that are read, by IBKR's field.
STATED = (
    *("commissions", "transactionTax", "salesTax", "clientFees", "advisorFees", "otherFees"),
    *("brokerInterest", "dividends", "withholdingTax"),
)
# What is read of a statement where its flows are wanted, by element.
FLOW_FIELDS = {
    **FIELDS,
    "CashReportCurrency": (*FIELDS["CashReportCurrency"], *STATED),
    "CashTransaction": (
        *("accountId", "type", "currency", "fxRateToBase", "amount", "symbol", "conid"),
        *("dateTime", "reportDate", "levelOfDetail"),
    ),
    "Trade": (
        *FIELDS["Trade"],
        *("assetCategory", "currency", "fxRateToBase", "tradeMoney"),
        *("ibCommission", "ibCommissionCurrency", "taxes"),
    ),
}
_TOTAL = "BASE_SUMMARY"


def read_flows(day: AccountDay) -> Flows:
    """The flows of an account's statement in base currency.

    Refusal("flow_number") for an amount that is no number, ("no_rate") for a currency without one.
    """
    rates = Rates(statement_rows(day))
    return Flows(
        from_date=day.from_date,
        to_date=day.to_date,
        payments=_payments(day, rates),
        deals=_deals(day, rates),
        stated=_stated(day),
        is_retirement=day.is_retirement,
    )


def _payments(day: AccountDay, rates: Rates) -> tuple[Payment, ...] | None:
    rows = day.of("CashTransaction")
    details = [row for row in rows if row.get("levelOfDetail", "").upper() in ("", "DETAIL")]
    if not rows:
        return None
    return tuple(
        Payment(
            kind=plain(row.get("type", "")),
            day=_day(row, day),
            amount=_amount(row, "amount", "Cash Transactions") * _rate(row, "currency", rates),
            symbol=plain(row.get("symbol", "")),
            conid=row.get("conid", ""),
        )
        for row in details or rows
    )


def _day(row: Row, day: AccountDay) -> str:
    read: Callable[[str], str] = day.dates.day_or_blank
    return read(row.get("reportDate", "")) or read(row.get("dateTime", ""))


def _deals(day: AccountDay, rates: Rates) -> tuple[Deal, ...] | None:
    """Each execution once; None where no execution tells what it moved and cost."""
    rows = [
        row for row in day.of("Trade") if row.get("levelOfDetail", "").upper() in ("", "EXECUTION")
    ]
    if not all(row.get("tradeMoney") and row.get("ibCommission") for row in rows):
        return None
    if not rows and (day.of("Trade") or not day.of("Trades")):
        return None
    return tuple(_deal(row, rates) for row in rows)


def _deal(row: Row, rates: Rates) -> Deal:
    rate = _rate(row, "currency", rates)
    paid_in = row.get("ibCommissionCurrency", "")
    own = paid_in in ("", row.get("currency", ""))
    commission_rate = rate if own else rates.of_currency(paid_in)
    taxes = _amount(row, "taxes", "Trades") if row.get("taxes") else ZERO
    return Deal(
        category=plain(row.get("assetCategory", "")),
        money=abs(_amount(row, "tradeMoney", "Trades")) * rate,
        commission=-_amount(row, "ibCommission", "Trades") * commission_rate,
        taxes=-taxes * rate,
    )


def _stated(day: AccountDay) -> dict[str, Decimal]:
    for row in day.of("CashReportCurrency"):
        if row.get("currency") == _TOTAL:
            return {name: _amount(row, name, "Cash Report") for name in STATED if row.get(name)}
    return {}


def _rate(row: Row, field: str, rates: Rates) -> Decimal:
    own = positive_or_none(row.get("fxRateToBase", ""))
    return rates.of_currency(row.get(field, "")) if own is None else own


def _amount(row: Row, field: str, section: str) -> Decimal:
    number = any_number(row.get(field, ""))
    if number is None:
        raise Refusal("flow_number", field=field, section=section)
    return number
