"""What the checks of /tax-report get: the document beside the raw rows of its year."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ...core.record import Record
from ..case import ZERO
from .open_lots import masked
from .raw_cash import country_of_row, kind_of_row
from .raw_lots import over_a_year
from .raw_trades import RawTrades, contract_of, is_ruled, rate_of

Row = dict[str, str]
TERMS = ("short", "long", "not_split")


class TaxCase(Record):
    """The document beside the raw accounts."""

    document: dict
    accounts: list[RawTrades]

    def has(self, day: str) -> bool:
        """Whether a day is in the year of the document."""
        return day[:4] == self.document["label"]


class ClosedRow(Record):
    """A closed lot as its row tells it, or a whole closing trade where no lots are listed."""

    account: str  # as a document writes it
    symbol: str
    contract: str
    isin: str
    currency: str
    category: str
    quantity: Decimal
    opened: str
    held_since: str
    day: str
    term: str
    gain: Decimal  # in the contract's currency, not rounded
    base: Decimal  # not rounded


class Payment(Record):
    """A row of cash that is income, a tax or a fee."""

    account: str  # as a document writes it
    kind: str
    type: str
    day: str
    symbol: str
    isin: str
    country: str
    currency: str
    description: str
    amount: Decimal
    base: Decimal  # not rounded


def closed_rows(case: TaxCase) -> list[ClosedRow]:
    """The closed lots of the year, those of currencies too."""
    return [row for one in case.accounts for row in closed_of(one) if case.has(row.day)]


def securities_closed(case: TaxCase) -> list[ClosedRow]:
    """The closed lots of the year without those of currencies."""
    return [row for row in closed_rows(case) if row.category != "CASH"]


def closed_of(one: RawTrades) -> Iterator[ClosedRow]:
    """All closed lots of an account; whole closing trades where no lots are listed."""
    for row in one.closed if one.has_lots else one.executions():
        gain = Decimal(row.get("fifoPnlRealized") or 0)
        if not (gain or one.has_lots):
            continue
        day = one.day(row.get("tradeDate") or row.get("dateTime", ""))
        opened = one.day(row.get("openDateTime", "")) if one.has_lots else ""
        since = one.day(row.get("holdingPeriodDateTime", "")) or opened if one.has_lots else ""
        yield ClosedRow(
            account=masked(one.account),
            symbol=plain(row.get("symbol", "")),
            contract=contract_of(row),
            isin=plain(row.get("isin", "")).upper(),
            currency=plain(row.get("currency", "")),
            category=row.get("assetCategory", ""),
            quantity=abs(Decimal(row["quantity"])),
            opened=opened,
            held_since=since,
            day=day,
            term=_term(row, since, day),
            gain=gain,
            base=gain * rate_of(row),
        )


def _term(row: Row, since: str, day: str) -> str:
    termed = is_ruled(row) or row.get("assetCategory") in ("OPT", "IOPT", "CMDTY", "CRYPTO")
    covered = row.get("buySell", "").startswith("BUY")
    if not since or not termed or covered:
        return "not_split"
    return "long" if over_a_year(since, day) else "short"


def payments_of(case: TaxCase) -> list[Payment]:
    """The payments of the year; money that only moved is none."""
    return [
        _payment(one, row, day)
        for one in case.accounts
        for row, day in cash_rows(one)
        if case.has(day) and kind_of_row(row)
    ]


def _payment(one: RawTrades, row: Row, day: str) -> Payment:
    amount = Decimal(row["amount"])
    return Payment(
        account=masked(one.account),
        kind=kind_of_row(row),
        type=plain(row.get("type", "")),
        day=day,
        symbol=plain(row.get("symbol", "")),
        isin=plain(row.get("isin", "")).upper(),
        country=country_of_row(row),
        currency=plain(row.get("currency", "")),
        description=plain(row.get("description", "")),
        amount=amount,
        base=amount * rate_of(row),
    )


def cash_rows(one: RawTrades) -> Iterator[tuple[Row, str]]:
    """The rows of cash of an account with their days; sums are left out where details are."""
    for rows in one.by_statement("CashTransaction"):
        details = [row for row in rows if row.get("levelOfDetail", "").upper() != "SUMMARY"]
        for row in details or rows:
            texts = (row.get(name, "") for name in ("dateTime", "settleDate", "reportDate"))
            yield row, next(found for found in map(one.day, texts) if found)


def sum_by(values: Iterator[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """The sum of the values of each name."""
    sums: dict[str, Decimal] = {}
    for name, value in values:
        sums[name] = sums.get(name, ZERO) + value
    return sums
