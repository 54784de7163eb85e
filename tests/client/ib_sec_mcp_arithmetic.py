"""The arithmetic of the ib-sec-mcp server: a Flex statement in, the server's answers out.

tests/contract compares what it answers with every recording of the real server, peculiarities
(float noise, local prices, doubled symbols) included.
"""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from typing import NamedTuple

ZERO = Decimal(0)
HUNDRED = Decimal(100)
CENT = Decimal("0.01")
CLASSES = ("STK", "BOND", "OPT", "FUT", "CASH", "FUND", "OTHER")


class ServerError(Exception):
    """A refusal whose text reaches the caller as it stands."""


class Position(NamedTuple):
    """One OpenPosition row; money in base currency, but the mark price in local currency."""

    account_id: str
    symbol: str
    description: str | None
    asset_class: str
    cusip: str | None
    isin: str | None
    quantity: Decimal
    multiplier: Decimal
    mark_price: Decimal
    position_value: Decimal
    average_cost: Decimal
    cost_basis: Decimal
    unrealized_pnl: Decimal
    currency: str
    fx_rate_to_base: Decimal
    position_date: str
    coupon_rate: Decimal | None
    maturity_date: str | None


class Account(NamedTuple):
    """One FlexStatement as the server sees it."""

    account_id: str
    alias: str | None
    cash: list  # of (currency, ending cash, ending settled cash)
    positions: list
    trades: list  # of (realized profit, commission)

    @property
    def total_cash(self) -> Decimal:
        """Returns the sum of the cash rows, whatever their currencies."""
        return sum((row[1] for row in self.cash), ZERO)

    @property
    def positions_value(self) -> Decimal:
        """Returns the value of all positions in base currency."""
        return sum((position.position_value for position in self.positions), ZERO)

    @property
    def total_value(self) -> Decimal:
        """Returns cash plus positions in base currency."""
        return self.total_cash + self.positions_value


def number(text: str | None) -> Decimal:
    """Returns what the server reads from an attribute: through a binary float, noise included."""
    try:
        return Decimal(float((text or "").replace(",", "")))
    except ValueError:
        return ZERO


def exact(text: str) -> Decimal:
    """Returns the exchange rate, the one attribute the server reads without float noise."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal(1)


def day(text: str | None) -> str:
    """Returns a yyyyMMdd attribute as an ISO date; today when it is anything else."""
    try:
        return str(datetime.datetime.strptime(text or "", "%Y%m%d").date())
    except ValueError:
        return str(datetime.date.today())


def read_position(row, account_id: str) -> Position:
    """Returns one OpenPosition element as the server converts it."""
    quantity, rate = number(row.get("position", "0")), exact(row.get("fxRateToBase", "1"))
    cost = number(row.get("costBasisMoney", "0")) * rate
    category = row.get("assetCategory", "OTHER")
    return Position(
        account_id,
        row.get("symbol", ""),
        row.get("description"),
        category if category in CLASSES else "OTHER",
        row.get("cusip"),
        row.get("isin"),
        quantity,
        number(row.get("multiplier", "1")),
        number(row.get("markPrice", "0")),
        number(row.get("positionValue", "0")) * rate,
        cost / quantity if quantity else ZERO,
        cost,
        number(row.get("fifoPnlUnrealized", "0")) * rate,
        row.get("currency", "USD"),
        rate,
        day(row.get("reportDate")),
        number(row.get("coupon")) if row.get("coupon") else None,
        day(row.get("maturity")) if row.get("maturity") else None,
    )


def read_cash(statement) -> list:
    """Returns BASE_SUMMARY alone, called USD, or every currency when there is none."""
    rows = statement.findall(".//CashReportCurrency")
    base = [row for row in rows if row.get("currency") == "BASE_SUMMARY"][:1]
    return [
        (
            "USD" if base else row.get("currency", "USD"),
            number(row.get("endingCash", "0")),
            number(row.get("endingSettledCash", "0")),
        )
        for row in base or rows
    ]


def read_account(statement) -> Account:
    """Returns one FlexStatement element as an Account."""
    information = statement.find(".//AccountInformation")
    holder = statement if information is None else information
    account_id = holder.get("accountId", "UNKNOWN")
    return Account(
        account_id,
        None if information is None else information.get("acctAlias"),
        read_cash(statement),
        [read_position(row, account_id) for row in statement.findall(".//OpenPosition")],
        [
            (number(row.get("fifoPnlRealized", "0")), number(row.get("ibCommission", "0")))
            for row in statement.findall(".//Trade")
        ],
    )


def read_accounts(path: str) -> list:
    """Returns a statement file's accounts in file order; raises ValueError if it is none."""
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise ValueError("not XML") from error
    accounts = [read_account(statement) for statement in root.findall(".//FlexStatement")]
    if not accounts:
        raise ValueError("no FlexStatement")
    return [account for account in accounts if account.account_id != "UNKNOWN"]


def position_row(position: Position) -> dict:
    """Returns one position as get_positions prints it."""
    row = {}
    for key, value in position._asdict().items():
        row[key] = str(value) if isinstance(value, Decimal) else value
        if key == "unrealized_pnl":
            row["realized_pnl"] = "0"
    return {**row, "ytm": None, "duration": None}


def positions_answer(
    account: Account, dates: dict, symbol: str | None, asset_class: str | None
) -> dict:
    """Returns get_positions; an unknown asset class filters nothing."""
    rows = [row for row in account.positions if symbol in (None, "", row.symbol)]
    if asset_class in CLASSES:
        rows = [row for row in rows if row.asset_class == asset_class]
    return {
        "position_count": len(rows),
        "date_range": dates,
        "filters": {"symbol": symbol, "asset_class": asset_class},
        "totals": {
            "total_value": str(sum((row.position_value for row in rows), ZERO)),
            "total_unrealized_pnl": str(sum((row.unrealized_pnl for row in rows), ZERO)),
            "total_realized_pnl": "0",
        },
        "positions": [position_row(row) for row in rows],
    }


def summary_answer(account: Account, dates: dict) -> dict:
    """Returns get_account_summary."""
    names = ("currency", "ending_cash", "ending_settled_cash")
    cash, positions = str(account.total_cash), str(account.positions_value)
    gains = sum((row.unrealized_pnl for row in account.positions), ZERO)
    return {
        "account_id": account.account_id,
        "account_alias": account.alias,
        "base_currency": "USD",
        "date_range": dates,
        "cash": {
            "total_cash": cash,
            "by_currency": [dict(zip(names, map(str, row))) for row in account.cash],
        },
        "positions": {
            "total_value": positions,
            "total_unrealized_pnl": str(gains),
            "position_count": len(account.positions),
        },
        "trades": {
            "trade_count": len(account.trades),
            "total_realized_pnl": str(sum((row[0] for row in account.trades), ZERO)),
            "total_commissions": str(sum((abs(row[1]) for row in account.trades), ZERO)),
        },
        "account_value": {
            "total_value": str(account.total_value),
            "breakdown": {"cash": cash, "positions": positions},
        },
    }
