"""The check of the comparisons with IBKR's own figures: both figures again from the raw rows."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ...core.record import Record
from ..case import CENT, ZERO, Problems, cents
from .raw_cash import kind_of_row
from .raw_trades import RawTrades, contract_of, rate_of
from .tax_case import Row, TaxCase, cash_rows, closed_of

# Sums of the cash report, and the kinds of cash that they are of.
_REPORTED = {
    "dividends": ("dividends",),
    "paymentInLieu": ("in_lieu",),
    "withholdingTax": ("withheld",),
    "brokerInterest": ("interest_received", "interest_paid"),
    "bondInterest": ("coupons", "accrued_sold", "accrued_bought"),
}


class _Beside(Record):
    """A figure of ours beside IBKR's, and how many rows both are of."""

    key: str
    symbols: frozenset[str]  # those that its rows have
    currency: str
    ours: Decimal
    theirs: Decimal
    rows: int

    def is_told_by(self, claim: dict) -> bool:
        """Whether a row of the document tells this."""
        off, most = cents(self.ours - self.theirs), CENT * self.rows
        names = ("ours", "ibkr", "difference", "rounding")
        figures = [Decimal(claim[name]) for name in names]
        return (
            (claim["key"], claim["currency"]) == (self.key, self.currency)
            and claim["symbol"] in self.symbols
            and figures == [cents(self.ours), cents(self.theirs), off, most]
            and claim["agrees"] == (abs(off) <= most)
        )


def figures_compared(case: TaxCase) -> Problems:
    """All that can be compared is, with the figures of the raw rows and whether they agree."""
    wanted = [row for one in case.accounts for row in _beside(case, one)]
    for claim in case.document["compared"]:
        found = next((row for row in wanted if row.is_told_by(claim)), None)
        if found is None:
            yield f"{claim['what']}: {claim['ours']} beside {claim['ibkr']} is told wrongly"
        else:
            wanted.remove(found)
    for row in wanted:
        names = " ".join(sorted(row.symbols))
        yield f"{row.key} {names}: {cents(row.ours)} is not compared rightly"


def _beside(case: TaxCase, one: RawTrades) -> Iterator[_Beside]:
    if one.has_lots and one.lists_executions:
        yield from _lots_beside_trades(case, one)
    if case.has(one.first) and case.has(one.last):
        yield from _beside_summary(case, one)
        yield from _beside_cash_report(case, one)


class _Sums:
    """Two sums of each contract, with its symbols and how many rows there are."""

    def __init__(self) -> None:
        self.sums: dict[str, list[Decimal]] = {}
        self.symbols: dict[str, set[str]] = {}
        self.currencies: dict[str, str] = {}
        self.rows: dict[str, int] = {}

    def add(self, contract: str, row: Row, place: int, amount: Decimal, counts: int = 1) -> None:
        """Adds a row's amount to the first sum or the second."""
        self.sums.setdefault(contract, [ZERO, ZERO])[place] += amount
        self.symbols.setdefault(contract, set()).add(plain(row.get("symbol", "")))
        self.currencies[contract] = plain(row.get("currency", ""))
        self.rows[contract] = self.rows.get(contract, 0) + counts

    def rows_beside(self, key: str, currency: str, more: int) -> Iterator[_Beside]:
        """The contracts of which a sum is not nothing."""
        for contract, (ours, theirs) in self.sums.items():
            if ours or theirs:
                symbols, own = frozenset(self.symbols[contract]), self.currencies[contract]
                count = self.rows[contract] + more
                yield _Beside(key, symbols, currency or own, ours, theirs, count)


def _lots_beside_trades(case: TaxCase, one: RawTrades) -> Iterator[_Beside]:
    both = _Sums()
    for place, rows in enumerate((one.closed, one.executions())):
        for row in rows:
            day = one.day(row.get("tradeDate") or row.get("dateTime", ""))
            if case.has(day) and row.get("assetCategory") != "CASH":
                gain = Decimal(row.get("fifoPnlRealized") or 0)
                both.add(contract_of(row), row, place, gain)
    yield from both.rows_beside("compare_trades", "", 0)


def _beside_summary(case: TaxCase, one: RawTrades) -> Iterator[_Beside]:
    """IBKR's own sums by contract; the rows without a contract are sums of these."""
    rows = one.rows_of("FIFOPerformanceSummaryUnderlying")
    totals = [row for row in rows if row.get("conid") or row.get("symbol")]
    both = _Sums()
    for lot in closed_of(one) if totals else ():
        both.add(lot.contract, {"symbol": lot.symbol}, 0, lot.base)
    for row in totals:
        both.add(contract_of(row), row, 1, Decimal(row["totalRealizedPnl"]), 0)
    yield from both.rows_beside("compare_summary", case.document["base_currency"], 1)


def _beside_cash_report(case: TaxCase, one: RawTrades) -> Iterator[_Beside]:
    sections = zip(one.by_statement("CashTransaction"), one.by_statement("CashTransactions"))
    if not all(rows or section for rows, section in sections):
        return
    for field, kinds in _REPORTED.items():
        told = [_reported(rows, field) for rows in one.by_statement("CashReportCurrency")]
        if all(told):
            rows = [row for row, _ in cash_rows(one) if kind_of_row(row) in kinds]
            ours = sum((Decimal(row["amount"]) * rate_of(row) for row in rows), ZERO)
            theirs = sum(map(Decimal, told), ZERO)
            base, none = case.document["base_currency"], frozenset([""])
            yield _Beside(f"compare.{field}", none, base, ours, theirs, len(rows) + 1)


def _reported(rows: list[Row], field: str) -> str:
    """What the cash report states in base currency, "" where it does not."""
    return next((row.get(field, "") for row in rows if row.get("currency") == "BASE_SUMMARY"), "")
