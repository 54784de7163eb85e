"""Exact numbers: decimals read strictly, money to the cent, rounding in one place."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, setcontext

# 60 digits hold every product made here exactly: values have at most 15 + 20 digits (see _FORM).
_PRECISION = 60
CENT = Decimal("0.01")
ZERO = Decimal(0)
LARGEST = Decimal(10) ** 15


def use_exact_decimals() -> None:
    """Makes decimals exact enough for every sum and product of a run; each entry calls it first."""
    setcontext(Context(prec=_PRECISION))


def parse_decimal(text: str) -> Decimal | None:
    """The number that `text` writes, or None where it is not one of a size money can have.

    NaN, Infinity, thousands separators and anything of 10^15 and more are None. More than 20
    decimals are rounded to 20: servers that calculate in floats send such noise.
    """
    if not text.isascii():
        return None
    whole, _, decimals = text[text[:1] == "-" :].partition(".")
    # Nearly all are as plain as this, and a statement has thousands.
    if f"{whole}{decimals or 0}".isdigit() and 0 < len(whole) <= 15 and len(decimals) <= 20:
        return Decimal(text) or ZERO
    if not _is_number(text):
        return None
    number = Decimal(text)
    if abs(number) >= LARGEST:
        return None
    if number.as_tuple().exponent < -20:
        number = number.quantize(Decimal("1e-20"))
    return number if number else ZERO


def _is_number(text: str) -> bool:
    """Whether `text` is at most 15 digits and 80 decimals, with a sign and an exponent if any."""
    if text.isdigit():
        return len(text) <= 15
    mantissa, marked, exponent = text.replace("E", "e").partition("e")
    whole, _, decimals = mantissa[mantissa[:1] in ("+", "-") :].partition(".")
    digits = exponent[exponent[:1] in ("+", "-") :]
    return (
        len(whole) <= 15
        and len(decimals) <= 80
        and f"{whole}{decimals}".isdigit()
        and (not marked or (len(digits) <= 2 and digits.isdigit()))
    )


def to_cents(number: Decimal) -> Decimal:
    """`number` to two decimals, halves away from zero; never a negative zero."""
    return number.quantize(CENT, rounding=ROUND_HALF_UP) + ZERO


def unit_value(value: Decimal, quantity: Decimal) -> Decimal:
    """What one share, or one of face, is worth: value / quantity, halves up.

    Ten decimals, or as many as twelve significant digits need: a penny share is never worth 0.
    """
    exact = value / quantity
    step = Decimal(1).scaleb(min(-10, exact.adjusted() - 11))
    return exact.quantize(step, rounding=ROUND_HALF_UP).normalize()


def plain_decimal(number: Decimal) -> str:
    """`number` as a decimal string without exponent or trailing zeros: "0.8", "50000", "-3"."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
