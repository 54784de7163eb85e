"""The one place where the text of a Flex statement becomes a number or a day."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..core.dates import order_of_dates, parse_date
from ..core.messages import Refusal
from ..core.numbers import parse_decimal
from .flex_xml import Row


class Dates:
    """Reads the days of one file, which are all written in one form.

    `slashed` are the file's texts as 19/11/2026 or 11/19/2026: a day over 12 among them tells the
    order of all of them.
    """

    def __init__(self, slashed: Iterable[str] = ()) -> None:
        self.slashed = frozenset(slashed)
        self._order = order_of_dates(self.slashed)
        self._known: dict[str, str | None] = {}

    def day(self, text: str) -> str | None:
        """The day in `text` as YYYY-MM-DD, None when there is none or its order is not known."""
        if text not in self._known:
            self._known[text] = parse_date(text, self._order)
        return self._known[text]

    def day_or_blank(self, text: str) -> str:
        """Like `day`, but "" for None."""
        return self.day(text) or ""


def number_of(row: Row, field: str) -> Decimal:
    """The number in a position's field; Refusal("row_number") that names both without one."""
    number = parse_decimal(row.get(field, ""))
    if number is None:
        raise Refusal("row_number", symbol=row.get("symbol", "?"), field=field)
    return number


def optional_number(row: Row, field: str) -> Decimal | None:
    """Like `number_of`, but None when the field is blank or absent."""
    return number_of(row, field) if row.get(field) else None


def asset_value_of(row: Row, field: str) -> Decimal | None:
    """A figure of the net asset value, None when blank; Refusal("nav_number") for other text."""
    text = row.get(field)
    number = parse_decimal(text) if text else None
    if text and number is None:
        raise Refusal("nav_number", field=field)
    return number


def positive_or_none(text: str) -> Decimal | None:
    """The number in `text` where it is over zero: IBKR writes -1 for a rate it does not have."""
    number = parse_decimal(text)
    return number if number is not None and number > 0 else None


def any_number(text: str) -> Decimal | None:
    """The number in `text`, None for anything else."""
    return parse_decimal(text)
