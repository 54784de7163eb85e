"""What went through an account in a period: money paid in and out, and what trading cost."""

from __future__ import annotations

from decimal import Decimal

from ..record import Record


class Payment(Record):
    """Money that was received (above zero) or paid, with IBKR's word for what it was."""

    kind: str  # IBKR's type: Dividends, Withholding Tax, Broker Interest Paid …
    day: str  # YYYY-MM-DD or ""
    amount: Decimal  # in base currency, not rounded
    symbol: str
    conid: str


class Deal(Record):
    """What an execution moved and cost, in base currency, not rounded."""

    category: str  # IBKR's assetCategory
    money: Decimal  # price times quantity, never below zero
    commission: Decimal  # what was paid; below zero for a rebate
    taxes: Decimal


class Flows(Record):
    """One account over the period of its statement; None where the statement has no such section.

    `stated` are the cash report's own sums in base currency by IBKR's field, signed as cash.
    """

    from_date: str  # YYYY-MM-DD or ""
    to_date: str
    payments: tuple[Payment, ...] | None
    deals: tuple[Deal, ...] | None
    stated: dict[str, Decimal]
    is_retirement: bool | None = None  # by the type of the account
