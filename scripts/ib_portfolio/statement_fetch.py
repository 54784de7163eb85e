"""The story of `/fetch-latest`: a statement fetched from IBKR, looked at, and kept for the others.

Nothing else in the plugin opens a connection.
"""

from __future__ import annotations

import json
import os
import re

from .core.dates import weekdays_between
from .core.messages import Ours, Refusal, Usage, say
from .core.plain_text import plain
from .core.portfolio import mask_account
from .core.record import Record
from .reports.text_table import paragraph, table_lines
from .request.fetch_settings import FetchSettings
from .sources.flex_account import account_days
from .sources.flex_web_service.connection import INTERNET, Line
from .sources.flex_web_service.credentials import read_credentials
from .sources.flex_web_service.kept_statements import (
    Content,
    KeptStatement,
    eastern_day,
    keep,
    local_time,
    statement_of_today,
    statements_folder,
    sweep,
    verified_path,
)
from .sources.flex_web_service.service import SYSTEM_CLOCK, Clock, FlexWebService, Period
from .sources.flex_web_service.service_state import ServiceState, begin_turn, end_turn
from .sources.flex_xml import FlexStatement, read_flex, read_flex_content

PATIENCE = 150  # seconds for which a statement is waited for; the hook's time-out is longer
_DAY_SECONDS = 86_400
_FIRST_YEAR = 2000


class AccountLine(Record):
    """One account of what was fetched: masked, its days (YYYY-MM-DD), how many positions."""

    account: str
    start: str
    end: str
    positions: int


class Fetched(Record):
    """A statement that is kept."""

    kept: KeptStatement
    path: str
    accounts: list[AccountLine]
    is_new: bool  # whether it was fetched now, or earlier today
    days_kept: int

    def report(self) -> str:
        """What was fetched and where it is, 75 columns wide but for the path."""
        rows = [(row.account, row.start, row.end, str(row.positions)) for row in self.accounts]
        until = local_time(self.kept.fetched + self.days_kept * _DAY_SECONDS)
        used = "fetched_used_year" if self.kept.year else "fetched_used"
        lines = [
            "=== Flex statement ===",
            *paragraph(self._opening()),
            "",
            *table_lines(("Account", "From", "To", "Positions"), rows, right=(3,)),
            "",
            *paragraph(say("fetched_kept", until=until)),
            self.path,
            "",
            *(line for text in self.warnings() for line in paragraph(text)),
            *paragraph(say(used, year=self.kept.year)),
            say("fetched_next"),
        ]
        return "\n".join(lines) + "\n"

    def _opening(self) -> str:
        when, year = local_time(self.kept.fetched), self.kept.year
        if self.is_new:
            return say("fetched_new", when=when)
        if year:
            return say("fetched_already_year", when=when, year=year)
        return say("fetched_already", when=when)

    def warnings(self) -> list[str]:
        """What is not as it was asked for."""
        year = self.kept.year
        if not year or _is_whole_year(year, self.kept.start, self.kept.end):
            return []
        return [say("fetched_part", year=year, start=self.kept.start, end=self.kept.end)]

    def to_json(self) -> str:
        """The same as JSON."""
        content = {
            "path": self.path,
            "fetched": local_time(self.kept.fetched),
            "new": self.is_new,
            "year": self.kept.year,
            "accounts": [row._asdict() for row in self.accounts],
            "warnings": self.warnings(),
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"

    def facts(self) -> str:
        """What the model is told: no holdings, no path."""
        named = ", ".join(f"{row.account} {row.start}-{row.end}" for row in self.accounts[:20])
        return say("fact_fetched", accounts=Ours(named))


def fetch_statement(
    asked: dict[str, str],
    data: str,
    settings: FetchSettings,
    line: Line = INTERNET,
    clock: Clock = SYSTEM_CLOCK,
    patience: float = PATIENCE,
) -> Fetched:
    """The statement that `asked` (options of /fetch-latest) means, fetched unless it is there.

    `data` is the plugin's data folder. Refusal or Usage wherever nothing was kept.
    """
    now, days = clock.now(), settings.days
    credentials = read_credentials(settings.token, settings.query_id)
    period = _period(asked.get("year", ""), now)
    if not data:
        raise Refusal("fetch_no_data_folder")
    try:
        folder = statements_folder(data)
        sweep(data, days, now)
        year = asked.get("year", "")
        found = statement_of_today(data, days, now, year, credentials.mark)
        if found and "again" not in asked:
            path = verified_path(data, found)
            return Fetched(found, path, _accounts(read_flex(path)), False, days)
        begin_turn(folder, now, patience + 60)
        try:
            service = FlexWebService(credentials, ServiceState(folder), line, clock, patience)
            content = _content(service, period)
        finally:
            end_turn(folder)
        mark, now = credentials.mark, clock.now()
        kept = keep(data, content.body, content.days, year, mark, now)
        return Fetched(kept, os.path.join(folder, kept.file), content.accounts, True, days)
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise Refusal("fetch_not_writable", cause=cause) from None


class _Whole(Record):
    """A statement as it came, known to be one of what was asked for."""

    body: bytes
    accounts: list[AccountLine]
    days: Content


def _content(service: FlexWebService, period: Period) -> _Whole:
    """The statement that the service sends, looked at; Refusal where it is not what was asked."""
    body = service.fetch(period)
    try:
        statements = read_flex_content(body, "IBKR")
        numbers = [day.account for day in account_days(statements)]
        accounts = _accounts(statements)
    except Refusal as refusal:
        if refusal.key == "file_not_xml":  # cut on its way: the same can be had again
            raise Refusal("fetched_cut") from None
        service.done()
        raise Refusal("fetched_unusable") from None
    service.done()
    start, end = min(row.start for row in accounts), max(row.end for row in accounts)
    if period.start and not (_dashed(period.start) <= start <= end <= _dashed(period.end)):
        raise Refusal("fetched_other_period", start=start, end=end)
    masked = tuple(row.account for row in accounts)
    return _Whole(body, accounts, Content(tuple(numbers), masked, start, end))


def _accounts(statements: list[FlexStatement]) -> list[AccountLine]:
    """Each account of a statement over all of its days."""
    days = account_days(statements)
    dates = days[0].dates
    starts = [dates.day_or_blank(one.attributes.get("fromDate", "")) for one in statements]
    first = min((start for start in starts if start), default="")
    return [
        AccountLine(
            plain(mask_account(day.account)), first, day.to_date, len(day.of("OpenPosition"))
        )
        for day in days
    ]


def _is_whole_year(year: str, start: str, end: str) -> bool:
    """Whether no weekday of `year` but New Year's Day lies outside; days as YYYY-MM-DD."""
    return weekdays_between(f"{year}-01-01", start) <= 1 and not weekdays_between(
        end, f"{year}-12-31"
    )


def _period(year: str, now: float) -> Period:
    """The days of `year`, up to yesterday in the present one; Usage for none that can be had."""
    if not year:
        return Period()
    today = eastern_day(now)
    if not re.fullmatch("[0-9]{4}", year) or not _FIRST_YEAR <= int(year) <= int(today[:4]):
        wanted = f"{_FIRST_YEAR}-{today[:4]}"
        raise Usage("bad_value", option="--year", value=year, wanted=wanted)
    end = min(f"{year}-12-31", eastern_day(now - _DAY_SECONDS))
    if end < f"{year}-01-01":
        raise Usage("year_not_begun", year=year)
    return Period(f"{year}0101", end.replace("-", ""))


def _dashed(day: str) -> str:
    """yyyymmdd as YYYY-MM-DD."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"
