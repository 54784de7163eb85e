"""The accounts that /wash-sale-check and /tax-report look at: activity beside what is held."""

from __future__ import annotations

import os
from collections.abc import Sequence

from .checked_plan import SAMPLE
from .core.messages import Refusal, Usage, say
from .core.portfolio import mask_account
from .core.record import Record
from .request.tax_request import TaxRequest
from .sources.activity.activity_fields import ACTIVITY_FIELDS
from .sources.activity.read_activity import distinct_periods, read_activity
from .sources.flex_account import (
    AccountDay,
    account_day,
    account_days,
    account_numbers,
    account_periods,
)
from .sources.flex_statement import portfolio_of
from .sources.flex_xml import FlexStatement, read_flex
from .taxes.trade_history import AccountHistory


class ReadAccounts(Record):
    """The accounts of a request, and the same as raw rows: the statements of each in order."""

    accounts: list[AccountHistory]
    raw: list[list[AccountDay]]
    source: str  # statement or sample


def read_accounts(request: TaxRequest) -> ReadAccounts:
    """The one account that `request` names, or all of the file for `all`.

    Usage("source_missing") without a statement; Refusal as the readers of the statement refuse,
    ("base_currencies_differ") for accounts that cannot be added up.
    """
    if not (request.statement or request.sample):
        raise Usage("source_missing")
    path = SAMPLE if request.sample else os.path.expanduser(request.statement)
    source = "sample" if request.sample else "statement"
    statements = read_flex(path, ACTIVITY_FIELDS)
    account = _named_account(request, statements)
    if account == "all":
        names = [day.account for day in account_days(statements)]
    else:
        names = [account_day(statements, account).account]
    found, raw = [], []
    for name in names:
        periods = distinct_periods(account_periods(statements, name))
        try:
            found.append(_account(periods, source))
        except Refusal as refusal:
            if len(names) == 1:
                raise
            masked = mask_account(name)
            raise Refusal("tax_account_refused", account=masked, reason=str(refusal)) from None
        raw.append(periods)
    if len({one.activity.base_currency for one in found}) > 1:
        raise Refusal("base_currencies_differ")
    return ReadAccounts(found, raw, source)


def _named_account(request: TaxRequest, statements: list[FlexStatement]) -> str:
    """The account that is asked for, by its number where a policy file has a name for it.

    Refusal for a policy file with a mistake, such as an account that the statement has not.
    """
    if not request.policy:
        return request.account
    from .request.policy.policy_file import read_policy
    from .request.policy.policy_options import account_called, require_named

    policy = read_policy(request.policy)
    require_named(policy, account_numbers(statements))
    return account_called(request.account, policy)


def _account(periods: list[AccountDay], source: str) -> AccountHistory:
    newest = periods[-1]
    portfolio = portfolio_of(newest, source, True) if newest.of("OpenPosition") else None
    return AccountHistory(read_activity(periods), portfolio)


def asked_period(
    request: TaxRequest, accounts: list[AccountHistory], today: str
) -> tuple[str, str]:
    """The first and the last day that `request` asks for; ("", "") for all that there is.

    `today` is what this year and last year are counted from; the sample's own day for the sample.
    """
    if request.sample:
        today = max(one.activity.last for one in accounts)
    if request.start:
        return request.start, ""
    year = request.year
    if year in ("this", "last"):
        year = str(int(today[:4]) - (year == "last"))
    return (f"{year}-01-01", f"{year}-12-31") if year else ("", "")


def require_covered(accounts: list[AccountHistory], first: str, last: str) -> None:
    """Refusal("tax_other_days") where no statement tells of a day from `first` to `last`."""
    begin = min(one.activity.first for one in accounts)
    end = max(one.activity.last for one in accounts)
    if (first and first > end) or (last and last < begin):
        raise Refusal("tax_other_days", year=(first or last)[:4], first=begin, last=end)


def source_of(request: TaxRequest, read: ReadAccounts) -> dict[str, str]:
    """The keys of a document that say where its rows come from."""
    fetched = {"fetched": request.fetched} if request.fetched else {}
    return {"source": read.source, **fetched}


def heading_notes(request: TaxRequest, accounts: Sequence[AccountHistory]) -> list[str]:
    """What the policy file calls the accounts, and what was left out of the words."""
    notes = []
    if request.policy:
        from .request.policy.policy_file import read_policy

        called = read_policy(request.policy).accounts
        for one in accounts:
            number = one.activity.account
            if number in called:
                masked = mask_account(number)
                notes.append(say("account_name", account=masked, name=called[number][0]))
    if request.not_understood:
        notes.append(say("not_understood", words=request.not_understood))
    return notes


def today_if_asked(today: str | None) -> str:
    """`today`, or the day of the machine's clock."""
    if today is not None:
        return today
    import datetime

    return datetime.date.today().isoformat()
