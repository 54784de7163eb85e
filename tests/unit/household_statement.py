"""A household made up for the reviews, every figure of which test_household_review.py works out."""

from __future__ import annotations

import os
from typing import Dict, List, Sequence, Tuple

from review_statement import ACME, DAY, FUND, Row, as_xml, lot, rows, trade

Content = Dict[str, List[Row]]
TAXABLE, ROTH, SMALL, EMPTY, CASH = (f"U{digit * 7}" for digit in "12345")


def household() -> List[Tuple[str, Content]]:
    """A taxable account, a Roth IRA, a small taxable one, an empty one and one of cash alone."""
    first = rows()
    first["AccountInformation"][0].update(accountId=TAXABLE, accountType="Individual")
    acme = {**ACME, "position": "5", "positionValue": "1000", "costBasisMoney": "1000"}
    vti = {**FUND, "position": "20", "positionValue": "6000", "costBasisMoney": "4000"}
    less = {**ACME, "position": "10", "positionValue": "2000", "costBasisMoney": "2500"}
    return [
        (TAXABLE, first),
        (ROTH, _account("Roth IRA", "33000", [acme, lot(acme, "5", "1000", "1000", "20261110"),
                                              vti, lot(vti, "20", "6000", "4000", "20220101")],
                        [trade("ACME", "1", "BUY", "5", "1000", "-1", "20261110")])),
        (SMALL, _account("Individual", "5000", [less, lot(less, "10", "2000", "2500", "20260201")],
                         [])),
        (EMPTY, _account("Individual", "0", [], [
            trade("ACME", "1", "BUY", "1", "200", "-1", "20261115"),
            trade("ACME", "1", "SELL", "-1", "-200", "-1", "20261116")])),
        (CASH, _account("Individual", "3000", [], [])),
    ]  # fmt: skip


def _account(kind: str, cash: str, positions: List[Row], trades: List[Row]) -> Content:
    """An account in US dollars; its own number is filled in by `household_xml`."""
    return {
        "AccountInformation": [{"currency": "USD", "accountType": kind}],
        "OpenPosition": [dict(row) for row in positions],
        "CashReportCurrency": [
            {"currency": "BASE_SUMMARY", "endingCash": cash},
            {"currency": "USD", "endingCash": cash},
        ],
        "Trades": [{}],
        "Trade": trades,
    }


def household_xml(accounts: Sequence[Tuple[str, Content]]) -> str:
    """A Flex file with a statement for each account."""
    parts = []
    for number, content in accounts:
        own = as_xml(content).replace("U1234567", number)
        parts.append(own.split("<FlexStatements>")[1].split("</FlexStatements>")[0])
    inside = "".join(parts)
    return f"<FlexQueryResponse><FlexStatements>{inside}</FlexStatements></FlexQueryResponse>"


def write_household(folder: str, accounts: Sequence[Tuple[str, Content]]) -> str:
    """The path of a file with `accounts`."""
    path = os.path.join(folder, "household.xml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(household_xml(accounts))
    return path


__all__ = ["CASH", "DAY", "EMPTY", "ROTH", "SMALL", "TAXABLE", "household", "write_household"]
