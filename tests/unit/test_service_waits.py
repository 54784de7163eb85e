"""How long the Flex Web Service is waited for, on a clock that only sleeping moves."""

from __future__ import annotations

import os
from typing import Any, Iterator, List

import pytest
from flex_stand_in import AUTHORITY, GET, HOSTS, QUERY_ID, TOKEN, Reply, StandIn, accepted, error

from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources.flex_web_service.answers import Reference
from ib_portfolio.sources.flex_web_service.connection import Line, get
from ib_portfolio.sources.flex_web_service.credentials import read_credentials
from ib_portfolio.sources.flex_web_service.service import Clock, FlexWebService, Period
from ib_portfolio.sources.flex_web_service.service_state import ServiceState

START = 1_795_446_000.0
STATEMENT = b"<FlexQueryResponse />"
CREDENTIALS = read_credentials(TOKEN, QUERY_ID)
BUSY, HEAVY, TOO_MANY, GONE, LOCKED = (error(code) for code in (1019, 1009, 1018, 1017, 1025))


class Waited:
    """The service with a script of answers, and how it slept."""

    def __init__(self, folder: Any, service: StandIn, *answers: Reply) -> None:
        self.now = START
        self.slept: List[float] = []
        self.folder, self.service = str(folder), service
        os.makedirs(folder, exist_ok=True)
        service.get = [*answers, Reply(STATEMENT)]
        self.addresses = dict.fromkeys(HOSTS, service.address)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds

    def fetch(self, patience: float = 900, period: Period = Period()) -> bytes:  # noqa: B008
        line = Line(self.addresses, AUTHORITY)
        state, clock = ServiceState(self.folder), Clock(lambda: self.now, self.sleep)
        return FlexWebService(CREDENTIALS, state, line, clock, patience).fetch(period)

    def refused(self, patience: float = 900) -> str:
        with pytest.raises(Refusal) as refusal:
            self.fetch(patience)
        return refusal.value.key


@pytest.fixture
def service() -> Iterator[StandIn]:
    with StandIn(STATEMENT) as one:
        yield one


def test_polls_come_ever_more_slowly(tmp_path: Any, service: StandIn) -> None:
    waited = Waited(tmp_path, service, *[BUSY] * 6)
    assert waited.fetch() == STATEMENT
    assert waited.slept == [1, 2, 3, 5, 8, 8, 8]
    assert service.steps == ["send", *["get"] * 7]


def test_under_heavy_load_it_is_asked_slowly(tmp_path: Any, service: StandIn) -> None:
    waited = Waited(tmp_path, service, HEAVY, BUSY, HEAVY)
    assert waited.fetch() == STATEMENT and waited.slept == [1, 20, 3, 20]


def test_after_too_many_requests_a_minute_passes_once_for_each_step(
    tmp_path: Any, service: StandIn
) -> None:
    waited = Waited(tmp_path, service, TOO_MANY, BUSY)
    service.send = [TOO_MANY, accepted()]
    assert waited.fetch() == STATEMENT and waited.slept == [61, 1, 61, 2]
    waited = Waited(tmp_path / "other", service, TOO_MANY, BUSY, TOO_MANY)
    assert waited.refused() == "flex_service.1018" and waited.slept == [1, 61, 2]


def test_it_is_asked_for_at_the_first_host_again(tmp_path: Any, service: StandIn) -> None:
    waited = Waited(tmp_path, service)
    service.send = [TOO_MANY, accepted(f"https://{HOSTS[0]}{GET}")]
    waited.addresses = {HOSTS[0]: service.address, HOSTS[1]: ("127.0.0.1", 1)}
    assert waited.fetch() == STATEMENT and service.steps == ["send", "send", "get"]


def test_a_first_answer_that_is_a_statement_is_unclear(tmp_path: Any, service: StandIn) -> None:
    waited = Waited(tmp_path, service)
    service.send = [Reply(STATEMENT)]
    assert waited.refused() == "flex_unclear" and service.steps == ["send"]


@pytest.mark.parametrize(
    ("patience", "made"), [(3, True), (2.99, False), (1, False), (0.99, False)]
)
def test_patience_ends_before_a_wait_that_is_too_long(
    tmp_path: Any, service: StandIn, patience: float, made: bool
) -> None:
    waited = Waited(tmp_path, service, BUSY)
    if made:
        assert waited.fetch(patience) == STATEMENT
    else:
        assert waited.refused(patience) == "flex_slow"
        assert waited.now <= START + patience


def test_a_minute_is_not_waited_without_the_patience(tmp_path: Any, service: StandIn) -> None:
    for send in ([TOO_MANY], [accepted()]):
        waited = Waited(tmp_path, service, TOO_MANY)
        service.send = send
        assert waited.refused(60) == "flex_service.1018" and 61 not in waited.slept


def test_a_reference_is_gone_on_with_for_its_query_and_period(
    tmp_path: Any, service: StandIn
) -> None:
    waited = Waited(tmp_path, service, BUSY)
    assert waited.refused(2) == "flex_slow" and service.steps == ["send", "get"]
    assert waited.fetch() == STATEMENT and service.steps == ["send", "get", "get"]
    assert waited.fetch(period=Period("20250101", "20251231")) == STATEMENT
    assert service.steps[3:] == ["send", "get"]
    assert service.requests[3]["query"]["fd"] == "20250101"
    assert service.requests[3]["query"]["td"] == "20251231"


def test_a_reference_that_is_gone_is_asked_for_once_more(tmp_path: Any, service: StandIn) -> None:
    reference = Reference("4410882913", HOSTS[1], GET)
    ServiceState(str(tmp_path)).note_pending(CREDENTIALS.mark, "", reference, START)
    assert Waited(tmp_path, service, GONE).fetch() == STATEMENT
    assert service.steps == ["get", "send", "get"]
    assert Waited(tmp_path / "other", service, GONE).refused() == "flex_service.1017"
    assert service.steps[3:] == ["send", "get"]


@pytest.mark.parametrize(
    ("answer", "key", "kept"),
    [
        (error(1015), "flex_service.1015", False),
        (TOO_MANY, "flex_service.1018", True),
        (accepted(), "flex_unclear", True),
    ],
)
def test_an_error_that_stays_forgets_the_reference(
    tmp_path: Any, service: StandIn, answer: Reply, key: str, kept: bool
) -> None:
    waited = Waited(tmp_path, service, answer, answer)
    assert waited.refused() == key
    pending = ServiceState(str(tmp_path)).pending(CREDENTIALS.mark, "", waited.now)
    assert (pending is not None) == kept


def test_a_lock_out_is_kept_and_nothing_is_asked(tmp_path: Any, service: StandIn) -> None:
    waited = Waited(tmp_path, service, LOCKED)
    assert waited.refused() == "flex_service.1025" and waited.refused() == "flex_locked_out"
    assert service.steps == ["send", "get"]


def line_to(service: StandIn) -> Line:
    return Line(dict.fromkeys(HOSTS, service.address), AUTHORITY)


@pytest.mark.parametrize(
    ("status", "key"),
    [(201, "flex_http"), (300, "flex_redirect"), (399, "flex_redirect"), (400, "flex_http")],
)
def test_only_200_is_an_answer(service: StandIn, status: int, key: str) -> None:
    service.get = [Reply(b"x", status)]
    target = f"{GET}?t={TOKEN}&q=1&v=3"
    with pytest.raises(Refusal) as refusal:
        get(line_to(service), HOSTS[0], target, 9)
    assert refusal.value.key == key and HOSTS[0] in str(refusal.value)


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_000])
def test_a_body_is_read_whole(service: StandIn, size: int) -> None:
    service.get = [Reply(b"x" * size)]
    assert get(line_to(service), HOSTS[1], f"{GET}?t={TOKEN}&q=1&v=3", 9) == b"x" * size


def test_a_body_that_takes_too_long_is_refused(service: StandIn) -> None:
    with pytest.raises(Refusal) as refusal:
        get(line_to(service), HOSTS[0], f"{GET}?t={TOKEN}&q=1&v=3", -1)
    assert refusal.value.key == "flex_too_slow"
