"""What a policy file says of accounts beside their names: taxes, and which class lives there."""

from __future__ import annotations

from ...core.record import Record

KINDS = "account-kinds"  # beside the options: numbers with kinds, as U1234567=tax-free:BOND


class AccountKind(Record):
    """Whether an account's gains are free of tax, None if not told, and which class lives there."""

    is_tax_free: bool | None
    home_of: str  # STK, BOND or ""


def account_kinds(options: dict[str, str]) -> dict[str, AccountKind]:
    """What the policy file of a run says of its accounts, by number."""
    found = {}
    for part in filter(None, options.get(KINDS, "").split(";")):
        number, _, told = part.partition("=")
        tax, _, home = told.partition(":")
        found[number] = AccountKind({"tax-free": True, "taxable": False}.get(tax), home)
    return found
