"""The report's section on tax lots, estimates and wash sales. Loaded only when there is one."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.format import shown_money, shown_quantity
from ..core.messages import Ours, say
from ..taxes.lots import METHOD_NAMES
from .text_table import paragraph, table_lines, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart, PlanDocument


Cells = tuple[str, ...]

_HEADER = ("Method", "Lots taken", "Short-term", "Long-term", "Gain")
_MOST_LOTS = 5
_NAMES_WIDTH = 15  # columns of the names of methods that come to the same


def lots_section(document: PlanDocument, most: int) -> list[str]:
    """The lines of the section; with `most` above 0 only as many of the largest sales, and notices.

    The totals are of all sales.
    """
    lots, currency = document["lots"], document["base_currency"]
    lines = [say("lots_heading"), ""]
    if not lots["sales"]:
        return [*lines, say("lots_nothing_sold")]
    shown = lots["sales"][:most] if most else lots["sales"]
    rows = [row for sale in shown for row in _sale_rows(sale, currency)]
    if lots["totals"]:
        rows += [("Total",)]
        for same in _alike(lots["totals"], ("short", "long", "gain")):
            rows += _method_rows(same, [], currency)
    if rows:
        lines += [*table_lines(_HEADER, rows, right=(2, 3, 4), flexible=(1,)), ""]
    if len(shown) < len(lots["sales"]):
        lines += paragraph(say("lots_more", left=len(lots["sales"]) - len(shown)))
    for sentence in lot_sentences(document, most):
        lines += paragraph(sentence)
    return lines + _wash_lines(document, most)


def _sale_rows(sale: DocumentPart, currency: str) -> list[Cells]:
    """The symbol, then the methods, those together that take the same lots."""
    rows: list[Cells] = [(sale["symbol"],)] if sale["methods"] else []
    for same in _alike(sale["methods"], ("lots",)):
        rows += _method_rows(same, _lot_names(same[0]["lots"]), currency)
    return rows


def _alike(methods: list[DocumentPart], fields: tuple[str, ...]) -> list[list[DocumentPart]]:
    """The rows of methods, those together whose fields are the same, in whatever order of lots."""
    found: dict[str, list[DocumentPart]] = {}
    for row in methods:
        parts = (row[name] for name in fields)
        key = str([part if isinstance(part, str) else sorted(map(str, part)) for part in parts])
        found.setdefault(key, []).append(row)
    return list(found.values())


def _method_rows(same: list[DocumentPart], lots: list[str], currency: str) -> list[Cells]:
    """A row with the figures of methods that come to the same; more names and lots below it."""
    gains = tuple(shown_money(same[0][field], currency) for field in ("short", "long", "gain"))
    names = wrapped(_method_names(same), " ", " ", _NAMES_WIDTH)
    count = max(len(names), len(lots))
    names += [""] * (count - len(names))
    lots = lots + [""] * (count - len(lots))
    blank = ("", "", "")
    figures = [gains, *[blank] * (count - 1)]
    return [(name, lot, *figure) for name, lot, figure in zip(names, lots, figures)]


def _method_names(same: list[DocumentPart]) -> str:
    if len(same) == len(METHOD_NAMES):
        return say("lots_all_methods")
    return ", ".join(METHOD_NAMES[row["method"]] for row in same)


def _lot_names(lots: list[DocumentPart]) -> list[str]:
    names = [
        f"{shown_quantity(lot['quantity'])} of {lot['opened']}"
        + (f" (held since {lot['held_since']})" if lot["held_since"] != lot["opened"] else "")
        for lot in lots
    ]
    if len(names) <= _MOST_LOTS:
        return names
    return [*names[: _MOST_LOTS - 1], say("lots_more_lots", left=len(names) - _MOST_LOTS + 1)]


def lot_sentences(document: PlanDocument, most: int = 0) -> list[str]:
    """What cannot be told, the estimate, and what the figures rest on; lists of at most `most`."""
    lots = document["lots"]
    by_reason: dict[str, list[str]] = {}
    for sale in lots["sales"]:
        if sale["unclear"]:
            by_reason.setdefault(sale["unclear"], []).append(sale["symbol"])
    found = [
        say("lots_cannot_tell", symbols=_names(symbols, most), reason=reason)
        for reason, symbols in by_reason.items()
    ]
    if lots["left_out"] and lots["totals"]:
        found.append(say("lots_left_out", symbols=_names(lots["left_out"], most)))
    legend = [say("lots_methods")] if lots["totals"] else []
    return found + legend + _estimate(document) + lots["notes"]


def wash_sentences(document: PlanDocument) -> list[str]:
    """The notices on wash sales; one for all symbols of which the same is to be said."""
    alike: dict[str, list[DocumentPart]] = {}
    for notice in document["wash_sales"]:
        said = notice["sentence"].replace(notice["symbol"], "")
        alike.setdefault(said, []).append(notice)
    found = []
    for first, *others in alike.values():
        sentence = first["sentence"]
        if others:
            names = _names([notice["symbol"] for notice in others], 0)
            sentence = say("wash_alike", sentence=Ours(sentence), symbols=names)
        found.append(sentence)
    return found


def _wash_lines(document: PlanDocument, most: int) -> list[str]:
    sentences = wash_sentences(document)
    if not sentences:
        return []
    shown = sentences[:most] if most else sentences
    lines = [line for sentence in shown for line in wrapped(sentence)]
    if len(shown) < len(sentences):
        lines.append("- " + say("rows_left", left=len(sentences) - len(shown)))
    return lines + paragraph(say("wash_unseen", day=document["lots"]["sold_on"] or "?"))


def _names(symbols: Iterable[str], most: int) -> Ours:
    """The symbols, each once, joined; with `most` above 0 as many, and how many there are more."""
    every = list(dict.fromkeys(symbols))
    shown = every[:most] if most else every
    left = [say("rows_left", left=len(every) - len(shown))] if len(shown) < len(every) else []
    return Ours(", ".join([*shown, *left]))


def _estimate(document: PlanDocument) -> list[str]:
    estimate = document.get("tax_estimate")
    if not estimate:
        return []
    if not estimate["methods"]:
        return [say("tax_estimate_none")]
    named = "; ".join(
        f"{_method_names(same)} {shown_money(same[0]['estimate'], document['base_currency'])}"
        for same in _alike(estimate["methods"], ("estimate",))
    )
    rates = {"short": estimate["short_pct"], "long": estimate["long_pct"]}
    return [say("tax_estimate", **rates, estimates=named), say("tax_estimate_note")]
