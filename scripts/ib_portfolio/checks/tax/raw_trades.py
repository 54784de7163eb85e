"""Trades in the raw rows of accounts: losses, purchases and sales, read for the checks alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from ...core.plain_text import plain
from ...core.record import Record
from ..case import ZERO
from ..cash_evidence import raw_rates
from ..raw_dates import day_comes_first, raw_day

Row = dict[str, str]
_RULED = ("STK", "BOND", "BILL", "FUND", "WAR")
_RETIRED = ("IRA", "ROTH", "SEP", "SIMPLE", "401K", "SIPP", "RRSP", "TFSA", "ISA", "NISA")


class _Slashed(Protocol):
    slashed: frozenset[str]


class RawStatement(Protocol):
    """One statement of an account, its rows as the file writes them."""

    account: str
    rows: dict[str, list[Row]]
    dates: _Slashed
    from_date: str
    to_date: str


class RawLoss(Record):
    """A closed lot, or a whole sale, with a loss; `amount` above zero in base currency."""

    account: str
    contract: str
    day: str
    moment: str
    quantity: Decimal
    opened: str
    amount: Decimal
    held_since: str = ""


class RawTrades:
    """What the statements of one account tell of trades in securities."""

    def __init__(self, statements: list[RawStatement]) -> None:
        self.account = statements[-1].account
        self.first, self.last = statements[0].from_date, statements[-1].to_date
        slashed = (text for one in statements for text in one.dates.slashed)
        self.day_first = day_comes_first(slashed)
        self._statements = statements
        self.retired = self._is_retired()
        self.lists_executions = self._tells_executions()
        self.closed = list(self._closed())
        self.has_lots = all(map(_tells_lots, statements))
        self._rates: dict[str, Decimal] = {}

    def rate(self, row: Row) -> Decimal:
        """Base currency for one unit of a position's, by its row or the rates of its statement."""
        if row.get("fxRateToBase"):
            return Decimal(row["fxRateToBase"])
        if not self._rates:
            self._rates = raw_rates(self._statements[-1].rows, self.day_first)
        return self._rates[row.get("currency", "")]

    @property
    def newest(self) -> RawStatement:
        """The last statement."""
        return self._statements[-1]

    def day(self, text: str) -> str:
        """The day in a text."""
        return raw_day(text, self.day_first)

    def losses(self) -> Iterator[RawLoss]:
        """The losses on long positions."""
        rows = self.closed if self.has_lots else self.executions()
        for row in rows:
            result = Decimal(row.get("fifoPnlRealized") or 0) * rate_of(row)
            if result < 0 and is_ruled(row) and not row.get("buySell", "").startswith("BUY"):
                yield RawLoss(
                    account=self.account,
                    contract=contract_of(row),
                    day=self.day(row.get("tradeDate") or row.get("dateTime", "")),
                    moment=row.get("dateTime", ""),
                    quantity=abs(Decimal(row["quantity"])),
                    opened=self.day(row.get("openDateTime", "")) if self.has_lots else "",
                    amount=-result,
                    held_since=self._held_since(row) if self.has_lots else "",
                )

    def _held_since(self, lot: Row) -> str:
        since = self.day(lot.get("holdingPeriodDateTime", ""))
        return since or self.day(lot.get("openDateTime", ""))

    def bought(self) -> dict[tuple[str, str], Decimal]:
        """What was bought long by contract and day; before the period what lots tell of it."""
        found: dict[tuple[str, str], Decimal] = {}

        def add(row: Row, text: str, quantity: Decimal) -> None:
            key = (contract_of(row), self.day(text))
            found[key] = found.get(key, ZERO) + quantity

        for row in self.executions():
            if is_ruled(row) and row["buySell"].upper().startswith("BUY"):
                text = row.get("tradeDate") or row.get("dateTime", "")
                add(row, text, abs(Decimal(row["quantity"])))
        for row in self.closed if self.has_lots else ():
            size = abs(Decimal(row["quantity"]))
            if is_ruled(row) and row.get("buySell", "").startswith("BUY"):
                add(row, row.get("tradeDate") or row.get("dateTime", ""), -size)
            elif is_ruled(row) and self._is_before(row):
                add(row, row["openDateTime"], size)
        for row in self.open_lots():
            if is_ruled(row) and Decimal(row["position"]) > 0 and self._is_before(row):
                add(row, row["openDateTime"], Decimal(row["position"]))
        return found

    def sold(self) -> Iterator[tuple[str, str, str, Decimal]]:
        """Contract, day of opening, day of sale and quantity of what was sold."""
        for row in self.closed if self.has_lots else ():
            if not row.get("buySell", "").startswith("BUY"):
                day = self.day(row.get("tradeDate") or row.get("dateTime", ""))
                opened = self.day(row.get("openDateTime", ""))
                yield contract_of(row), opened, day, abs(Decimal(row["quantity"]))

    def open_lots(self) -> list[Row]:
        """The LOT rows of the last day that the last statement has of each contract."""
        rows = [
            row
            for row in self._statements[-1].rows.get("OpenPosition", [])
            if row.get("levelOfDetail", "").upper() == "LOT"
        ]
        newest: dict[str, str] = {}
        for row in rows:
            day = self.day(row.get("reportDate", ""))
            newest[contract_of(row)] = max(newest.get(contract_of(row), ""), day)
        return [
            row for row in rows if self.day(row.get("reportDate", "")) == newest[contract_of(row)]
        ]

    def whole_rows(self) -> list[Row]:
        """The rows of whole positions in the last statement."""
        rows = self._statements[-1].rows.get("OpenPosition", [])
        return [row for row in rows if row.get("levelOfDetail", "").upper() != "LOT"]

    def rows_of(self, element: str) -> Iterator[Row]:
        """The rows of an element in all statements."""
        for one in self._statements:
            yield from one.rows.get(element, [])

    def by_statement(self, element: str) -> list[list[Row]]:
        """The rows of an element in each statement."""
        return [one.rows.get(element, []) for one in self._statements]

    def executions(self) -> list[Row]:
        """The executions, or the orders where these are not listed; [] where neither is."""
        if not self.lists_executions:
            return []
        found = []
        for one in self._statements:
            rows = one.rows.get("Trade", [])
            found += _at(rows, "EXECUTION") or _at(one.rows.get("Order", []), "ORDER")
        return _without_cancelled(found)

    def _is_before(self, row: Row) -> bool:
        opened = self.day(row.get("openDateTime", ""))
        return bool(opened) and (opened < self.first or not self.lists_executions)

    def _tells_executions(self) -> bool:
        return all(
            _at(one.rows.get("Trade", []), "EXECUTION")
            or _at(one.rows.get("Order", []), "ORDER")
            or (not (one.rows.get("Trade") or one.rows.get("Lot")) and one.rows.get("Trades"))
            for one in self._statements
        )

    def _closed(self) -> Iterator[Row]:
        for one in self._statements:
            yield from _closed_rows(one)

    def _is_retired(self) -> bool:
        texts = [
            row.get(name, "")
            for row in self._statements[-1].rows.get("AccountInformation", [])
            for name in ("accountType", "customerType")
        ]
        words = {word for text in texts for word in _words(text.upper())}
        return bool(words & set(_RETIRED))


def _closed_rows(one: RawStatement) -> list[Row]:
    trades = one.rows.get("Trade", [])
    lots = [row for row in trades if row.get("levelOfDetail", "").upper() == "CLOSED_LOT"]
    return [*_at(one.rows.get("Lot", []), "CLOSED_LOT"), *lots]


def _tells_lots(one: RawStatement) -> bool:
    """Whether a statement lists the lots of all that was closed in it."""
    closes = any(
        row.get("fifoPnlRealized", "").strip("0.-") and row.get("assetCategory") != "CASH"
        for row in one.rows.get("Trade", [])
    )
    return bool(_closed_rows(one)) or (bool(one.rows.get("Trades")) and not closes)


def _without_cancelled(rows: list[Row]) -> list[Row]:
    """The rows without those that a row "(Ca.)" cancels, and without these."""
    kept: list[Row] = []
    for row in rows:
        if "CA" not in row.get("buySell", "").upper():
            kept.append(row)
            continue
        side, size = row["buySell"].upper().split()[0], abs(Decimal(row["quantity"]))
        for place in range(len(kept) - 1, -1, -1):
            one = kept[place]
            same = one["buySell"].upper() == side and abs(Decimal(one["quantity"])) == size
            if same and contract_of(one) == contract_of(row):
                del kept[place]
                break
    return kept


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split()


def _at(rows: list[Row], level: str) -> list[Row]:
    return [row for row in rows if row.get("levelOfDetail", "").upper() in ("", level)]


def is_ruled(row: Row) -> bool:
    """Whether a row is of a stock, a bond or another security that the rule is on."""
    return row.get("assetCategory") in _RULED


def contract_of(row: Row) -> str:
    """What tells the contract of a row from others."""
    conid = plain(row.get("conid", ""))
    return conid or f"{plain(row.get('symbol', ''))} {plain(row.get('currency', ''))}"


def rate_of(row: Row) -> Decimal:
    """Base currency for one unit of a row's; 1 where it does not say, as the base's own rows."""
    return Decimal(row.get("fxRateToBase") or 1)


def symbols_of(accounts: list[RawTrades], contract: str) -> set[str]:
    """The symbols under which the rows of all accounts name a contract."""
    return {
        plain(row.get("symbol", ""))
        for one in accounts
        for row in (*one.closed, *one.executions(), *one.whole_rows(), *one.open_lots())
        if contract_of(row) == contract
    }
