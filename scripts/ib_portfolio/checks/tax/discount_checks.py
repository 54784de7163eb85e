"""The check of the discount of zero-coupon bonds: each lot's growth at one yield, again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ..case import ZERO, Problems, cents
from .raw_trades import RawTrades
from .tax_case import Row, TaxCase

_YEAR = Decimal("365.25")
# A power is told to so many digits that it may round another way where it is half a cent.
_HALF_CENT, _HALF_STEP = Decimal("0.005000001"), Decimal("0.000050001")


def discounts_again(case: TaxCase) -> Problems:
    """Each accrual is the growth at one yield between its two days, and they sum to the total."""
    lots: dict[tuple, list[tuple[RawTrades, Row]]] = {}
    for one, row in _bond_lots(case):
        lots.setdefault(_key_of(one, row), []).append((one, row))
    total = ZERO
    for claim in case.document["discounts"]:
        key = (claim["symbol"], claim["opened"], Decimal(claim["face"]), Decimal(claim["cost"]))
        found = lots.get(key)
        if not found:
            yield f"{claim['symbol']} of {claim['opened']} is no zero-coupon bond that is held"
            continue
        one, row = found.pop()
        end = _maturity(row.get("maturity") or row["symbol"].split()[-1])
        face, cost = (Decimal(row[name]) * one.rate(row) for name in ("position", "costBasisMoney"))
        days, label = _days(claim["opened"], end), case.document["label"]
        wanted = max(claim["opened"], f"{label}-01-01"), min(one.last, f"{label}-12-31", end)
        if (claim["from"], claim["to"]) != wanted:
            yield f"{claim['symbol']} accrues from {wanted[0]} to {wanted[1]}"
        # Of the last day, too, but of that on which it is paid back.
        first, last = (_days(claim["opened"], claim[name]) for name in ("from", "to"))
        last += claim["to"] != end
        worth = [cost * (face / cost) ** (Decimal(count) / days) for count in (first, last)]
        total += worth[1] - worth[0]
        if abs(worth[1] - worth[0] - Decimal(claim["accrued"])) > _HALF_CENT:
            yield f"{claim['symbol']} accrues {worth[1] - worth[0]:.2f}, not {claim['accrued']}"
        rate = ((face / cost) ** (_YEAR / days) - 1) * 100
        if abs(rate - Decimal(claim["yield_pct"])) > _HALF_STEP:
            yield f"{claim['symbol']} yields {rate:.4f}, not {claim['yield_pct']}"
    if abs(total - Decimal(case.document["discount_total"])) > _HALF_CENT:
        yield f"the discounts come to {total:.2f}"


def _bond_lots(case: TaxCase) -> Iterator[tuple[RawTrades, Row]]:
    """The lots of zero-coupon bonds that taxable accounts hold."""
    for one in case.accounts:
        for row in () if one.retired else one.open_lots():
            if row.get("assetCategory") == "BOND" and not Decimal(row.get("coupon") or 0):
                yield one, row


def _key_of(one: RawTrades, row: Row) -> tuple[str, str, Decimal, Decimal]:
    cost = cents(Decimal(row.get("costBasisMoney") or 0) * one.rate(row))
    return (
        plain(row["symbol"]),
        one.day(row.get("openDateTime", "")),
        Decimal(row["position"]),
        cost,
    )


def _days(first: str, last: str) -> int:
    return (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days


def _maturity(text: str) -> str:
    """The day of a maturity written as 20400215, 2040-02-15 or 02/15/40."""
    if "/" in text:
        month, day, year = text.split("/")
        return f"20{year[-2:]}-{month}-{day}"
    digits = text.replace("-", "")[:8]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
