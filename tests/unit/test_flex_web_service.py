"""Fetching from the Flex Web Service: its protocol, its errors, and what may never get out."""

from __future__ import annotations

import json
import os
import re
from typing import Any, Dict, List, Optional, Tuple

import pytest
from flex_stand_in import (
    AUTHORITY,
    GET,
    HOSTS,
    QUERY_ID,
    REFERENCE,
    SEND,
    TOKEN,
    Reply,
    StandIn,
    accepted,
    error,
)
from terminal import FLEX, SAMPLE

from ib_portfolio.core.messages import Refusal, Usage
from ib_portfolio.core.private.data_folder import mark_data_folder
from ib_portfolio.fetched_source import with_fetched
from ib_portfolio.request.fetch_settings import FetchSettings
from ib_portfolio.request.request import Request, parse_text
from ib_portfolio.request.tax_request import TAX_REPORT, parse_tax_text
from ib_portfolio.sources.flex_web_service.answers import read_answer
from ib_portfolio.sources.flex_web_service.connection import Line, get
from ib_portfolio.sources.flex_web_service.service import Clock
from ib_portfolio.statement_fetch import Fetched, fetch_statement

# 10 in the morning in New York, Monday 23 November 2026.
MONDAY = 1_795_446_000.0
STOPS = (1003, 1010, 1011, 1012, 1013, 1014, 1015, 1016, 1020)
AGAIN = (1001, 1004, 1005, 1006, 1007, 1008, 1009, 1019, 1021)


def sample() -> bytes:
    with open(SAMPLE, "rb") as file:
        return file.read()


class Session:
    """Someone who fetches: a data folder, a service, a clock that only sleeping moves."""

    def __init__(self, folder: Any, service: StandIn) -> None:
        self.data = mark_data_folder(str(folder / "data"))
        self.service, self.time = service, MONDAY
        self.slept: List[float] = []
        self.made_at: List[float] = []
        self.line = Line(dict.fromkeys(HOSTS, service.address), AUTHORITY)
        answer = service.answer
        service.answer = lambda *words: self.made_at.append(self.time) or answer(*words)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def fetch(self, keep_days: str = "", token: str = TOKEN, **asked: str) -> Fetched:
        settings = FetchSettings(token, QUERY_ID, keep_days)
        clock = Clock(lambda: self.time, self.sleep)
        return fetch_statement(asked, self.data, settings, self.line, clock)

    def refused(self, **words: str) -> Refusal:
        with pytest.raises(Refusal) as caught:
            self.fetch(**words)
        said = str(caught.value)
        assert TOKEN not in said and QUERY_ID not in said and REFERENCE not in said
        assert caught.value.__context__ is None or caught.value.__suppress_context__
        return caught.value

    def bare(self, keep_days: str = "") -> Request:
        """What a command without any source works on now."""
        settings = FetchSettings(keep_days=keep_days)
        return with_fetched(parse_text("growth"), self.data, settings, self.time)

    def files(self) -> Dict[str, bytes]:
        found = {}
        for folder, _, names in os.walk(self.data):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, self.data)] = file.read()
        return found

    @property
    def statements(self) -> List[str]:
        return [name for name in self.files() if name.endswith(".xml")]


@pytest.fixture
def session(tmp_path: Any) -> Any:
    with StandIn(sample()) as service:
        one = Session(tmp_path, service)
        yield one
    secret = [name for name, content in one.files().items() if TOKEN.encode() in content]
    secret += [name for name, content in one.files().items() if QUERY_ID.encode() in content]
    assert secret == []


def test_a_statement_is_asked_for_waited_for_and_kept_as_it_came(session: Session) -> None:
    session.service.get[:0] = [error(1019, status="Warn"), error(1019, status="Warn")]
    fetched = session.fetch()
    assert session.service.steps == ["send", "get", "get", "get"]
    first, *polls = session.service.requests
    assert first["path"] == SEND and first["query"] == {"t": TOKEN, "q": QUERY_ID, "v": "3"}
    assert {row["path"] for row in polls} == {GET}
    assert polls[0]["query"] == {"t": TOKEN, "q": REFERENCE, "v": "3"}
    assert all(row["agent"] for row in session.service.requests)
    with open(fetched.path, "rb") as file:
        assert file.read() == sample()
    assert os.stat(fetched.path).st_mode & 0o777 == 0o600
    assert os.stat(os.path.dirname(fetched.path)).st_mode & 0o777 == 0o700
    assert "U***0001 | 2026-01-01 | 2026-11-20 |" in fetched.report()
    assert fetched.path in fetched.report() and "U0000001" not in fetched.path


def test_a_day_s_statement_is_not_fetched_twice_unless_it_is_said(session: Session) -> None:
    assert session.fetch().is_new
    made = len(session.service.requests)
    session.time += 3_600
    again = session.fetch()
    assert not again.is_new and len(session.service.requests) == made
    assert "Today's statement is there already" in again.report()
    assert session.fetch(again="").is_new and len(session.service.requests) > made
    assert len(session.statements) == 1


def test_the_next_day_of_the_us_east_has_a_statement_of_its_own(session: Session) -> None:
    session.fetch()
    session.time += 13 * 3_600  # 23:00 in New York
    assert not session.fetch().is_new
    session.time += 2 * 3_600  # 01:00
    assert session.fetch().is_new


def test_another_token_is_asked_with(session: Session) -> None:
    session.fetch()
    assert session.refused(token="1234567890").key == "flex_service.1015"


def test_the_pace_is_ibkr_s_over_all_sessions(session: Session) -> None:
    session.service.get = [error(1019)]
    for _ in range(3):
        assert session.refused(again="").key == "flex_slow"
    made = session.made_at
    assert len(made) > 20
    assert min(later - earlier for earlier, later in zip(made, made[1:])) >= 1
    assert all(later - earlier >= 60 for earlier, later in zip(made, made[10:]))


def test_what_is_being_made_is_never_asked_for_a_second_time(session: Session) -> None:
    session.service.get = [error(1019)]
    assert session.refused().key == "flex_slow"
    session.service.get = [Reply(sample())]
    session.time += 300
    assert session.fetch().is_new
    assert session.service.steps.count("send") == 1


def test_a_reference_that_ibkr_forgot_is_asked_for_anew(session: Session) -> None:
    session.service.get = [error(1019)]
    session.refused()
    session.service.get = [error(1017), Reply(sample())]
    assert session.fetch().is_new
    assert session.service.steps[-3:] == ["get", "send", "get"]
    session.service.get = [error(1017)]
    assert session.refused(again="").key == "flex_service.1017"


@pytest.mark.parametrize("code", [*AGAIN, *STOPS, 1017, 1025])
def test_every_error_of_the_first_step_stops_with_its_own_sentence(
    session: Session, code: int
) -> None:
    session.service.send = [error(code, f"Token {TOKEN} of {QUERY_ID} is not good.")]
    refusal = session.refused()
    assert f"({code})" in str(refusal)
    assert session.service.steps == ["send"]
    assert session.statements == []


@pytest.mark.parametrize("code", AGAIN)
def test_what_is_not_ready_is_polled_for(session: Session, code: int) -> None:
    session.service.get[:0] = [error(code), error(code, status="Warn")]
    assert session.fetch().is_new
    assert session.service.steps == ["send", "get", "get", "get"]
    assert max(session.slept) >= (20 if code == 1009 else 2)


@pytest.mark.parametrize("code", [*STOPS, 1025])
def test_what_cannot_come_is_not_polled_for(session: Session, code: int) -> None:
    session.service.get = [error(code)]
    assert f"({code})" in str(session.refused())
    assert session.service.steps == ["send", "get"]


def test_each_code_has_a_sentence_of_its_own() -> None:
    said = {str(Refusal(f"flex_service.{code}")) for code in (*AGAIN, *STOPS, 1017, 1018, 1025)}
    assert len(said) == len(AGAIN) + len(STOPS) + 3


@pytest.mark.parametrize("step", ["send", "get"])
def test_after_too_many_requests_a_minute_passes_once(session: Session, step: str) -> None:
    script = getattr(session.service, step)
    script[:0] = [error(1018)]
    assert session.fetch().is_new
    assert max(session.slept) >= 60
    setattr(session.service, step, [error(1018)])
    before = session.service.steps.count(step)
    assert session.refused(again="").key == "flex_service.1018"
    assert session.service.steps.count(step) == before + 2


def test_a_lock_out_is_never_tried_again_for_hours(session: Session) -> None:
    session.service.send = [error(1025)]
    session.refused()
    session.service.send = [accepted()]
    for _ in range(5):
        session.time += 3_600
        assert session.refused(again="").key == "flex_locked_out"
    assert session.service.steps == ["send"]
    session.time += 3_601
    assert session.fetch().is_new


def test_an_error_that_is_not_in_the_table_is_shown_without_secrets(session: Session) -> None:
    session.service.send = [error(1999, f"No {TOKEN} for you, t={TOKEN}&amp;q={QUERY_ID}")]
    said = str(session.refused())
    assert "1999" in said and "for you" in said and "***" in said


URLS = [
    "https://evil.example/AccountManagement/FlexWebService/GetStatement",
    f"http://{HOSTS[0]}{GET}",
    f"https://{HOSTS[0]}.evil.example{GET}",
    f"https://{HOSTS[0]}@evil.example{GET}",
    f"https://evil.example\\@{HOSTS[0]}{GET}",
    f"https://{HOSTS[0]}:444{GET}",
    f"https://{HOSTS[0]}{GET}?u=evil",
    f"https://{HOSTS[0]}{GET}#x",
    f"https://{HOSTS[0]}/a b",
    f"ftp://{HOSTS[0]}{GET}",
    f"//{HOSTS[0]}{GET}",
    "",
]


@pytest.mark.parametrize("url", URLS)
def test_another_address_is_not_followed(session: Session, url: str) -> None:
    session.service.send = [accepted(url.replace("&", "&amp;"))]
    assert session.refused().key == "flex_url"
    assert session.service.steps == ["send"]


def test_the_connection_itself_knows_only_the_two_hosts(session: Session) -> None:
    for host in ("evil.example", HOSTS[0].upper(), f"{HOSTS[0]}.", ""):
        line = Line({host: session.service.address}, AUTHORITY)
        with pytest.raises(Refusal) as caught:
            get(line, host, "/", 1)
        assert caught.value.key == "flex_url"
    with pytest.raises(Refusal):
        read_answer(accepted(f"https://evil.example{GET}").body)
    assert session.service.requests == []


@pytest.mark.parametrize("host", HOSTS)
def test_both_hosts_are_followed(session: Session, host: str) -> None:
    session.service.send = [accepted(f"https://{host}{GET}")]
    assert session.fetch().is_new


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("step", ["send", "get"])
def test_redirects_are_not_followed(session: Session, step: str, status: int) -> None:
    to = {"Location": f"https://{HOSTS[1]}/elsewhere"}
    setattr(session.service, step, [Reply(b"", status, to)])
    assert session.refused().key == "flex_redirect"
    assert session.service.steps == ["send", "get"][: 1 + (step == "get")]


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_another_status_is_named(session: Session, status: int) -> None:
    session.service.get = [Reply(b"t=" + TOKEN.encode(), status)]
    refusal = session.refused()
    assert refusal.key == "flex_http" and str(status) in str(refusal)


def test_an_answer_that_breaks_off_is_not_kept(session: Session) -> None:
    session.service.get = [Reply(sample(), cut=len(sample()) // 2)]
    assert session.refused().key == "flex_cut"
    session.service.get = [Reply(sample(), headers={"Content-Length": None}, cut=5_000)]
    assert session.refused().key == "fetched_cut"
    assert session.statements == []
    session.service.get = [Reply(sample())]
    assert session.fetch().is_new
    assert session.service.steps.count("send") == 1


def test_a_statement_of_50_megabytes_is_kept(session: Session) -> None:
    filler = b"<!-- " + b"x" * 1_000_000 + b" -->\n"
    body = sample().replace(b"</FlexQueryResponse>", filler * 50 + b"</FlexQueryResponse>")
    session.service.get = [Reply(body)]
    assert os.path.getsize(session.fetch().path) == len(body) > 50_000_000


def test_what_is_over_100_megabytes_is_not_read_to_its_end(session: Session) -> None:
    session.service.get = [Reply(b"<FlexQueryResponse>" + b"x" * 101_000_000)]
    assert session.refused().key == "flex_too_large"


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (b"", "flex_unclear"),
        (b"<html><body>Log in</body></html>", "flex_unclear"),
        (b"not xml", "flex_unclear"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><FlexStatementResponse/>', "flex_unclear"),
        (b"<FlexStatementResponse><Status>Warn</Status></FlexStatementResponse>", "flex_unclear"),
        (b"<FlexQueryResponse/>", "fetched_unusable"),
        (b"<FlexQueryResponse><FlexStatements/></FlexQueryResponse>", "fetched_unusable"),
        (b"<FlexStatementResponse>" + b"<a>b</a>" * 50_000, "flex_unclear"),
    ],
)
def test_what_is_no_statement_is_not_kept(session: Session, body: bytes, key: str) -> None:
    session.service.get = [Reply(body)]
    assert session.refused().key == key
    assert session.statements == []


def test_a_first_answer_that_is_none_is_refused(session: Session) -> None:
    for reply in (Reply(sample()), accepted(reference="a&b"), accepted(reference="")):
        session.service.send = [reply]
        assert session.refused().key == "flex_unclear"


def test_the_certificate_has_to_name_the_host(tmp_path: Any) -> None:
    with StandIn(sample(), certificate="other_host.pem") as service:
        session = Session(tmp_path, service)
        assert session.refused().key == "flex_certificate"
        assert service.requests == []


def test_a_certificate_of_nobody_known_is_refused(session: Session) -> None:
    session.line = session.line._replace(authority="")
    assert session.refused().key == "flex_certificate"
    assert session.service.requests == []


def test_without_a_service_the_connection_is_named(tmp_path: Any) -> None:
    with StandIn(sample()) as service:
        session = Session(tmp_path, service)
    refusal = session.refused()
    assert refusal.key == "flex_no_connection" and HOSTS[0] in str(refusal)


@pytest.mark.parametrize(
    ("token", "query", "key"),
    [
        ("", "", "no_flex_credentials"),
        ("", QUERY_ID, "flex_credential_missing"),
        (TOKEN, "", "flex_credential_missing"),
        (TOKEN + "&fd=1", QUERY_ID, "flex_credential_form"),
        (TOKEN, "73 05", "flex_credential_form"),
        ("x" * 65, QUERY_ID, "flex_credential_form"),
        ("１２３", QUERY_ID, "flex_credential_form"),
    ],
)
def test_credentials_that_cannot_be_any_are_not_sent(
    session: Session, token: str, query: str, key: str
) -> None:
    with pytest.raises(Refusal) as caught:
        fetch_statement({}, session.data, FetchSettings(token, query), session.line)
    assert caught.value.key == key
    assert session.service.requests == []
    assert not token or token not in str(caught.value)


def test_printing_the_secrets_shows_nothing_of_them() -> None:
    from ib_portfolio.sources.flex_web_service.credentials import read_credentials

    for one in (read_credentials(TOKEN, QUERY_ID), FetchSettings(TOKEN, QUERY_ID)):
        assert TOKEN not in f"{one} {one!r} {[one]}" and QUERY_ID not in f"{one} {one!r} {[one]}"


def year_of(text: bytes, start: str, end: str) -> bytes:
    days = f'fromDate="{start}" toDate="{end}"'
    found, count = re.subn(rb'fromDate="\d+" toDate="\d+"', days.encode(), text)
    assert count
    return found


@pytest.mark.parametrize(
    ("year", "asked", "sent", "part"),
    [
        ("2025", ("20250101", "20251231"), ("20250101", "20251231"), False),
        ("2025", ("20250101", "20251231"), ("20250601", "20251231"), True),
        ("2025", ("20250101", "20251231"), ("20250102", "20251231"), False),
        ("2025", ("20250101", "20251231"), ("20250103", "20251231"), True),
        ("2025", ("20250101", "20251231"), ("20250101", "20251230"), True),
        ("2022", ("20220101", "20221231"), ("20220103", "20221230"), False),
        ("2024", ("20240101", "20241231"), ("20240101", "20241231"), False),
        ("2026", ("20260101", "20261122"), ("20260101", "20261120"), True),
    ],
)
def test_a_year_is_asked_for_by_its_days(
    session: Session, year: str, asked: Tuple[str, str], sent: Tuple[str, str], part: bool
) -> None:
    session.service.get = [Reply(year_of(sample(), *sent))]
    fetched = session.fetch(year=year)
    query = session.service.requests[0]["query"]
    assert (query["fd"], query["td"]) == asked
    assert "fd" not in session.service.requests[1]["query"]
    assert bool(fetched.warnings()) == part
    assert "/tax-report uses it" in fetched.report()
    assert session.bare().statement == ""


def test_another_period_than_the_year_is_not_kept(session: Session) -> None:
    assert session.refused(year="2025").key == "fetched_other_period"
    assert session.statements == []


@pytest.mark.parametrize("year", ["2027", "1999", "25", "２０２５", "2025-01", "abcd", "-1"])
def test_a_year_that_is_none_is_usage(session: Session, year: str) -> None:
    with pytest.raises(Usage):
        session.fetch(year=year)
    assert session.service.requests == []


def test_the_report_of_a_year_is_on_what_was_fetched_for_it(session: Session) -> None:
    newest = session.fetch().path
    session.service.get = [Reply(year_of(sample(), "20250101", "20251231"))]
    of_2025 = session.fetch(year="2025").path

    def used(words: str) -> str:
        request = parse_tax_text(TAX_REPORT, words)
        return with_fetched(request, session.data, FetchSettings(), session.time).statement

    assert newest != of_2025
    assert (used("--year 2025"), used("--year 2024"), used("")) == (of_2025, newest, newest)


def test_a_past_year_stays_as_it_is(session: Session) -> None:
    session.service.get = [Reply(year_of(sample(), "20250101", "20251231"))]
    assert session.fetch(year="2025").is_new
    session.time += 3 * 86_400
    again = session.fetch(year="2025")
    assert not again.is_new and "The statement of 2025 is there already" in again.report()


def test_statements_go_after_a_week_or_as_long_as_is_set(session: Session) -> None:
    for days, keep_days in ((7, ""), (2, "2"), (40, "40")):
        path = session.fetch(keep_days=keep_days, again="").path
        session.time += days * 86_400 - 60
        assert session.bare(keep_days).statement == path
        session.time += 60
        assert session.bare(keep_days).statement == ""
    session.service.send = [error(1003)]
    session.refused()
    assert session.statements == []


def test_nothing_but_its_own_files_is_removed(session: Session, tmp_path: Any) -> None:
    session.fetch()
    folder = os.path.join(session.data, "statements")
    target = tmp_path / "mine.xml"
    target.write_text("mine")
    for name in ("mine.xml", "2026-11-20_2026-11-20_x.xml", "notes.txt"):
        with open(os.path.join(folder, name), "w") as file:
            file.write("mine")
    os.symlink(target, os.path.join(folder, "2020-01-01_2020-01-01_0123456789ab.xml"))
    session.time += 30 * 86_400
    session.service.send = [error(1003)]
    session.refused()
    left = set(os.listdir(folder))
    assert {"mine.xml", "2026-11-20_2026-11-20_x.xml", "notes.txt"} <= left
    assert target.read_text() == "mine"


@pytest.mark.parametrize("keep_days", ["a week", "-1", "1.5", "99999", "NaN"])
def test_days_that_are_none_are_usage(session: Session, keep_days: str) -> None:
    with pytest.raises(Usage):
        session.fetch(keep_days=keep_days)


def test_a_statement_that_somebody_changed_is_not_used(session: Session) -> None:
    path = session.fetch().path
    with open(path, "ab") as file:
        file.write(b"<!-- edited -->")
    with pytest.raises(Refusal) as caught:
        session.bare()
    assert caught.value.key == "fetched_changed"
    assert session.refused().key == "fetched_changed"
    assert session.fetch(again="").is_new


def test_two_at_once_do_not_ask_twice(session: Session) -> None:
    session.fetch()
    folder = os.path.join(session.data, "statements")
    assert "fetching" not in os.listdir(folder)
    with open(os.path.join(folder, "fetching"), "w") as file:
        json.dump({"until": session.time + 100}, file)
    assert session.refused(again="").key == "fetch_running"
    session.time += 101
    assert session.fetch(again="").is_new


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"until": "x"}', '{"until": 1e300}'])
def test_a_state_that_cannot_be_read_holds_nothing_up(session: Session, content: str) -> None:
    session.fetch()
    folder = os.path.join(session.data, "statements")
    for name in ("fetching", "service.json", "kept.json"):
        with open(os.path.join(folder, name), "w") as file:
            file.write(content)
    assert session.fetch().is_new


def test_a_link_in_place_of_the_folder_is_not_written_through(
    session: Session, tmp_path: Any
) -> None:
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", os.path.join(session.data, "statements"))
    assert session.refused().key == "fetch_not_writable"
    assert os.listdir(tmp_path / "elsewhere") == [] and session.service.requests == []


def test_an_account_s_name_cannot_carry_anything_into_a_report(session: Session) -> None:
    with open(os.path.join(FLEX, "account_hostile.xml"), "rb") as file:
        session.service.get = [Reply(file.read())]
    fetched = session.fetch()
    said = fetched.report() + fetched.facts() + fetched.to_json()
    assert not re.search("[`<>\x1b\u202e]|\\\\u001b", said.replace(fetched.path, ""))
    assert fetched.accounts[0].account != "***"


def test_several_accounts_are_one_file_with_a_line_each(session: Session) -> None:
    with open(os.path.join(FLEX, "several_accounts.xml"), "rb") as file:
        session.service.get = [Reply(file.read())]
    fetched = session.fetch()
    assert len(fetched.accounts) > 1 and len(session.statements) == 1
    assert all(f"{row.account} | " in fetched.report() for row in fetched.accounts)
    parsed: Dict[str, Any] = json.loads(fetched.to_json())
    assert [row["account"] for row in parsed["accounts"]] == [
        row.account for row in fetched.accounts
    ]
    name: Optional[str] = session.statements[0]
    assert name and "U" not in os.path.basename(name)
