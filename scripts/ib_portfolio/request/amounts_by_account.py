"""Amounts of a household's options, each of which belongs to one of its accounts."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.messages import Usage
from ..core.plain_text import fold

AMOUNTS = ("contribute", "withdraw", "reserve")  # the options that are amounts
_SEPARATORS = str.maketrans({"；": ";", "、": ";", "＠": "@"})


def options_by_account(
    options: dict[str, str], masked: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """The options of each account by its number, where an amount is only its own.

    An amount names its account behind @: by number, as it is shown (`masked` by number), or by the
    policy's name; several stand behind semicolons, as 5000@U***4567;200@taxable. Usage for one that
    names none.
    """
    found = {number: dict(options) for number in masked}
    for option in AMOUNTS:
        text = options.get(option, "")
        if not text or (option == "reserve" and fold(text).strip() == "none"):
            continue
        for own in found.values():
            own.pop(option)
        for part in text.translate(_SEPARATORS).split(";"):
            amount, at, name = part.rpartition("@")
            number = _number_of(name, options, masked) if at else ""
            if not number or option in found[number]:
                accounts = ", ".join(masked.values())
                raise Usage("account_all_amount", option=f"--{option}", accounts=accounts)
            found[number][option] = amount.strip()
    return found


def _number_of(name: str, options: dict[str, str], masked: Mapping[str, str]) -> str:
    """The one account that `name` means, "" where none or more than one is meant."""
    wanted, names = fold(name).strip(), {}
    if "policy" in options:
        from .policy.policy_options import account_names

        names = account_names(options)
    meant = {
        number
        for number, mask in masked.items()
        if wanted in (fold(number), fold(mask), fold(names.get(number, "")))
    }
    return meant.pop() if wanted and len(meant) == 1 else ""
