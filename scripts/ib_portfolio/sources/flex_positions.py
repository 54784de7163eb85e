"""One OpenPosition row: its numbers, its day, and which rows are the same position."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from ..core.dates import parse_date
from ..core.messages import Refusal
from ..core.numbers import parse_decimal
from ..core.plain_text import plain
from .flex_xml import Row

# US Treasury securities by the issuer part of their CUSIP.
_TREASURY_CUSIP = "912"
_LONGEST_SYMBOL = 60


class PositionRows(NamedTuple):
    """The rows that make up one position, and its LOT rows where the statement has them."""

    rows: list[Row]
    lots: list[Row]


def position_rows(rows: list[Row]) -> list[PositionRows]:
    """The rows of each position, every holding once: LOT rows count only where no SUMMARY row is.

    Rows without levelOfDetail count as SUMMARY. Of several days of a position the last counts.
    Refusal("row_twice") when the same contract stands twice for a reason the rows do not tell.
    """
    summaries: dict[tuple[str, ...], list[Row]] = {}
    lots: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        is_lot = row.get("levelOfDetail", "").upper() == "LOT"
        (lots if is_lot else summaries).setdefault(_key(row), []).append(row)
    found = []
    for key in {**summaries, **lots}:
        own_lots = _last_day(lots.get(key, []))
        if key in summaries:
            groups = _apart(summaries[key])
            lots_of_group = own_lots if len(groups) == 1 else []
            found.extend(PositionRows(group, lots_of_group) for group in groups)
        else:
            found.append(PositionRows(own_lots, own_lots))
    return found


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in ("conid", "symbol", "assetCategory", "currency"))


def _apart(rows: list[Row]) -> list[list[Row]]:
    """Rows of one contract as one position: an account may hold it in several models.

    Without a conid two different rows may be two contracts of one symbol; they stay apart.
    """
    rows = _last_day(rows)
    if len(rows) == 1:
        return [rows]
    alike = len({row.get("model", "") for row in rows}) < len(rows)
    if not rows[0].get("conid") and all(row not in rows[:place] for place, row in enumerate(rows)):
        return [[row] for row in rows]
    if alike:
        raise Refusal("row_twice", symbol=rows[0].get("symbol", "?"))
    return [rows]


def _last_day(rows: list[Row]) -> list[Row]:
    days = [row_date(row) for row in rows]
    return [row for row, day in zip(rows, days) if day == max(days)]


def symbol_of(row: Row) -> str:
    """The row's symbol, made plain; Refusal("row_symbol") when empty or over 60 characters."""
    symbol = plain(row.get("symbol", ""))
    if not symbol or len(symbol) > _LONGEST_SYMBOL:
        raise Refusal("row_symbol", symbol=symbol[:_LONGEST_SYMBOL])
    return symbol


def number_of(row: Row, field: str) -> Decimal:
    """The number in `field`; Refusal("row_number") that names row and field when there is none."""
    number = parse_decimal(row.get(field, ""))
    if number is None:
        raise Refusal("row_number", symbol=row.get("symbol", "?"), field=field)
    return number


def optional_number(row: Row, field: str) -> Decimal | None:
    """Like `number_of`, but None when the field is blank or absent."""
    return number_of(row, field) if row.get(field) else None


def is_priced(row: Row) -> bool:
    """Whether the row says what it is worth."""
    return bool(row.get("positionValue") or row.get("markPrice"))


def local_value(row: Row) -> Decimal:
    """The row's positionValue in its own currency, or position x markPrice where that is blank.

    Bonds and bills are quoted in percent of face; futures and options count their multiplier.
    """
    stated = optional_number(row, "positionValue")
    if stated is not None:
        return stated
    price = number_of(row, "markPrice")
    if row.get("assetCategory") in ("BOND", "BILL"):
        price = price / 100
    multiplier = optional_number(row, "multiplier")
    return number_of(row, "position") * price * (1 if multiplier is None else multiplier)


def check_price(row: Row) -> None:
    """Refusal("row_value") for a stock whose positionValue is not position x markPrice within 1%.

    Bonds are left out: inflation-linked ones carry an index factor that the row does not tell.
    """
    if row.get("assetCategory") != "STK" or not (row.get("positionValue") and row.get("markPrice")):
        return
    stated, counted = number_of(row, "positionValue"), number_of(row, "position")
    counted *= number_of(row, "markPrice")
    if abs(stated - counted) > max(abs(stated), abs(counted)) / 100 and abs(stated - counted) > 1:
        raise Refusal("row_value", symbol=symbol_of(row))


def row_date(row: Row) -> str:
    """The row's reportDate as YYYY-MM-DD, "" when blank; Refusal("row_date") when unreadable."""
    text = row.get("reportDate", "")
    found = parse_date(text) if text else ""
    if found is None:
        raise Refusal("row_date", symbol=row.get("symbol", "?"))
    return found


def is_treasury(row: Row) -> bool:
    """Whether the row is a US Treasury bill, note, bond or strip, told by category and CUSIP."""
    category = row.get("assetCategory")
    return category == "BILL" or (
        category == "BOND" and row.get("cusip", "").startswith(_TREASURY_CUSIP)
    )
