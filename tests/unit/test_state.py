"""The data folder: private, whole, forgotten in time, and never shared between sessions."""

from __future__ import annotations

import multiprocessing
import os
import stat
import time
from typing import Any, List

import pytest

from ib_portfolio.claude_code import run_folder as state
from ib_portfolio.claude_code.run_folder import RunFolder, sweep

ONE, OTHER = "session-1", "session-2"


@pytest.fixture
def data(tmp_path: Any) -> str:
    return str(tmp_path / "a data folder" / "plugin")


def opened(data: str, session: str = ONE) -> RunFolder:
    folder = RunFolder(data, session)
    folder.open()
    return folder


def age(path: str, seconds: float) -> None:
    """Sets `path`, and all below it, back by so many seconds."""
    then = time.time() - seconds
    for place, folders, names in os.walk(path):
        for name in (*folders, *names):
            os.utime(os.path.join(place, name), (then, then))
    os.utime(path, (then, then))


def mode(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_user_can_read_what_is_kept(data: str, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder = opened(data)
        folder.write("a.json", "holdings")
        folder.claim("target")
        path = folder.write_list("trades")
    finally:
        os.umask(before)
    assert mode(os.path.join(folder.path, "a.json")) == 0o600
    assert mode(os.path.join(folder.path, "target")) == 0o600
    assert mode(path) == 0o600
    for place in (data, os.path.dirname(folder.path), folder.path, os.path.dirname(path)):
        assert mode(place) == 0o700


def test_a_folder_that_was_open_to_others_is_closed(data: str) -> None:
    os.makedirs(os.path.join(data, "runs", ONE))
    os.chmod(os.path.join(data, "runs"), 0o755)
    assert mode(os.path.dirname(opened(data).path)) == 0o700


@pytest.mark.parametrize(
    "session", ["", ".", "..", "a/b", "a\\b", "../x", "-x", "a b", "a\n", "é", "x" * 81, "a\0"]
)
def test_a_session_id_that_is_none_names_no_folder(data: str, session: str) -> None:
    with pytest.raises(ValueError):
        RunFolder(data, session)


def test_what_is_written_is_read_as_it_was(data: str) -> None:
    folder = opened(data)
    text = "日本\r\n\u2028\ttext \U0001f4ca"
    folder.write("a.json", text)
    assert folder.read("a.json") == text
    folder.write("a.json", "shorter")
    assert folder.read("a.json") == "shorter"
    assert os.listdir(folder.path) == ["a.json"]
    folder.remove("a.json")
    folder.remove("a.json")
    assert folder.read("a.json") is None


def test_a_lone_surrogate_is_written_somehow(data: str) -> None:
    folder = opened(data)
    folder.write("a.json", "a\ud800b")
    assert folder.read("a.json") == "a?b"


def test_a_write_that_fails_leaves_the_last_text(data: str, monkeypatch: Any) -> None:
    folder = opened(data)
    folder.write("a.json", "whole")
    with monkeypatch.context() as patch:
        patch.setattr(state.os, "replace", _fail)
        with pytest.raises(OSError):
            folder.write("a.json", "half")
    assert folder.read("a.json") == "whole"
    assert os.listdir(folder.path) == ["a.json"]


def _fail(*_: Any) -> None:
    raise OSError("no")


def test_two_sessions_never_see_each_other(data: str) -> None:
    one, other = opened(data), opened(data, OTHER)
    one.write("a.json", "one")
    one.write_list("one")
    assert other.read("a.json") is None
    assert other.claim("target") and one.claim("target")
    other.clear()
    assert one.read("a.json") == "one"
    assert os.path.exists(one.list_path)
    assert not other.is_open() and one.is_open()


def test_a_new_run_forgets_the_last_one_of_its_session(data: str) -> None:
    folder = opened(data)
    folder.write("a.json", "old")
    folder.write_list("old")
    opened(data)
    assert folder.read("a.json") is None
    assert not os.path.exists(folder.list_path)


def test_the_list_outlives_its_run(data: str) -> None:
    folder = opened(data)
    folder.write("a.json", "x")
    folder.write_list("trades")
    folder.close()
    assert not os.path.exists(folder.path)
    assert os.path.exists(folder.list_path)


def test_closing_twice_or_what_was_never_open_is_fine(data: str) -> None:
    folder = RunFolder(data, ONE)
    folder.close()
    folder.clear()
    folder.open()
    folder.close()
    folder.close()
    assert not folder.is_open()


@pytest.mark.parametrize(("seconds", "stays"), [(60, True), (3000, True), (4000, False)])
def test_the_sweep_takes_what_is_an_hour_old(data: str, seconds: int, stays: bool) -> None:
    folder = opened(data)
    folder.write("a.json", "holdings")
    folder.write_list("trades")
    age(data, seconds)
    opened(data, OTHER)
    assert os.path.exists(os.path.join(folder.path, "a.json")) == stays
    assert os.path.exists(folder.list_path) == stays


def test_a_clock_that_was_set_back_keeps_nothing_for_ever(data: str) -> None:
    folder = opened(data)
    folder.write("a.json", "holdings")
    folder.write_list("trades")
    age(data, -90_000)
    assert not folder.is_open()
    sweep(data)
    assert not os.path.exists(folder.path)
    assert not os.path.exists(folder.list_path)


@pytest.mark.parametrize(("seconds", "is_open"), [(0, True), (1700, True), (1900, False)])
def test_a_run_is_open_for_half_an_hour_after_its_last_step(
    data: str, seconds: int, is_open: bool
) -> None:
    folder = opened(data)
    folder.write("a.json", "x")
    age(data, seconds)
    assert folder.is_open() == is_open


def test_any_step_keeps_the_run_open(data: str) -> None:
    folder = opened(data)
    age(data, 4000)
    folder.claim("call-1")
    assert folder.is_open()


def test_the_sweep_takes_what_a_killed_process_left(data: str) -> None:
    folder = opened(data)
    with open(os.path.join(folder.path, "a.json.99.part"), "w", encoding="utf-8") as file:
        file.write("half")
    age(data, 4000)
    sweep(data)
    assert not os.path.exists(folder.path)


def test_a_foreign_folder_in_the_way_stops_nothing(data: str) -> None:
    folder = opened(data)
    os.makedirs(os.path.join(folder.path, "folder", "inside"))
    folder.close()
    opened(data, OTHER).write("a.json", "x")


def test_links_are_removed_not_followed(data: str, tmp_path: Any) -> None:
    outside = tmp_path / "mine.txt"
    outside.write_text("mine", encoding="utf-8")
    folder = opened(data)
    os.symlink(outside, os.path.join(folder.path, "a.json"))
    folder.write("a.json", "ours")
    assert outside.read_text(encoding="utf-8") == "mine"
    os.symlink(outside, os.path.join(folder.path, "b.json"))
    folder.close()
    assert outside.exists()


def test_a_data_folder_that_is_a_file_is_an_os_error(tmp_path: Any) -> None:
    (tmp_path / "data").write_text("x", encoding="utf-8")
    with pytest.raises(OSError):
        RunFolder(str(tmp_path / "data"), ONE).open()


def test_one_claim_is_given_once_however_many_ask(data: str) -> None:
    folder = opened(data)
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        for attempt in range(5):
            won: List[bool] = pool.map(_claim, [(data, f"target-{attempt}")] * 8)
            assert sum(won) == 1
    assert folder.is_open()


def _claim(asked: Any) -> bool:
    return RunFolder(asked[0], ONE).claim(asked[1])


def test_a_run_ends_at_once_for_every_other_call(tmp_path, monkeypatch):
    """While its files are being removed nobody finds a part of them."""
    folder = state.RunFolder(str(tmp_path), "session-1")
    folder.open()
    folder.write("one.json", "1")
    folder.write("two.json", "2")
    seen = []
    remove = os.unlink

    def watch(path, *args, **named):
        seen.append((folder.is_open(), folder.read("one.json"), folder.read("two.json")))
        remove(path, *args, **named)

    monkeypatch.setattr(state.os, "unlink", watch)
    folder.close()
    assert len(seen) == 2 and set(seen) == {(False, None, None)}
    assert os.listdir(os.path.join(str(tmp_path), "runs")) == []
