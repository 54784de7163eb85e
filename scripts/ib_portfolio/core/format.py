"""How figures are written, in documents and in reports: the only place that formats numbers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from .messages import say
from .numbers import ZERO, plain_decimal, to_cents

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_PERCENT_STEP = Decimal("0.0001")
_STATED_STEP = Decimal("1e-12")
_TENTH = Decimal("0.1")


def money(amount: Decimal) -> str:
    """`amount` as a decimal string to the cent: "25000.00"."""
    return format(to_cents(amount), "f")


def percent(part: Decimal, whole: Decimal) -> str:
    """`part` in percent of `whole`, to four decimals, as a decimal string; "0" of nothing."""
    if not whole:
        return "0"
    share = (part * 100 / whole).quantize(_PERCENT_STEP, rounding=ROUND_HALF_UP)
    return plain_decimal(share)


def target_percent(share: Decimal) -> str:
    """A target's percentage as it was stated; to four decimals where it was worked out."""
    stated = share == share.quantize(_STATED_STEP)
    return plain_decimal(share if stated else share.quantize(_PERCENT_STEP, ROUND_HALF_UP))


def shown_money(amount: str, currency: str) -> str:
    """A document's amount for people: "$25,000.00", "-€3.10", "CHF 1,250.00"."""
    number = Decimal(amount)
    text = f"{_SIGNS.get(currency, currency + ' ')}{abs(number):,.2f}"
    return f"-{text}" if number < 0 else text


def shown_amount(amount: str) -> str:
    """A document's amount for people where the currency is plain: "38,635.68"."""
    return f"{Decimal(amount):,.2f}"


def shown_percent(share: str) -> str:
    """A document's percentage for people, to one decimal: "35.2%"; never "-0.0%"."""
    return f"{_tenths(share)}%"


def shown_points(share: str) -> str:
    """A document's percentage points for people, to one decimal: "15.6"."""
    return str(_tenths(share))


def shown_hundredths(number: str) -> str:
    """A document's number for people, to two decimals: "4.36"."""
    return format(to_cents(Decimal(number)), "f")


def shown_mix(shares: Iterable[str]) -> str:
    """Several percentages in one word, to one decimal: "75.0/15.0/10.0"."""
    return "/".join(map(shown_points, shares))


def shown_drift(share: str) -> str:
    """Like `shown_percent`, with a sign unless it rounds to nothing: "+12.1%", "0.0%"."""
    rounded = _tenths(share)
    return f"{rounded:+}%" if rounded else f"{rounded}%"


def shown_signed_points(share: str) -> str:
    """A document's distance in percentage points for people, with its sign: "+1.2", "0.0"."""
    return shown_drift(share)[:-1]


def shown_quantity(quantity: str) -> str:
    """A document's quantity for people: "50,000", "12.3456"."""
    return f"{Decimal(quantity):,f}"


def _tenths(share: str) -> Decimal:
    return Decimal(share).quantize(_TENTH, rounding=ROUND_HALF_UP) + ZERO


def shown_orders(count: int) -> str:
    """A number of orders for people: "1 order", "3 orders"."""
    return say("orders.one") if count == 1 else say("orders.more", count=count)
