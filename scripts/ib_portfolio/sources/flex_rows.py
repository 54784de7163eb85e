"""The rows of a statement with numbers and days in them; what cannot be read is refused by name."""

from __future__ import annotations

from decimal import Decimal

from ..core.instrument import Instrument
from ..core.messages import Refusal
from ..core.numbers import ZERO
from ..core.plain_text import plain
from ..core.portfolio import Execution
from ..core.record import Record
from .flex_account import AccountDay
from .flex_instrument import instrument_of
from .flex_text import (
    Dates,
    any_number,
    asset_value_of,
    number_of,
    optional_number,
    positive_or_none,
)
from .flex_xml import Row

# US Treasury securities by the issuer part of their CUSIP.
_TREASURY_CUSIP = "912"
_LONGEST_SYMBOL = 60
MOST_POSITIONS = 20_000
_FACE = ("BOND", "BILL")
_ACCRUALS = (
    "dividendAccruals",
    "softDollars",
    "liteSurchargeAccruals",
    "cgtWithholdingAccruals",
    "incentiveCouponAccruals",
    "eventContractInterestAccruals",
    "marginFinancingChargeAccruals",
)
_BROKER_INTEREST = (
    "brokerInterestAccrualsComponent",
    "fdicInsuredAccountInterestAccrualsComponent",
)


class Contract(Record):
    """What tells one position from another, as the file writes it."""

    conid: str
    symbol: str
    category: str
    currency: str


class PositionRow(Record):
    """An OpenPosition row, or one of its lots; amounts in the contract's own currency."""

    contract: Contract
    symbol: str  # made plain
    day: str  # of its price, YYYY-MM-DD, or ""
    is_lot: bool
    model: str
    quantity: Decimal
    value: Decimal | None  # None where it has neither a value nor a price
    is_off_price: bool  # the stated value of a stock is not its quantity times its price
    rate: Decimal | None  # base currency for one unit of its currency, None where it is not told
    cost: Decimal | None
    gain: Decimal | None
    treasury: bool  # a US Treasury bill, note, bond or strip, told by category and CUSIP
    description: str
    opened: str  # of a lot, YYYY-MM-DD, or ""
    opened_text: str  # the same with the time behind it
    held_since: str  # of a lot, YYYY-MM-DD, or ""
    instrument: Instrument


class CashRow(Record):
    """What cash there is in a currency, or in all of them as BASE_SUMMARY."""

    currency: str
    amount: Decimal
    settled: Decimal | None  # None where it is not told


class RateRow(Record):
    """What one unit of a currency was worth in another on a day (YYYY-MM-DD, or "")."""

    day: str
    from_currency: str
    to_currency: str
    rate: Decimal


class NetAssetValueRow(Record):
    """The account's own sums on its last day, in base currency; None for what is not told."""

    currency: str
    total: Decimal | None
    cash: Decimal | None
    accruals: Decimal  # without interest
    interest: Decimal | None  # all of it
    broker_interest: Decimal
    bond_interest: Decimal | None
    has_securities: bool  # whether it counts stocks or bonds


class StatementRows(Record):
    """The rows of one account's day."""

    positions: list[PositionRow]
    cash: list[CashRow]
    rates: list[RateRow]
    net_asset_value: NetAssetValueRow | None
    account_currencies: list[str]  # of the section Account Information


def statement_rows(day: AccountDay) -> StatementRows:
    """The rows of `day`; Refusal that names row and field where one cannot be read.

    Refusal("too_many_positions"), before any is read, where there are more contracts than a plan is
    made for.
    """
    positions = day.of("OpenPosition")
    if len(positions) > MOST_POSITIONS:
        require_few(len({_contract(row) for row in positions}))
    return StatementRows(
        positions=[_position(row, day.dates) for row in positions],
        cash=[_cash(row) for row in day.of("CashReportCurrency") if row.get("endingCash")],
        rates=_rates(day),
        net_asset_value=_net_asset_value(day),
        account_currencies=[row.get("currency", "") for row in day.of("AccountInformation")],
    )


def require_few(count: int) -> None:
    """Refusal("too_many_positions") for a count over MOST_POSITIONS."""
    if count > MOST_POSITIONS:
        raise Refusal("too_many_positions", most=f"{MOST_POSITIONS:,}")


def execution_rows(day: AccountDay, element: str) -> list[tuple[str, Execution]]:
    """The level of detail and the execution in each row Trade or Order; nothing is refused."""
    return [
        (row.get("levelOfDetail", "").upper(), _execution(row, day.dates))
        for row in day.of(element)
    ]


def _position(row: Row, dates: Dates) -> PositionRow:
    get = row.get
    contract = _contract(row)
    symbol = plain(contract.symbol)
    if not symbol or len(symbol) > _LONGEST_SYMBOL:
        raise Refusal("row_symbol", symbol=symbol[:_LONGEST_SYMBOL])
    if not contract.currency:
        raise Refusal("row_field", symbol=symbol, field="currency")
    quantity = number_of(row, "position")
    instrument, price = instrument_of(row, dates), optional_number(row, "markPrice")
    category = contract.category
    if category in _FACE:
        instrument = instrument._replace(mark_price=price)
    value, is_off_price = _value(row, category, quantity, instrument.multiplier, price)
    opened = get("openDateTime", "")
    return PositionRow(
        contract=contract,
        symbol=symbol,
        day=_day_of_position(row, dates),
        is_lot=get("levelOfDetail", "").upper() == "LOT",
        model=get("model", ""),
        quantity=quantity,
        value=value,
        is_off_price=is_off_price,
        rate=_rate(row),
        cost=optional_number(row, "costBasisMoney"),
        gain=optional_number(row, "fifoPnlUnrealized"),
        treasury=category == "BILL"
        or (category == "BOND" and instrument.cusip.startswith(_TREASURY_CUSIP)),
        description=get("description", ""),
        opened=dates.day_or_blank(opened),
        opened_text=opened,
        held_since=dates.day_or_blank(get("holdingPeriodDateTime", "")),
        instrument=instrument,
    )


def _contract(row: Row) -> Contract:
    get = row.get
    return Contract(
        get("conid", ""), get("symbol", ""), get("assetCategory", ""), get("currency", "")
    )


def _value(
    row: Row,
    category: str,
    quantity: Decimal,
    multiplier: Decimal | None,
    price: Decimal | None,
) -> tuple[Decimal | None, bool]:
    """The row's positionValue, or position x `price` where that is blank; None without both.

    Bonds and bills are quoted in percent of face; futures and options count their multiplier. The
    second is whether a stock states both and they differ by over 1%. Bonds are left out of that:
    inflation-linked ones carry an index factor that the row does not tell. Refusal("row_number")
    for a multiplier below zero, or of zero where the value depends on it.
    """
    stated = optional_number(row, "positionValue")
    if multiplier is not None and (multiplier < 0 or (not multiplier and stated is None)):
        raise Refusal("row_number", symbol=row.get("symbol", "?"), field="multiplier")
    if price is None:
        return stated, False
    if stated is None:
        price = price / 100 if category in _FACE else price
        return quantity * price * (1 if multiplier is None else multiplier), False
    if category != "STK":
        return stated, False
    counted = quantity * price
    off = abs(stated - counted)
    return stated, off > 1 and off > max(abs(stated), abs(counted)) / 100


def _rate(row: Row) -> Decimal | None:
    rate = optional_number(row, "fxRateToBase")
    if rate is not None and rate <= 0:
        raise Refusal("row_number", symbol=row.get("symbol", "?"), field="fxRateToBase")
    return rate


def _day_of_position(row: Row, dates: Dates) -> str:
    text = row.get("reportDate", "")
    found = dates.day(text) if text else ""
    if found is None:
        raise Refusal("row_date", symbol=row.get("symbol", "?"))
    return found


def _cash(row: Row) -> CashRow:
    currency = row.get("currency", "")
    amount = any_number(row["endingCash"])
    if amount is None:
        raise Refusal("cash_number", currency=currency)
    settled = row.get("endingSettledCash")
    return CashRow(currency, amount, any_number(settled) if settled else None)


def _rates(day: AccountDay) -> list[RateRow]:
    found = []
    for row in day.of("ConversionRate"):
        rate = positive_or_none(row.get("rate", ""))
        if rate is not None:
            told = _day_of_section(row, day.dates, "Conversion Rates")
            names = (row.get("fromCurrency", ""), row.get("toCurrency", ""))
            found.append(RateRow(told, *names, rate))
    return found


def _day_of_section(row: Row, dates: Dates, section: str) -> str:
    text = row.get("reportDate", "")
    found = dates.day(text) if text else ""
    if found is None:
        raise Refusal("section_date", section=section)
    return found


def _net_asset_value(day: AccountDay) -> NetAssetValueRow | None:
    """The row of the last reportDate, of several the first; None when there is none."""
    rows = day.of("EquitySummaryByReportDateInBase")
    if not rows:
        return None
    row = max(rows, key=lambda row: _day_of_section(row, day.dates, "Net Asset Value"))
    return NetAssetValueRow(
        currency=row.get("currency", ""),
        total=asset_value_of(row, "total"),
        cash=asset_value_of(row, "cash"),
        accruals=_sum_of(row, _ACCRUALS),
        interest=asset_value_of(row, "interestAccruals"),
        broker_interest=_sum_of(row, _BROKER_INTEREST),
        bond_interest=asset_value_of(row, "bondInterestAccrualsComponent"),
        has_securities=any(asset_value_of(row, name) for name in ("stock", "bonds")),
    )


def _sum_of(row: Row, fields: tuple[str, ...]) -> Decimal:
    return sum((asset_value_of(row, name) or ZERO for name in fields), ZERO)


def _execution(row: Row, dates: Dates) -> Execution:
    """The row as an Execution; IBKR writes "BUY (Ca.)" for a purchase that was cancelled."""
    stated = row.get("buySell", "").upper()
    quantity = any_number(row.get("quantity", ""))
    if quantity is not None:
        quantity = -abs(quantity) if "CA" in stated else abs(quantity)
    return Execution(
        symbol=plain(row.get("symbol", "")),
        conid=row.get("conid", ""),
        date=dates.day_or_blank(row.get("tradeDate", "")),
        side=next((name for name in ("BUY", "SELL") if stated.startswith(name)), ""),
        quantity=quantity,
    )
