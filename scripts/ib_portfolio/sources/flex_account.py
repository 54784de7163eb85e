"""Which account of a Flex file, and which day of it; the rows are still as the file writes them."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.messages import Refusal
from ..core.portfolio import mask_account
from ..core.record import Record
from .flex_text import Dates, any_number
from .flex_xml import DATE_FIELDS, FlexStatement, Row

_SEGMENT = "F"
# Rows without an account: rates, and sections that are there, perhaps without rows.
_SHARED = ("ConversionRate", "Trades", "CashTransactions")
# Words of IBKR's account and customer types: IRA, Roth IRA, SEP, SIMPLE; SIPP in Britain.
_RETIREMENT = r"(?i)\b(?:IRA|ROTH|SEP|SIMPLE|401K|SIPP|RRSP|TFSA|N?ISA)\b"


class AccountDay(Record):
    """The rows of one account on the last day that the file has of it."""

    account: str
    to_date: str  # YYYY-MM-DD or ""
    generated: str
    rows: dict[str, list[Row]]
    from_date: str = ""  # YYYY-MM-DD or ""
    dates: Dates = Dates()
    segment: str = ""  # the number of its foreign-exchange segment where that has cash of its own

    def of(self, element: str) -> list[Row]:
        """The rows of `element`, [] when there are none."""
        return self.rows.get(element, [])

    @property
    def is_retirement(self) -> bool | None:
        """Whether the account is for retirement by its type; None where the file tells no type."""
        told = [
            row[name]
            for row in self.of("AccountInformation")
            for name in ("accountType", "customerType")
            if row.get(name)
        ]
        import re

        return any(re.search(_RETIREMENT, text) for text in told) if told else None


def account_day(statements: list[FlexStatement], account: str = "") -> AccountDay:
    """The latest day of the account asked for: its number, its masked form, or its last characters.

    Refusal when several accounts match, or none does; it lists them masked. Refusal also when the
    file holds several days of it and their dates cannot be read.
    """
    days = _days_by_account(statements)
    wanted = _matching(sorted(days), account)
    if len(wanted) != 1:
        key = "account_unknown" if account and not wanted else "account_several"
        raise Refusal(key, accounts=", ".join(mask_account(name) for name in sorted(days)))
    return _latest(days[wanted[0]])


def account_days(statements: list[FlexStatement]) -> list[AccountDay]:
    """The latest day of each account in a file, ordered by account number; refuses likewise."""
    days = _days_by_account(statements)
    return [_latest(days[name]) for name in sorted(days)]


def account_numbers(statements: list[FlexStatement]) -> list[str]:
    """The number of every account in a file, in their order."""
    return sorted(_days_by_account(statements))


def account_periods(statements: list[FlexStatement], account: str) -> list[AccountDay]:
    """Every statement that a file has of the account with this number, by their first days."""
    days = _days_by_account(statements)[account]
    return sorted(days, key=lambda day: (day.from_date, day.to_date, day.generated))


def _latest(days: list[AccountDay]) -> AccountDay:
    if len(days) > 1 and not all(day.to_date for day in days):
        raise Refusal("day_unclear", account=mask_account(days[0].account))
    return max(days, key=lambda day: (day.to_date, day.generated))


def _matching(accounts: list[str], account: str) -> list[str]:
    if not account:
        return accounts
    exact = [name for name in accounts if name.casefold() == account.casefold()]
    if exact:
        return exact
    end = account.rsplit("*", 1)[-1]
    return [name for name in accounts if len(end) >= 3 and name.endswith(end)]


def _days_by_account(statements: list[FlexStatement]) -> dict[str, list[AccountDay]]:
    """Every day of every account; the foreign-exchange segment of an account is not one."""
    dates = Dates(_slashed(statements))
    days: dict[str, list[AccountDay]] = {}
    for statement in statements:
        for day in _by_account(statement, dates):
            days.setdefault(day.account, []).append(day)
    for name in [name for name in days if _is_segment(name, days)]:
        segment, account = days.pop(name), name[: -len(_SEGMENT)]
        if any(_has_cash(day) for day in segment):
            days[account] = [day._replace(segment=name) for day in days[account]]
    return days


def _is_segment(name: str, days: dict[str, list[AccountDay]]) -> bool:
    """Whether an account is another's foreign-exchange segment: U1234567F beside U1234567."""
    if not name.endswith(_SEGMENT) or name[: -len(_SEGMENT)] not in days:
        return False
    rows = (row for day in days[name] for row in day.of("OpenPosition"))
    return all(row.get("assetCategory") == "CASH" for row in rows)


def _has_cash(day: AccountDay) -> bool:
    return any(any_number(row.get("endingCash", "")) for row in day.of("CashReportCurrency"))


def _by_account(statement: FlexStatement, dates: Dates) -> Iterator[AccountDay]:
    """The rows apart by account, since a consolidated statement holds several; rates are shared."""
    attributes = statement.attributes
    own = attributes.get("accountId", "")
    shared = {name: statement.of(name) for name in _SHARED}
    apart: dict[str, dict[str, list[Row]]] = {}
    for element, rows in statement.rows.items():
        for row in rows if element not in shared else ():
            name = row.get("accountId") or own
            apart.setdefault(name, dict(shared)).setdefault(element, []).append(row)
    to_date, from_date = (
        dates.day_or_blank(attributes.get(name, "")) for name in ("toDate", "fromDate")
    )
    generated = attributes.get("whenGenerated", "")
    generated = dates.day_or_blank(generated) + generated
    for name, rows in (apart or {own: dict(shared)}).items():
        yield AccountDay(name, to_date, generated, rows, from_date, dates)


def _slashed(statements: list[FlexStatement]) -> Iterator[str]:
    """The texts of all days that a file writes with slashes."""
    for statement in statements:
        found = {"FlexStatement": [statement.attributes], **statement.rows}
        for element, rows in found.items():
            for name in DATE_FIELDS.get(element, ()):
                yield from {text for text in (row.get(name, "") for row in rows) if "/" in text}
