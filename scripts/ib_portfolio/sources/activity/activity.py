"""What happened in an account over the period of its statement, amounts in their own currency."""

from __future__ import annotations

from decimal import Decimal

from ...core.record import Record


class TradedContract(Record):
    """What was traded or paid; "" where the source does not tell."""

    symbol: str
    conid: str
    currency: str
    category: str  # IBKR's assetCategory
    isin: str = ""
    underlying_conid: str = ""
    underlying_symbol: str = ""
    put_call: str = ""  # P or C

    @property
    def key(self) -> str:
        """What tells one contract from another: the conid, else symbol and currency."""
        return self.conid or f"{self.symbol} {self.currency}"


class BookedExecution(Record):
    """An execution with its money, signed as the cash is; None where the source does not tell."""

    contract: TradedContract
    day: str  # YYYY-MM-DD
    moment: str  # the text of day and time, for sorting within the day
    side: str  # BUY or SELL
    quantity: Decimal  # above zero
    rate: Decimal  # base currency for one unit of the contract's
    commission: Decimal | None  # in base currency; below zero where it was paid
    taxes: Decimal | None
    realized: Decimal | None  # IBKR's fifoPnlRealized


class ClosedLot(Record):
    """A lot, or the part of one, that a sale or a covering purchase closed."""

    contract: TradedContract
    day: str  # of the closing trade, YYYY-MM-DD
    moment: str
    side: str  # of the closing trade: SELL for a long lot, BUY for a short one
    quantity: Decimal  # above zero
    opened: str  # YYYY-MM-DD or ""
    held_since: str  # from where the holding period counts, YYYY-MM-DD or ""
    cost: Decimal | None
    realized: Decimal
    rate: Decimal


class CashEntry(Record):
    """Money that came in (above zero) or went out, under IBKR's word for what it was."""

    kind: str  # IBKR's type: Dividends, Withholding Tax …
    contract: TradedContract
    day: str  # YYYY-MM-DD
    amount: Decimal
    rate: Decimal
    country: str  # two letters, or ""
    description: str


class OwnTotal(Record):
    """IBKR's own realised gain of a contract over the period, in base currency."""

    contract: TradedContract
    realized: Decimal


class OwnWashSale(Record):
    """A row of IBKR's own list of wash sales."""

    contract: TradedContract
    day: str
    quantity: Decimal
    amount: Decimal | None  # in the contract's currency
    rate: Decimal


class Activity(Record):
    """One account from `first` to `last`; None for a section that the statement does not have."""

    account: str
    is_retirement: bool | None  # an IRA or the like; None where the statement does not tell
    base_currency: str
    first: str  # YYYY-MM-DD or ""
    last: str
    executions: tuple[BookedExecution, ...] | None
    closed_lots: tuple[ClosedLot, ...] | None
    cash: tuple[CashEntry, ...] | None
    own_totals: tuple[OwnTotal, ...] | None
    own_wash_sales: tuple[OwnWashSale, ...]
    own_cash: dict[str, Decimal]  # the cash report's sums in base currency, by IBKR's field
