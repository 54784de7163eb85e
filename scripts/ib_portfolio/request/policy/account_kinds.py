"""What a policy file says of accounts beside their names: taxes, and which class lives there."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.plain_text import fold
from ...core.record import Record

KINDS = "account-kinds"  # beside the options: numbers with kinds, as U1234567=tax-free:BOND


_TAXES = {"tax-free": True, "taxable": False}
_CLASSES = {"stk": "STK", "stocks": "STK", "bond": "BOND", "bonds": "BOND"}


class AccountKind(Record):
    """Whether an account's gains are free of tax, None if not told, and which class lives there."""

    is_tax_free: bool | None
    home_of: str  # STK, BOND or ""


def kind_told(name: str, more: Sequence[str]) -> str | None:
    """What a line of [accounts] says behind the number, as "tax-free:BOND", ":" for nothing.

    The `name` may be taxable or tax-free itself; `more` are those words, and the class that rather
    lives in the account: stocks, bonds, STK or BOND. None for any other word, and for two that
    contradict each other.
    """
    words = [fold(part) for part in more]
    taxes = {word for word in (name.casefold(), *words) if word in _TAXES}
    homes = {_CLASSES[word] for word in words if word in _CLASSES}
    if len(taxes) > 1 or len(homes) > 1 or not all(word in {*_TAXES, *_CLASSES} for word in words):
        return None
    return f"{''.join(taxes)}:{''.join(homes)}"


def account_kinds(options: dict[str, str]) -> dict[str, AccountKind]:
    """What the policy file of a run says of its accounts, by number."""
    found = {}
    for part in filter(None, options.get(KINDS, "").split(";")):
        number, _, told = part.partition("=")
        tax, _, home = told.partition(":")
        found[number] = AccountKind(_TAXES.get(tax), home)
    return found
