"""The bonds of a review as its document writes them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from ...analysis.bond_ladder import BondLook, Bonds
from ...core.format import money
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal
from ...core.plain_text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.review_document import BondRow, BondsPart

_DIGITS = Decimal("0.0001")  # of prices and yields in percent, and of durations in years


def bonds_part(bonds: Bonds) -> BondsPart:
    """The bonds: prices and yields to four decimals of a percent, durations to four of a year."""
    duration = bonds.duration
    rows = bonds.rows
    return {
        "rows": [_row(row) for row in rows],
        "ladder": [
            {
                "year": year,
                "bonds": len(own),
                "value": money(sum((row.position.value for row in own), ZERO)),
                "redemption": money(sum((row.redemption for row in own), ZERO)),
            }
            for year, own in sorted(bonds.years.items())
        ],
        "value": money(sum((row.position.value for row in rows), ZERO)),
        "duration": None if duration is None else _rounded(duration),
        "higher": money(sum((row.higher for row in rows), ZERO)),
        "lower": money(sum((row.lower for row in rows), ZERO)),
        "not_computed": [
            {"symbol": plain(position.symbol), "reason": say(key)}
            for position, key in bonds.unclear
        ],
        "matured": [plain(position.symbol) for position in bonds.matured],
    }


def _row(row: BondLook) -> BondRow:
    position, terms = row.position, row.terms
    return {
        "symbol": plain(position.symbol),
        "currency": plain(position.currency),
        "face": plain_decimal(position.quantity),
        "value": money(position.value),
        "coupon_pct": plain_decimal(terms.coupon),
        "maturity": terms.maturity.isoformat(),
        "per_year": terms.per_year,
        "day_count": "actual/actual" if terms.by_actual_days else "30/360",
        "price_pct": _rounded(row.price),
        "yield_pct": _rounded(row.rate),
        "duration": _rounded(row.duration),
        "higher": money(row.higher),
        "lower": money(row.lower),
    }


def _rounded(number: Decimal) -> str:
    return plain_decimal(number.quantize(_DIGITS, rounding=ROUND_HALF_UP))
