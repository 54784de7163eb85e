"""The check of what wash-sale notices say was bought: summed again from the raw executions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from ...core.plain_text import plain
from ..case import ZERO, Case, Check, Problems
from ..raw_dates import raw_day

_DAY = datetime.timedelta(days=1)
_WINDOW = datetime.timedelta(days=30)  # before and after a sale: IRS Publication 550


def purchases_in_notices(case: Case) -> Problems:
    """Each notice names what was bought of its security within 30 days of the prices, by day.

    A notice that cannot tell names nothing. All say from when on it may be bought again.
    """
    for notice in case.document.get("wash_sales", []):
        trade, holding = case.pairs[notice["priority"] - 1]
        if plain(trade["symbol"]) != plain(notice["symbol"]):
            yield f"the notice of {notice['symbol']} is not about trade {notice['priority']}"
        day = case.evidence.day
        free = day and (datetime.date.fromisoformat(day) + _WINDOW + _DAY).isoformat()
        if free not in notice["sentence"]:
            yield f"{notice['symbol']} may be bought again from {free} on, which is not said"
        told = {row["date"]: Decimal(row["quantity"]) for row in notice["purchases"]}
        if notice["verdict"] == "cannot tell" and not told:
            continue
        conid = holding.conid if holding else ""
        wanted = _bought(case, plain(notice["symbol"]), conid)
        if told != wanted:
            yield f"of {notice['symbol']} {_shown(wanted)} was bought, not {_shown(told)}"


def _bought(case: Case, symbol: str, conid: str) -> dict[str, Decimal]:
    """What was bought of a security on each day of the window, less what of it was cancelled."""
    evidence, found = case.evidence, dict[str, Decimal]()
    if not evidence.day:
        return found
    sold = datetime.date.fromisoformat(evidence.day)
    first, last = (sold - _WINDOW).isoformat(), (sold + _WINDOW).isoformat()
    for row in evidence.executions:
        same = plain(row.get("symbol", "")) == symbol or (conid and row.get("conid") == conid)
        day = raw_day(row.get("tradeDate", ""), evidence.day_first)
        if same and row.get("buySell", "").upper().startswith("BUY") and first <= day <= last:
            size = abs(_quantity(row.get("quantity", "")))
            cancelled = "CA" in row["buySell"].upper()
            found[day] = found.get(day, ZERO) + (-size if cancelled else size)
    return {day: size for day, size in found.items() if size > 0}


def _quantity(text: str) -> Decimal:
    """0 where it cannot be read: then a notice can name none of it, or cannot tell."""
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return ZERO


def _shown(bought: Mapping[str, Decimal]) -> str:
    return ", ".join(f"{size} on {day}" for day, size in sorted(bought.items())) or "nothing"


CHECKS = (Check("purchases near losses", purchases_in_notices),)
