"""Every row behind a report on taxes, as a table for spreadsheets and advisers."""

from __future__ import annotations

import csv
import io

from ..csv_table import BYTE_ORDER_MARK, safe_cell

COLUMNS = (
    *("section", "account", "date", "symbol", "isin", "country", "currency", "quantity"),
    *("opened", "held_since", "term", "amount", "base_amount", "base_currency", "text"),
)


def render_tax_table(rows: list[dict[str, str]]) -> str:
    """`rows` with the names of COLUMNS as RFC 4180 with a byte order mark; "" where not known."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([safe_cell(row.get(name, "")) for name in COLUMNS])
    return BYTE_ORDER_MARK + text.getvalue()


def is_tax_table(text: str) -> bool:
    """Whether `text` is a table of this module."""
    header = text[:1000].partition("\r\n")[0].split(",")
    return header[:4] == [BYTE_ORDER_MARK + COLUMNS[0], *COLUMNS[1:4]]
