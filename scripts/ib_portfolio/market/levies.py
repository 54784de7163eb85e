"""Levies and stamp duties on trades of shares, from the dated table in levies.json.

Loaded only when a share's exchange or issuer is known.
"""

from __future__ import annotations

import os
from decimal import ROUND_UP, Decimal

from ..core.instrument import Instrument
from ..core.json_file import read_json_file
from ..core.numbers import ZERO
from ..core.record import Record

_PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "levies.json")
# Shares at a US exchange change hands as book entries at its depository, where the taxes of other
# countries are not charged; the annual reports of Irish and UK companies listed there say so.
_US = "US"
_kept: dict[str, list[dict[str, object]]] = {}


class Levy(Record):
    """A levy; `rate` is of the value, of each share or of the order, in the share's currency."""

    name: str
    buys: bool
    sells: bool
    of: str  # value, shares or order
    rate: Decimal
    most: Decimal | None
    above: Decimal  # the value over which it is charged
    whole: bool  # rounded up to whole units of the currency

    def charge(self, quantity: Decimal, amount: Decimal, rate: Decimal, buys: bool) -> Decimal:
        """The levy in base currency, not rounded, on `quantity` shares for `amount` of it.

        `rate` is base currency for one of the share's.
        """
        value = amount / rate
        if not (self.buys if buys else self.sells) or value <= self.above:
            return ZERO
        size = {"value": value, "shares": quantity, "order": Decimal(1)}[self.of]
        levy = size * self.rate
        if self.whole:
            levy = levy.quantize(Decimal(1), rounding=ROUND_UP)
        return (levy if self.most is None else min(levy, self.most)) * rate


def levies_on(told: Instrument, issuer: str, market: str, day: str) -> tuple[Levy, ...]:
    """The levies on a share at a `market` of levies.json ("" where it has none), of an issuer's
    country in two letters, in force on `day` (YYYY-MM-DD), "" for the newest.
    """
    table = _table()
    rows = list(table.get(market, []))
    if market != _US:
        rows += table["issuer"]
    kind = told.sub_category.upper()
    newest: dict[str, dict[str, object]] = {}
    for row in rows:
        applies = _is_on(row, told.exchange, issuer, kind)
        if applies and (not day or row["from"] <= day or row["name"] not in newest):
            newest[row["name"]] = row
    found = map(_levy, newest.values())
    return tuple(levy for levy in found if levy.rate)


def _table() -> dict[str, list[dict[str, object]]]:
    if not _kept:
        _kept.update(read_json_file(_PATH))
    return _kept


def _is_on(row: dict[str, object], exchange: str, issuer: str, kind: str) -> bool:
    return (
        exchange in row.get("exchanges", (exchange,))
        and issuer in row.get("issuers", (issuer,))
        and kind == row.get("only", kind)
        and kind not in row.get("not", ())
    )


def _levy(row: dict[str, object]) -> Levy:
    return Levy(
        name=row["name"],
        buys="BUY" in row["sides"],
        sells="SELL" in row["sides"],
        of=row["of"],
        rate=Decimal(row["rate"]),
        most=Decimal(row["most"]) if "most" in row else None,
        above=Decimal(row.get("above", 0)),
        whole=bool(row.get("whole")),
    )
