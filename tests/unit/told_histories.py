"""Accounts and their trades from one line of words, for tables that a person can read.

Events stand between semicolons, accounts between bars: `IRA; from 2026-01-01 to 2026-11-20;
bought 30 ACME 2026-03-12; closed 100 ACME 2025-01-10 2026-03-02 -800 | U2; …`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable, Dict, List, Optional, Sequence

from ib_portfolio.core.instrument import Instrument
from ib_portfolio.core.portfolio import Execution, Lot, Portfolio, Position
from ib_portfolio.sources.activity.activity import (
    Activity,
    BookedExecution,
    CashEntry,
    ClosedLot,
    OwnTotal,
    TradedContract,
)
from ib_portfolio.taxes.trade_history import AccountHistory

# Symbol, conid, currency, category; then what it is on, and which right.
CONTRACTS = {
    row[0]: TradedContract(*row[:4], "", *row[4:])
    for row in (
        ("ACME", "1", "USD", "STK"),
        ("BETA", "", "USD", "STK"),
        ("SAP", "3", "EUR", "STK"),
        ("OLD", "1", "USD", "STK"),  # as ACME was called
        ("NOTE", "4", "USD", "BOND"),
        ("STRIP", "16", "USD", "BOND"),
        ("TBILL", "5", "USD", "BILL"),
        ("VTSAX", "6", "USD", "FUND"),
        ("RIGHT", "7", "USD", "WAR"),
        ("GOLD", "8", "USD", "CMDTY"),
        ("ES", "9", "USD", "FUT"),
        ("ESCALL", "10", "USD", "FOP", "", "", "C"),
        ("VXFUT", "11", "USD", "FSFOP", "", "", "C"),
        ("VXOPT", "12", "USD", "FSOPT", "", "", "C"),
        ("DIFF", "13", "USD", "CFD"),
        ("BETADIFF", "", "USD", "CFD"),  # its symbol is BETA, too
        ("BTC", "14", "USD", "CRYPTO"),
        ("EUR.USD", "15", "USD", "CASH"),
        ("CALL", "21", "USD", "OPT", "1", "ACME", "C"),
        ("PUT", "22", "USD", "OPT", "1", "ACME", "P"),
        ("ANY", "23", "USD", "OPT", "1", "ACME", ""),
        ("BCALL", "24", "USD", "OPT", "", "BETA", "C"),
    )
}
SYMBOLS = {"BETADIFF": "BETA", "STRIP": "STRIPS 0 02/15/40"}  # where the name is not the symbol
CONTRACTS.update(
    {name: CONTRACTS[name]._replace(symbol=symbol) for name, symbol in SYMBOLS.items()}
)
RATES = {"USD": Decimal(1), "EUR": Decimal("1.1")}
FLAGS = {"IRA": True, "untold": None}
SECTIONS = {"executions": "executions", "lots": "closed_lots", "payments": "cash"}


def number(value: Optional[Decimal]) -> str:
    """A figure in as few digits as there are, at most eight decimals; - for None."""
    if value is None:
        return "-"
    text = format(round(value, 8), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


class _Account:
    """What the events of an account come to."""

    def __init__(self, name: str) -> None:
        self.fields: Dict[str, Any] = {
            "account": name,
            "is_retirement": False,
            "base_currency": "USD",
            "first": "2026-01-01",
            "last": "2026-11-20",
            "executions": [],
            "closed_lots": [],
            "cash": [],
            "own_totals": None,
            "own_wash_sales": (),
            "own_cash": {},
        }
        self.positions: Optional[List[Position]] = []

    def take(self, words: Sequence[str]) -> None:
        """One event."""
        verb = words[0]
        if verb in FLAGS:
            self.fields["is_retirement"] = FLAGS[verb]
        elif verb == "from":
            self.fields.update(first=words[1], last=words[3])
        elif verb == "no":
            if words[1] == "positions":
                self.positions = None
            else:
                self.fields[SECTIONS[words[1]]] = None
        else:
            VERBS[verb](self, *words[1:])

    def bought(self, quantity: str, symbol: str, day: str, *more: str) -> None:
        self._executed("BUY", quantity, symbol, day, *more)

    def sold(self, quantity: str, symbol: str, day: str, *more: str) -> None:
        self._executed("SELL", quantity, symbol, day, *more)

    def _executed(self, side: str, quantity: str, symbol: str, day: str, *more: str) -> None:
        """With what it realised, the commission and the taxes, each - for none told."""
        told = [None if one == "-" else Decimal(one) for one in (*more, *"-" * (3 - len(more)))]
        contract = CONTRACTS[symbol]
        self.fields["executions"].append(
            BookedExecution(
                *(contract, day, day, side, Decimal(quantity), RATES[contract.currency]),
                *(told[1], told[2], told[0]),
            )
        )

    def closed(self, *words: str) -> None:
        self._closed("SELL", *words)

    def covered(self, *words: str) -> None:
        self._closed("BUY", *words)

    def _closed(
        self,
        side: str,
        quantity: str,
        symbol: str,
        opened: str,
        day: str,
        realized: str,
        since: str = "",
        moment: str = "",
    ) -> None:
        contract, opened = CONTRACTS[symbol], opened.replace("-", "", opened == "-")
        since = (since or opened).replace("-", "", since == "-")
        self.fields["closed_lots"].append(
            ClosedLot(
                *(contract, day, f"{day}{moment}", side, Decimal(quantity), opened, since),
                *(None, Decimal(realized), RATES[contract.currency]),
            )
        )

    def holds(self, quantity: str, symbol: str, at: str, price: str, *words: str) -> None:
        """`holds 30 ACME at 60, 30 of 2026-03-12 for 1500, unrealized -5`; lots may be left out."""
        self.positions.append(position(quantity, symbol, price, " ".join(words)))

    def paid(self, amount: str, currency: str, day: str, *kind: str) -> None:
        """`paid -15 USD 2026-03-15 Withholding Tax: a description`"""
        name, _, description = " ".join(kind).partition(": ")
        contract = TradedContract("", "", currency, "")
        self.fields["cash"].append(
            CashEntry(name, contract, day, Decimal(amount), RATES[currency], "", description)
        )

    def summary(self, symbol: str, realized: str) -> None:
        """IBKR's own sum of a contract; `summary - 0` for a section without rows."""
        self.fields["own_totals"] = self.fields["own_totals"] or []
        if symbol in CONTRACTS:
            self.fields["own_totals"].append(OwnTotal(CONTRACTS[symbol], Decimal(realized)))

    def report(self, field: str, amount: str) -> None:
        """A sum of IBKR's cash report."""
        self.fields["own_cash"][field] = Decimal(amount)

    def history(self) -> AccountHistory:
        """The account as the rules get it."""
        lists = ("executions", "closed_lots", "cash", "own_totals")
        rows = {name: self.fields[name] and tuple(self.fields[name]) for name in lists}
        rows = {name: () if row == [] else row for name, row in rows.items()}
        portfolio = None
        if self.positions is not None:
            portfolio = portfolio_of(self.positions, self.fields["last"])
        return AccountHistory(Activity(**{**self.fields, **rows}), portfolio)


VERBS: Dict[str, Callable[..., None]] = {
    name: getattr(_Account, name)
    for name in ("bought", "sold", "closed", "covered", "holds", "paid", "summary", "report")
}


def position(quantity: str, name: str, price: str, words: str = "", **more: Any) -> Position:
    """A holding; `words` are its lots behind commas, and `unrealized` or `worth` with a figure."""
    contract, size, unit = CONTRACTS[name], Decimal(quantity), Decimal(price)
    parts = [part.split() for part in words.split(",") if part.strip()]
    told = {part[0]: Decimal(part[1]) for part in parts if part[0].isalpha()}
    lots = tuple(lot(part) for part in parts if not part[0].isalpha())
    fields = {
        "symbol": contract.symbol,
        "currency": contract.currency,
        "category": contract.category,
        "asset_class": "STK" if contract.category == "STK" else "",
        "held_reason": "",
        "quantity": size,
        "rate": RATES[contract.currency],
        "value": told.get("worth", round(size * unit, 2)),
        "unit_value": unit,
        "unrealized_gain": told.get("unrealized"),
        "treasury": False,
        "as_of": "2026-11-20",
        "conid": contract.conid,
        "description": "",
        "lots": lots,
        "instrument": Instrument(),
    }
    return Position(**{**fields, **more})


def lot(words: Sequence[str]) -> Lot:
    """`30 of 2026-03-12 for 1500`, `… since 2025-01-20`; - for a day or cost that is not told."""
    size, _, opened, _, cost, *since = words
    told = "" if opened == "-" else opened
    return Lot(
        Decimal(size), None if cost == "-" else Decimal(cost), told, since[1] if since else told
    )


def portfolio_of(
    positions: Sequence[Position], day: str, executions: Any = None, first: str = ""
) -> Portfolio:
    """A portfolio in US dollars without cash."""
    zero = Decimal(0)
    return Portfolio(
        *("statement", "U1", "USD", day, tuple(positions), zero, zero, Decimal(1), "", ()),
        executions=executions,
        executions_from=first,
    )


def execution(words: Sequence[str]) -> Execution:
    """`BUY 10 ACME 2026-11-05` as a statement's portfolio has it; - for what is not told."""
    side, size, symbol, day = ("" if one == "-" else one for one in words)
    conid = CONTRACTS[symbol].conid if symbol in CONTRACTS else ""
    return Execution(symbol, conid, day, side, Decimal(size) if size else None)


def histories(told: str) -> List[AccountHistory]:
    """The accounts of a line."""
    found = []
    for place, events in enumerate(told.split(" | "), 1):
        account = _Account(f"U{place}")
        for event in events.split("; "):
            account.take(event.replace(",", " , ").split() if "," in event else event.split())
        found.append(account.history())
    return found
