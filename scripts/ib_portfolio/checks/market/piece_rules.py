"""In which pieces a holding may be traded, and which it may not be: derived from its raw row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from ...core.dates import day_number, parse_date
from ...core.plain_text import plain
from ..data_files import read_data
from ..evidence import Evidence, Holding

# A bond's symbol: its issuer, its coupon and its maturity as MM/DD/YY.
_SYMBOL = r"\S+ [0-9][0-9.]*( [0-9]/[0-9])? ([0-9]{2})/([0-9]{2})/([0-9]{2})( .*)?"
_ONE = Decimal(1)
_WHOLE_ONLY = "whole"
_NOT_BOUGHT = "near its maturity"
_NOT_TRADED = "matures before it settles"


def planned_unit(holding: Holding) -> Decimal:
    """What plans count a unit as: its part of the value, to ten decimals or twelve digits."""
    step = Decimal(1).scaleb(min(-10, holding.unit.adjusted() - 11))
    return holding.unit.quantize(step, ROUND_HALF_UP)


def step_of(holding: Holding, asked: dict[str, str]) -> Decimal | None:
    """The units that orders are multiples of; None for what is only kept or sold whole."""
    if "lot" in asked:
        stated = _stated_lots(asked["lot"]).get(" ".join(plain(holding.symbol).upper().split()))
        if stated is not None:
            return stated
    if not (holding.by_face or holding.row.get("listingExchange")):
        return _ONE
    kind = holding.row.get("subCategory", "").upper()
    if not holding.by_face:
        return _lot(holding.row["listingExchange"].upper(), kind)
    if kind[:4] == "MUNI":
        return Decimal(5000)
    in_100_000s = holding.currency in ("EUR", "GBP") and holding.quantity % 100_000 == 0
    wholesale = holding.row.get("isin", "").upper()[:2] == "XS"
    return None if wholesale or (kind[:4] == "CORP" and in_100_000s) else Decimal(1000)


def _lot(exchange: str, kind: str) -> Decimal | None:
    row = read_data("market/lot_sizes.json").get(exchange, {"lot": "1"})
    lot = row.get(kind) or row["lot"]
    return Decimal(lot) if lot else None


def quantity_fits(holding: Holding, quantity: Decimal, sells: bool, asked: dict[str, str]) -> bool:
    """Whether an order of `quantity` is in the market's pieces and leaves no odd rest of face."""
    if sells and quantity == holding.quantity:
        return True
    step = step_of(holding, asked)
    if step is None or quantity % step:
        return False
    return not (sells and holding.by_face and holding.quantity - quantity < step)


def limit_of(holding: Holding, evidence: Evidence) -> str:
    """What keeps a holding from being traded as others are; "" for nothing."""
    left = days_left(holding, evidence.day)
    if left is not None and left <= 30:
        start = day_number(evidence.day)
        settles = sum((start + day) % 7 not in (0, 6) for day in range(1, left + 1)) <= 2
        return _NOT_TRADED if settles else _NOT_BOUGHT
    return _WHOLE_ONLY if step_of(holding, evidence.asked) is None else ""


@cache
def _stated_lots(text: str) -> dict[str, Decimal]:
    """The lots of a list as 0700=100, by symbol; the first of a symbol counts."""
    import re

    found: dict[str, Decimal] = {}
    for part in re.split("[,;、，；]", text):
        symbol, _, size = part.rpartition("=")
        if symbol.strip():
            found.setdefault(" ".join(symbol.upper().split()), Decimal(size.strip()))
    return found


def maturity_again(row: Mapping[str, str], symbol: str) -> str:
    """The day a bond matures (YYYY-MM-DD) by its raw row, or by its symbol; "" for neither."""
    return _maturity(row.get("maturity", ""), symbol)


@cache
def _maturity(text: str, symbol: str) -> str:
    stated = parse_date(text)
    if stated:
        return stated
    import re

    written = re.fullmatch(_SYMBOL, symbol)
    if written:
        stated = parse_date(f"20{written[4]}-{written[2]}-{written[3]}")
    return stated or ""


def days_left(holding: Holding, day: str) -> int | None:
    """The days from `day` to a bond's maturity; None where one of them is not known."""
    maturity = maturity_again(holding.row, holding.symbol) if holding.by_face else ""
    if not (maturity and day):
        return None
    return day_number(maturity) - day_number(day)


def _has_matured(holding: Holding, day: str) -> bool:
    left = days_left(holding, day)
    return left is not None and left <= 0


def with_matured_held(evidence: Evidence) -> Evidence:
    """The evidence with what has matured counted in no class."""
    matured = {
        id(row) for row in evidence.holdings if row.by_face and _has_matured(row, evidence.day)
    }
    if not matured:
        return evidence
    holdings = []
    for row in evidence.holdings:
        if id(row) in matured:
            parts = row.counted._replace(parts=())
            row = row._replace(asset_class="", locked=False, counted=parts)
        holdings.append(row)
    return evidence._replace(holdings=tuple(holdings))


def with_limits(
    evidence: Evidence, totals: dict[str, Decimal], profile: dict[str, Decimal]
) -> Evidence:
    """The evidence with those holdings locked that stay as they are because of their limits."""
    limits = {
        id(row): limit_of(row, evidence)
        for row in evidence.holdings
        if (row.asset_class in ("STK", "BOND") or row.own_share)
        and row.quantity
        and (row.by_face or row.row.get("listingExchange"))
    }
    if not any(limits.values()):
        return evidence
    whole = sum(totals.values())
    over = {name: totals[name] - whole * profile[name] / 100 for name in totals if name != "CASH"}
    cut = {name: _worth(evidence.holdings, name, limits) for name in over}
    holdings = []
    for row in evidence.holdings:
        limit, name = limits.get(id(row), ""), row.share
        stays = limit == _NOT_TRADED or (limit and over.get(name, 1) <= 0)
        stays = stays or (limit == _WHOLE_ONLY and cut[name] >= over[name])
        holdings.append(row._replace(locked=True) if stays else row)
    return evidence._replace(holdings=tuple(holdings))


def _worth(holdings: Iterable[Holding], name: str, limits: dict[int, str]) -> Decimal:
    """What the holdings of a share are worth of which a part can be sold, to the cent each."""
    return sum(
        (
            row.value.quantize(Decimal("0.01"), "ROUND_HALF_UP")
            for row in holdings
            if row.share == name and not row.locked and limits.get(id(row), "") in ("", _NOT_BOUGHT)
        ),
        Decimal(0),
    )
