"""The report's section on tax lots, estimates and wash sales. Loaded only when there is one."""

from __future__ import annotations

from typing import NamedTuple

from ..core.format import shown_money, shown_quantity
from ..core.messages import Ours, say
from .text_table import WIDTH, display_width, table_lines, wrapped

Document = dict[str, object]
Cells = tuple[str, ...]

METHOD_NAMES = {"FIFO": "FIFO", "LIFO": "LIFO", "HIGHEST_COST": "Highest cost"}
_HEADER = ("Symbol", "Method", "Lots taken", "Short-term", "Long-term", "Gain")
_MOST_LOTS = 5
_MOST_SALES = 15


class _Row(NamedTuple):
    """A sale by a method, or a total (without lots), as it is printed."""

    symbol: str
    method: str
    lots: list[str]
    gains: Cells


def lots_section(document: Document, short: bool) -> list[str]:
    """The lines of the section; of a `short` one only the 15 largest sales, and every total."""
    lots = document["lots"]
    lines = [say("lots_heading"), ""]
    if not lots["sales"]:
        return [*lines, say("lots_nothing_sold")]
    shown = lots["sales"][:_MOST_SALES] if short else lots["sales"]
    rows = [row for sale in shown for row in _rows_of_sale(sale, document["base_currency"])]
    rows += [_total(row, document["base_currency"]) for row in lots["totals"]]
    if rows:
        lines += [*_table(rows), ""]
    if len(shown) < len(lots["sales"]):
        lines += wrapped(say("lots_more", left=len(lots["sales"]) - len(shown)), "", "")
    for sentence in _sentences(document):
        lines += wrapped(sentence, "", "")
    for notice in document["wash_sales"]:
        lines += wrapped(notice["sentence"])
    if document["wash_sales"]:
        lines += wrapped(say("wash_unseen", day=lots["sold_on"] or "?"), "", "")
    return lines


def _rows_of_sale(sale: Document, currency: str) -> list[_Row]:
    """A row for each method, or one where all take the same."""
    methods = sale["methods"]
    same = len({str(sorted(map(str, row["lots"]))) for row in methods}) == 1
    return [
        _Row(
            sale["symbol"],
            say("lots_all_methods") if same else METHOD_NAMES[row["method"]],
            _lot_names(row["lots"]),
            _gains(row, currency),
        )
        for row in (methods[:1] if same else methods)
    ]


def _table(rows: list[_Row]) -> list[str]:
    """The rows as a table, further lots under the first; as a list where that would be too wide."""
    cells: list[Cells] = []
    for before, row in zip([None, *rows], rows):
        again = before is not None and before.lots and before.symbol == row.symbol
        first, *more = row.lots or [""]
        cells.append(("" if again else row.symbol, row.method, first, *row.gains))
        cells += [("", "", text, "", "", "") for text in more]
    lines = table_lines(_HEADER, cells)
    if max(map(display_width, lines)) <= WIDTH:
        return lines
    labels = [label.lower() for label in _HEADER[-3:]]
    return [line for row in rows for line in wrapped(_listed(row, labels))]


def _listed(row: _Row, labels: list[str]) -> str:
    gains = ", ".join(f"{label} {amount}" for label, amount in zip(labels, row.gains))
    return f"{', '.join([f'{row.symbol} {row.method}', *row.lots])}: {gains}"


def _gains(row: Document, currency: str) -> Cells:
    return tuple(shown_money(row[field], currency) for field in ("short", "long", "gain"))


def _lot_names(lots: list[Document]) -> list[str]:
    names = [
        f"{shown_quantity(lot['quantity'])} of {lot['opened']}"
        + (f" (held since {lot['held_since']})" if lot["held_since"] != lot["opened"] else "")
        for lot in lots
    ]
    if len(names) <= _MOST_LOTS:
        return names
    return [*names[: _MOST_LOTS - 1], say("lots_more_lots", left=len(names) - _MOST_LOTS + 1)]


def _total(row: Document, currency: str) -> _Row:
    return _Row("Total", METHOD_NAMES[row["method"]], [], _gains(row, currency))


def _sentences(document: Document) -> list[str]:
    """What cannot be told, the estimate, and what the figures rest on."""
    lots = document["lots"]
    by_reason: dict[str, list[str]] = {}
    for sale in lots["sales"]:
        if sale["unclear"]:
            by_reason.setdefault(sale["unclear"], []).append(sale["symbol"])
    found = [
        say("lots_cannot_tell", symbols=Ours(", ".join(symbols)), reason=reason)
        for reason, symbols in by_reason.items()
    ]
    if lots["left_out"] and lots["totals"]:
        found.append(say("lots_left_out", symbols=Ours(", ".join(lots["left_out"]))))
    return found + _estimate(document) + lots["notes"]


def _estimate(document: Document) -> list[str]:
    estimate = document.get("tax_estimate")
    if not estimate:
        return []
    if not estimate["methods"]:
        return [say("tax_estimate_none")]
    named = ", ".join(
        f"{METHOD_NAMES[row['method']]} {shown_money(row['estimate'], document['base_currency'])}"
        for row in estimate["methods"]
    )
    rates = {"short": estimate["short_pct"], "long": estimate["long_pct"]}
    return [say("tax_estimate", **rates, estimates=named), say("tax_estimate_note")]
