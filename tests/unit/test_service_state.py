"""What is kept of the requests to IBKR: their pace, a statement being made, a lock-out, a turn."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, List

import pytest

from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources.flex_web_service.answers import Reference
from ib_portfolio.sources.flex_web_service.hosts import HOSTS
from ib_portfolio.sources.flex_web_service.service_state import (
    ServiceState,
    begin_turn,
    end_turn,
)

NOW, HOUR = 1_795_446_000.0, 3_600
REFERENCE = Reference("4410882913", HOSTS[1], "/GetStatement")


def state_with(folder: Path, **kept: Any) -> ServiceState:
    (folder / "service.json").write_text(json.dumps(kept))
    return ServiceState(str(folder))


def waited(folder: Path, *before: float) -> float:
    """How long the next request waits after requests that many seconds ago."""
    found = state_with(folder, requests=[NOW - seconds for seconds in before])
    return found.wait_before_next(NOW)


@pytest.mark.parametrize(
    ("before", "wait"),
    [
        ([], 0),
        ([0], 1),
        ([0.25], 0.75),
        ([1], 0),
        ([40, 0.5, 9], 0.5),
        ([-5], 0),
        ([-0.5, 0.5], 0.5),
        ([50, *range(2, 10)], 0),
        ([50, *range(2, 11)], 10),
        ([50, 55, *range(2, 11)], 10),
        ([59.5, *range(2, 11)], 0.5),
        ([60, *range(2, 11)], 0),
        ([10, *[0.5] * 9], 50),
    ],
)
def test_one_request_a_second_and_ten_a_minute(
    tmp_path: Path, before: List[float], wait: float
) -> None:
    assert waited(tmp_path, *before) == wait


def test_requests_of_the_last_minute_are_kept_for_every_session(tmp_path: Path) -> None:
    first = state_with(tmp_path, requests=[NOW - 60, NOW - 59, "x", NOW + 5], locked={"mark": "m"})
    first.note_request(NOW)
    kept = json.loads((tmp_path / "service.json").read_text())
    assert kept == {"requests": [NOW - 59, NOW], "locked": {"mark": "m"}}
    assert ServiceState(str(tmp_path)).wait_before_next(NOW) == 1
    assert (tmp_path / "service.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("requests", [None, {}, "x", 7, ["x", None]])
def test_requests_that_are_none_are_as_if_there_were_none(tmp_path: Path, requests: Any) -> None:
    assert state_with(tmp_path, requests=requests).wait_before_next(NOW) == 0


def test_a_statement_that_is_being_made_is_found_for_an_hour(tmp_path: Path) -> None:
    ServiceState(str(tmp_path)).note_pending("mark", "&fd=1", REFERENCE, NOW)
    state = ServiceState(str(tmp_path))
    for seconds, found in ((0, True), (3_599.9, True), (3_600, False), (-0.1, False)):
        assert (state.pending("mark", "&fd=1", NOW + seconds) == REFERENCE) == found
        assert found or state.pending("mark", "&fd=1", NOW + seconds) is None
    assert state.pending("other", "&fd=1", NOW) is None
    assert state.pending("mark", "", NOW) is None
    state.forget_pending()
    assert ServiceState(str(tmp_path)).pending("mark", "&fd=1", NOW) is None


@pytest.mark.parametrize(
    "changed",
    [{"since": "x"}, {"since": None}, {"host": "evil.example"}, {"host": None}, {"mark": 7}],
)
def test_a_statement_being_made_that_cannot_be_read_is_none(tmp_path: Path, changed: Any) -> None:
    row = {"mark": "m", "period": "", "since": NOW, **REFERENCE._asdict()}
    assert state_with(tmp_path, pending=row).pending("m", "", NOW) == REFERENCE
    assert state_with(tmp_path, pending={**row, **changed}).pending("m", "", NOW) is None
    assert state_with(tmp_path, pending=[row]).pending("m", "", NOW) is None


def locked_hours(state: ServiceState, mark: str, now: float) -> str:
    """For how many hours more a token is locked out, "" where it is not."""
    try:
        state.require_not_locked(mark, now)
    except Refusal as refusal:
        assert refusal.key == "flex_locked_out"
        return "".join(letter for letter in str(refusal) if letter.isdigit())
    return ""


def test_a_lock_out_lasts_six_hours_and_is_the_token_s(tmp_path: Path) -> None:
    first = ServiceState(str(tmp_path))
    first.note_pending("mark", "", REFERENCE, NOW)
    first.lock_out("token", NOW)
    state = ServiceState(str(tmp_path))
    assert state.pending("mark", "", NOW) is None
    assert locked_hours(state, "other", NOW) == ""
    told = [
        locked_hours(state, "token", NOW + seconds)
        for seconds in (0, 1, HOUR, HOUR + 1, 5 * HOUR, 6 * HOUR - 1, 6 * HOUR, -1)
    ]
    assert told == [*(said for said in map(_only_hours, (6, 6, 5, 5, 1, 1))), "", ""]


def _only_hours(hours: int) -> str:
    said = str(Refusal("flex_locked_out", hours=hours))
    return "".join(letter for letter in said if letter.isdigit())


@pytest.mark.parametrize("locked", [None, [], "x", {"mark": "m"}, {"mark": "m", "since": "x"}])
def test_a_lock_out_that_cannot_be_read_is_none(tmp_path: Path, locked: Any) -> None:
    assert locked_hours(state_with(tmp_path, locked=locked), "m", NOW) == ""


@pytest.mark.parametrize("content", ["", "{", "[]", "7", "null"])
def test_a_file_that_is_no_state_is_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "service.json").write_text(content)
    state = ServiceState(str(tmp_path))
    assert state.wait_before_next(NOW) == 0 and state.pending("m", "", NOW) is None


def turn_at(folder: Path, now: float) -> bool:
    """Whether a turn can begin then."""
    try:
        begin_turn(str(folder), now, 100)
    except Refusal as refusal:
        assert refusal.key == "fetch_running"
        return False
    return True


def test_one_process_at_a_time_has_the_turn(tmp_path: Path) -> None:
    assert turn_at(tmp_path, NOW)
    assert json.loads((tmp_path / "fetching").read_text()) == {"until": NOW + 100}
    assert (tmp_path / "fetching").stat().st_mode & 0o777 == 0o600
    assert not turn_at(tmp_path, NOW) and not turn_at(tmp_path, NOW + 99.9)
    assert turn_at(tmp_path, NOW + 100)
    end_turn(str(tmp_path))
    assert os.listdir(tmp_path) == []
    end_turn(str(tmp_path))
    assert turn_at(tmp_path, NOW)


@pytest.mark.parametrize(
    ("until", "begins"),
    [(NOW, True), (NOW + 3_600, False), (NOW + 3_601, True), ("x", True), (None, True)],
)
def test_a_turn_never_lasts_longer_than_an_hour(tmp_path: Path, until: Any, begins: bool) -> None:
    (tmp_path / "fetching").write_text(json.dumps({"until": until}))
    assert turn_at(tmp_path, NOW) == begins
