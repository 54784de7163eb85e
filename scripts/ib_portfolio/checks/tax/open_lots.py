"""Open lots at a loss, out of the raw rows of positions, for the checks alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from ..case import ZERO, cents
from .raw_lots import over_a_year
from .raw_trades import RawTrades, contract_of, is_ruled


def masked(account: str) -> str:
    """An account as a document writes it."""
    return f"{account[0]}***{account[-4:]}" if len(account) > 5 else "***"


def open_losses_again(accounts: list[RawTrades]) -> Iterator[tuple]:
    """The lots that are worth less than they cost, each in the order of an OpenLoss.

    Only of positions that are worth something and of which the lots are told as a whole, and none
    of a retirement account.
    """
    for one in accounts:
        if one.retired:
            continue
        by_contract = _by_contract(row for row in one.open_lots() if is_ruled(row))
        wholes = _by_contract(one.whole_rows())
        as_of = max((one.day(row.get("reportDate", "")) for row in one.whole_rows()), default="")
        for contract, lots in by_contract.items():
            whole = _whole_of(one, wholes.get(contract, []), lots)
            if whole is None:
                continue
            value, rate = sum((_value(row) or ZERO for row in whole), ZERO), one.rate(whole[0])
            if cents(value * rate) <= 0:
                continue  # what is worth nothing cannot be sold for its loss
            for row in lots:
                size = Decimal(row["position"])
                worth = size * value / _size(whole) * rate
                loss = Decimal(row["costBasisMoney"]) * rate - worth
                if loss > 0:
                    days = _lot_days(one, row, as_of)
                    yield masked(one.account), contract, *days, loss, worth


def _by_contract(rows: Iterable[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(contract_of(row), []).append(row)
    return found


def _lot_days(one: RawTrades, row: dict[str, str], as_of: str) -> tuple[str, Decimal, str, str]:
    """When a lot was opened, its size, its term on the day of the prices, and held from when."""
    opened = one.day(row["openDateTime"])
    since = one.day(row.get("holdingPeriodDateTime", "")) or opened
    sold = as_of or one.day(row.get("reportDate", "")) or one.last
    term = "long" if over_a_year(since, sold) else "short"
    return opened, Decimal(row["position"]), term, since


def _size(rows: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(row["position"]) for row in rows), ZERO)


def _value(row: dict[str, str]) -> Decimal | None:
    """What a row of a position is worth in its currency, None where it has no price."""
    if row.get("positionValue"):
        return Decimal(row["positionValue"])
    if not row.get("markPrice"):
        return None
    part = Decimal("0.01") if row.get("assetCategory") in ("BOND", "BILL") else Decimal(1)
    size = Decimal(row["position"]) * Decimal(row.get("multiplier") or 1)
    return size * Decimal(row["markPrice"]) * part


def _whole_of(
    one: RawTrades, wholes: list[dict[str, str]], lots: list[dict[str, str]]
) -> list[dict[str, str]] | None:
    """The rows that tell the value of lots; None unless these are told, and all of it."""
    days = [one.day(row.get("reportDate", "")) for row in wholes]
    wholes = [row for row, day in zip(wholes, days) if day == max(days)] or lots
    told = all(
        Decimal(row["position"]) > 0
        and row.get("costBasisMoney")
        and one.day(row.get("openDateTime", ""))
        for row in lots
    )
    apart = len(wholes) > 1 and not wholes[0].get("conid") and wholes is not lots
    priced = all(_value(row) is not None for row in wholes)
    if apart or not told or not priced or _size(lots) != _size(wholes):
        return None
    return wholes
