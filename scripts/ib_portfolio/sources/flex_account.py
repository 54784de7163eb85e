"""Which account of a Flex file, and which day of it."""

from __future__ import annotations

from typing import NamedTuple

from ..core.dates import parse_date
from ..core.messages import Refusal
from ..core.numbers import parse_decimal
from ..core.portfolio import mask_account
from .flex_xml import FlexStatement, Row


class AccountDay(NamedTuple):
    """The rows of one account on the last day that the file has of it."""

    account: str
    to_date: str  # YYYY-MM-DD or ""
    generated: str
    rows: dict[str, list[Row]]
    from_date: str = ""  # YYYY-MM-DD or ""

    def of(self, element: str) -> list[Row]:
        """The rows of `element`, [] when there are none."""
        return self.rows.get(element, [])

    @property
    def net_asset_value_row(self) -> Row:
        """The EquitySummaryByReportDateInBase row of the last reportDate, {} when there is none."""
        rows = self.of("EquitySummaryByReportDateInBase")
        return max(rows, key=lambda row: parse_date(row.get("reportDate", "")) or "", default={})


def account_day(statements: list[FlexStatement], account: str = "") -> AccountDay:
    """The latest day of the account asked for: its number, its masked form, or its last characters.

    Refusal when several accounts match, or none does; it lists them masked. Refusal also when the
    file holds several days of it and their dates cannot be read.
    """
    days = [day for statement in statements for day in _by_account(statement)]
    accounts = sorted({day.account for day in days})
    wanted = _matching(accounts, account)
    if len(wanted) != 1:
        key = "account_unknown" if account and not wanted else "account_several"
        raise Refusal(key, accounts=", ".join(mask_account(name) for name in accounts))
    ours = [day for day in days if day.account == wanted[0]]
    if len(ours) > 1 and not all(day.to_date for day in ours):
        raise Refusal("day_unclear", account=mask_account(wanted[0]))
    return max(ours, key=lambda day: (day.to_date, day.generated))


def account_names(statements: list[FlexStatement]) -> list[str]:
    """The account numbers in a file, sorted; they are for choosing, not for printing."""
    return sorted({day.account for statement in statements for day in _by_account(statement)})


def _matching(accounts: list[str], account: str) -> list[str]:
    if not account:
        return accounts
    exact = [name for name in accounts if name.casefold() == account.casefold()]
    if exact:
        return exact
    end = account.rsplit("*", 1)[-1]
    return [name for name in accounts if len(end) >= 3 and name.endswith(end)]


def _is_rate(row: Row) -> bool:
    """Whether the row tells a rate: IBKR writes -1 for a currency without one."""
    return (parse_decimal(row.get("rate", "")) or 0) > 0


def _by_account(statement: FlexStatement) -> list[AccountDay]:
    """The rows apart by account, since a consolidated statement holds several; rates are shared."""
    attributes = statement.attributes
    own = attributes.get("accountId", "")
    rates = [row for row in statement.of("ConversionRate") if _is_rate(row)]
    # The element Trades has no account: it tells that the section is there, perhaps without rows.
    shared = {"ConversionRate": rates, "Trades": statement.of("Trades")}
    apart: dict[str, dict[str, list[Row]]] = {}
    for element, rows in statement.rows.items():
        for row in rows if element not in shared else ():
            name = row.get("accountId") or own
            apart.setdefault(name, dict(shared)).setdefault(element, []).append(row)
    from_date = parse_date(attributes.get("fromDate", "")) or ""
    to_date = parse_date(attributes.get("toDate", "")) or ""
    generated = attributes.get("whenGenerated", "")
    return [
        AccountDay(name, to_date, generated, rows, from_date)
        for name, rows in (apart or {own: dict(shared)}).items()
    ]
