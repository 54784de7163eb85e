"""Accounts whose gains are not taxed: no sale of theirs is chosen by tax."""

from __future__ import annotations

from ..request import Request
from .account_kinds import account_kinds

_OPTION = "tax-aware"


def is_tax_free(request: Request, account: str, is_retirement: bool) -> bool:
    """Whether gains of the account (its whole number) are not taxed, by the policy.

    Where that does not say, whether IBKR calls it a retirement account.
    """
    kind = account_kinds(request.options).get(account)
    if kind is not None and kind.is_tax_free is not None:
        return kind.is_tax_free
    return is_retirement


def without_choice_by_tax(request: Request) -> Request:
    """`request` with sales in proportion."""
    options = {name: text for name, text in request.options.items() if name != _OPTION}
    # A household takes all options for settings; else this is never one of them.
    settings = options if request.settings is request.options else request.settings
    return request._replace(options=options, settings=settings)
