"""The check of the discount of zero-coupon bonds: each lot's growth at one yield, again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from ...core.plain_text import plain
from ..case import ZERO, Problems, cents
from .raw_trades import RawTrades, contract_of
from .tax_case import Row, TaxCase

_YEAR = Decimal("365.25")
# A power is told to so many digits that it may round another way where it is half a cent.
_HALF_CENT, _HALF_STEP = Decimal("0.005000001"), Decimal("0.000050001")


def discounts_again(case: TaxCase) -> Problems:
    """Each accrual is the growth at one yield between its two days, and they sum to the total.

    None is left out of a bond that is told clearly.
    """
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
    for one, row in (left for same in lots.values() for left in same):
        if _is_clear(one, row) and _accrues(case, one, row):
            yield f"{plain(row['symbol'])} of {one.day(row['openDateTime'])} is left out"
    if abs(total - Decimal(case.document["discount_total"])) > _HALF_CENT:
        yield f"the discounts come to {total:.2f}"


def _bond_lots(case: TaxCase) -> Iterator[tuple[RawTrades, Row]]:
    """The lots of zero-coupon bonds that taxable accounts hold."""
    for one in case.accounts:
        for row in () if one.retired else one.open_lots():
            if row.get("assetCategory") == "BOND" and not Decimal(row.get("coupon") or 0):
                yield one, row


def _is_clear(one: RawTrades, row: Row) -> bool:
    """Whether the bond of a lot is told once, with its terms, and its lots come to it."""
    contract = contract_of(row)
    whole = [held for held in one.whole_rows() if contract_of(held) == contract]
    lots = [lot for lot in one.open_lots() if contract_of(lot) == contract]
    terms = {(held.get("coupon"), held.get("maturity"), held["symbol"]) for held in whole + lots}
    return (
        len(whole) == len(terms) == 1
        and bool(row.get("coupon") and row.get("maturity"))
        and all(Decimal(lot["position"]) > 0 for lot in lots)
        and all(lot.get("costBasisMoney") and one.day(lot.get("openDateTime", "")) for lot in lots)
        and sum(Decimal(lot["position"]) for lot in lots) == Decimal(whole[0]["position"])
    )


def _accrues(case: TaxCase, one: RawTrades, row: Row) -> bool:
    """Whether a lot below its face is held on a day of the year before it is paid back."""
    label, opened, end = (
        case.document["label"],
        one.day(row["openDateTime"]),
        _maturity(row["maturity"]),
    )
    first, last = max(opened, f"{label}-01-01"), min(one.last, f"{label}-12-31", end)
    cost = cents(Decimal(row["costBasisMoney"]) * one.rate(row))
    return 0 < cost < Decimal(row["position"]) * one.rate(row) and first <= last and first != end


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
