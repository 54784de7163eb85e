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
from ib_portfolio.core.private.data_folder import mark_data_folder

ONE, OTHER = "session-1", "session-2"


@pytest.fixture
def data(tmp_path: Any) -> str:
    return mark_data_folder(str(tmp_path / "a data folder" / "plugin"))


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
    with open(os.path.join(folder.path, "a.json.99.1.part"), "w", encoding="utf-8") as file:
        file.write("rebalance-portfolio\nhalf")
    age(data, 4000)
    sweep(data)
    assert not os.path.exists(folder.path)


def test_a_foreign_folder_in_the_way_stops_nothing(data: str) -> None:
    folder = opened(data)
    inside = os.path.join(folder.path, "folder", "inside")
    os.makedirs(inside)
    folder.close()
    assert os.path.isdir(inside)
    other = opened(data, OTHER)
    other.write("a.json", "x")
    assert other.read("a.json") == "x"


def test_links_are_neither_followed_nor_removed(data: str, tmp_path: Any) -> None:
    outside = tmp_path / "mine.txt"
    outside.write_text("rebalance-portfolio\nmine", encoding="utf-8")
    folder = opened(data)
    link = os.path.join(folder.path, "a.json")
    os.symlink(outside, link)
    for step in (lambda: folder.write("a.json", "ours"), lambda: folder.read("a.json")):
        with pytest.raises(OSError):
            step()
    folder.remove("a.json")
    folder.close()
    assert os.path.islink(link)
    assert outside.read_text(encoding="utf-8") == "rebalance-portfolio\nmine"


@pytest.mark.parametrize("kind", ["runs", "lists"])
def test_a_linked_folder_is_refused_and_its_files_stay(data: str, tmp_path: Any, kind: str) -> None:
    outside = tmp_path / "outside"
    (outside / ONE).mkdir(parents=True)
    kept = [outside / ONE / "run.json", outside / f"{ONE}.txt"]
    for path in kept:
        path.write_text("rebalance-portfolio\nmine", encoding="utf-8")
    age(str(outside), 9000)
    os.symlink(outside, os.path.join(data, kind))
    folder = RunFolder(data, ONE)
    assert not folder.is_open()
    with pytest.raises(OSError):
        folder.open() if kind == "runs" else folder.write_list("x")
    folder.clear()
    sweep(data)
    assert all(path.exists() for path in kept)


@pytest.mark.parametrize("content", ["", "{}", "my notes", "rebalance-portfolio"])
def test_what_others_put_into_the_folder_stays(data: str, content: str) -> None:
    """Neither a run's end nor the sweep takes what has not both our name and our first line."""
    folder = opened(data)
    folder.write("a.json", "ours")
    places = (folder.path, "my notes.json"), (data, "notes.txt"), (data, "runs", "notes.txt")
    foreign = [os.path.join(*place) for place in (*places, (data, "lists", "a b.txt"))]
    os.makedirs(os.path.join(data, "lists"))
    for path in foreign:
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
    if content:
        foreign.append(os.path.join(folder.path, "b.json"))
        with open(foreign[-1], "w", encoding="utf-8") as file:
            file.write(content)
    folder.close()
    age(data, 9000)
    sweep(data)
    opened(data, OTHER).clear()
    assert [path for path in foreign if not os.path.isfile(path)] == []
    assert not os.path.exists(os.path.join(folder.path, "a.json"))


def test_a_file_in_the_place_of_ours_is_not_written_over(data: str) -> None:
    folder = opened(data)
    with open(os.path.join(folder.path, "a.json"), "w", encoding="utf-8") as file:
        file.write("mine")
    with pytest.raises(OSError):
        folder.write("a.json", "ours")
    assert folder.read("a.json") is None


def test_a_data_folder_whose_runs_are_a_file_is_an_os_error(data: str) -> None:
    with open(os.path.join(data, "runs"), "w", encoding="utf-8") as file:
        file.write("x")
    with pytest.raises(OSError):
        RunFolder(data, ONE).open()


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
    folder = state.RunFolder(mark_data_folder(str(tmp_path)), "session-1")
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
