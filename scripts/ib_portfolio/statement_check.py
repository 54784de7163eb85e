"""What a statement holds against what each feature needs: a part of the page about the setup."""

from __future__ import annotations

from .checked_plan import (
    Account,
    checked_document,
    statement_account,
    statement_path,
    warnings_of_date,
)
from .core.messages import Refusal, say
from .core.plain_text import plain
from .core.portfolio import Portfolio, mask_account
from .core.record import Record
from .request.request import Request
from .sources.flex_account import AccountDay, account_day, account_days
from .sources.flex_xml import read_flex

# IBKR's name of a section, the element that tells it is there, and the key of what it is for.
_SECTIONS = (
    ("Account Information", "AccountInformation", "base"),
    ("Cash Report", "CashReportCurrency", "cash"),
    ("Open Positions", "OpenPosition", "positions"),
    ("Net Asset Value (NAV) in Base", "EquitySummaryByReportDateInBase", "total"),
    ("Include Currency Rates", "ConversionRate", "rates"),
    ("Trades", "Trades", "trades"),
)


class Line(Record):
    """A line of the page; `state` is ok, missing or wrong, `step` what cures it."""

    group: str
    subject: str
    state: str
    said: str
    step: str = ""


def statement_lines(request: Request) -> list[Line]:
    """Of each account of the statement that `request` names: its age, ledger and sections.

    A statement that cannot be read is one line with the refusal, which says what to do.
    """
    try:
        statements = read_flex(statement_path(request))
        if request.account in ("", "all"):
            days = account_days(statements)
        else:
            days = [account_day(statements, request.account)]
    except Refusal as refusal:
        return [_line("Statement", "wrong", str(refusal))]
    # Where one account has positions, the file has that section: another may hold cash alone.
    may_be_all_cash = any(day.of("OpenPosition") for day in days)
    lines = []
    if len(days) > 1:
        accounts = ", ".join(mask_account(day.account) for day in days)
        lines.append(_line("Accounts", "ok", say("setup_accounts", accounts=accounts)))
    for day in days:
        lines += _account_lines(day, request, may_be_all_cash)
    return lines + _section_lines(days, request)


def _account_lines(day: AccountDay, request: Request, may_be_all_cash: bool) -> list[Line]:
    account = f"Account {plain(mask_account(day.account))}"
    try:
        found = statement_account(day, request, may_be_all_cash)
    except Refusal as refusal:
        return [_line(account, "wrong", str(refusal))]
    portfolio = found.portfolio
    held = say(
        "setup_account",
        positions=len(portfolio.positions),
        currency=portfolio.base_currency,
        as_of=portfolio.as_of or "?",
    )
    return [
        _line(account, "ok", held),
        _age_line(portfolio, request),
        _ledger_line(portfolio),
        _plan_line(found, request._replace(account=day.account)),
    ]


def _plan_line(account: Account, request: Request) -> Line:
    """Whether a plan can be made, checks included, with the settings as they are."""
    try:
        document = checked_document(*account, request, None)
    except Refusal as refusal:
        return _line("Plan", "wrong", str(refusal))
    passed = len(document["checks"])
    return _line("Plan", "ok", say("setup_plan", profile=request.profile, passed=passed))


def _age_line(portfolio: Portfolio, request: Request) -> Line:
    warnings = warnings_of_date(portfolio, None)
    if not warnings:
        return _line("Age", "ok", say("setup_fresh"))
    step = say("setup_fetch_again" if request.fetched else "setup_download_again")
    return _line("Age", "wrong", warnings[0], step)


def _ledger_line(portfolio: Portfolio) -> Line:
    compared = portfolio.ledger != say("ledger_no_total")
    return _line("Ledger", "ok" if compared else "missing", portfolio.ledger)


def _section_lines(days: list[AccountDay], request: Request) -> list[Line]:
    """Of each section whether it is there, and what cannot be done without it."""
    found = [
        _section_line(name, any(day.of(element) for day in days), key, request)
        for name, element, key in _SECTIONS
    ]
    rows = [row for day in days for row in day.of("OpenPosition")]
    has_lots = any(row.get("levelOfDetail", "").upper() == "LOT" for row in rows)
    return [*found, _section_line("Open Positions: Lots", has_lots, "lots", request)]


def _section_line(name: str, is_there: bool, key: str, request: Request) -> Line:
    use = say(f"setup_section.{key}")
    if is_there:
        return _line(name, "ok", use)
    again = say("setup_fetch_again" if request.fetched else "setup_download_again")
    step = say("setup_section_step", section=name, again=again)
    return _line(name, "missing", say("setup_section_missing", use=use), step)


def _line(subject: str, state: str, said: str, step: str = "") -> Line:
    return Line("statement", subject, state, said, step)
