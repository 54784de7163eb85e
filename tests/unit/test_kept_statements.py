"""The fetched statements: which of them are kept, found and removed, and when."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, List

import pytest

from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.private.data_folder import mark_data_folder
from ib_portfolio.sources.flex_web_service.credentials import looks_right, read_credentials
from ib_portfolio.sources.flex_web_service.kept_statements import (
    Content,
    KeptStatement,
    eastern_day,
    keep,
    kept_statements,
    newest_statement,
    statement_of_today,
    sweep,
    verified_path,
)

DAY = 86_400
NOON = 1_795_446_000.0  # Monday 23 November 2026, 10 in the morning in New York
WEEK = 7


@pytest.fixture
def data(tmp_path: Path) -> str:
    return mark_data_folder(str(tmp_path / "data"))


def kept(
    data: str,
    now: float = NOON,
    *,
    account: str = "U1234567",
    start: str = "2026-01-01",
    end: str = "2026-11-20",
    year: str = "",
    body: bytes = b"<a/>",
    mark: str = "mark",
) -> KeptStatement:
    content = Content((account,), (f"U***{account[-4:]}",), start, end)
    return keep(data, body, content, year, mark, now)


def names(data: str) -> List[str]:
    return sorted(os.listdir(os.path.join(data, "statements")))


def test_a_statement_is_kept_as_it_is_beside_a_list(data: str) -> None:
    found = kept(data, NOON + 0.9)
    assert found.fetched == int(NOON) and found.accounts == ("U***4567",)
    assert found.file.startswith("2026-01-01_2026-11-20_") and "1234567" not in found.file
    assert names(data) == [found.file, "kept.json"]
    assert kept_statements(data, WEEK, NOON + 1) == [found]
    path = verified_path(data, found)
    assert Path(path).read_bytes() == b"<a/>"
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_an_earlier_one_of_the_same_account_and_days_gives_way(data: str) -> None:
    first, second = kept(data), kept(data, NOON + 60, body=b"<b/>")
    assert first.file == second.file and kept_statements(data, WEEK, NOON + 60) == [second]
    other, longer = kept(data, account="U7654321"), kept(data, end="2026-11-21")
    assert len({second.file, other.file, longer.file}) == 3
    assert len(kept_statements(data, WEEK, NOON + 60)) == 3


@pytest.mark.parametrize("days", [("", "2026-11-20"), ("2026-01-01", ""), ("../x", "2026-11-20")])
def test_a_statement_without_its_days_is_not_kept(data: str, days: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        kept(data, start=days[0], end=days[1])
    assert refusal.value.key == "fetched_without_days" and names(data) == []


@pytest.mark.parametrize(
    ("seconds", "found"), [(0, True), (-1, False), (WEEK * DAY - 1, True), (WEEK * DAY, False)]
)
def test_a_statement_is_found_for_so_many_days(data: str, seconds: float, found: bool) -> None:
    kept(data)
    assert bool(kept_statements(data, WEEK, NOON + seconds)) == found
    assert bool(newest_statement(data, WEEK, NOON + seconds)) == found


def test_the_newest_comes_first_and_of_one_moment_the_later_end(data: str) -> None:
    old = kept(data, NOON - 60, end="2026-11-30")
    first, second = kept(data, end="2026-11-18"), kept(data, end="2026-11-19")
    assert kept_statements(data, WEEK, NOON) == [second, first, old]
    assert newest_statement(data, WEEK, NOON) == second
    os.unlink(os.path.join(data, "statements", second.file))
    assert newest_statement(data, WEEK, NOON) == first


def test_a_year_s_statement_is_not_that_of_the_query(data: str) -> None:
    of_year = kept(data, start="2025-01-01", end="2025-12-31", year="2025")
    assert newest_statement(data, WEEK, NOON) is None
    assert newest_statement(data, WEEK, NOON, "2025") == of_year
    assert newest_statement(data, WEEK, NOON, "2024") is None


@pytest.mark.parametrize(
    ("year", "now", "found"),
    [
        ("", NOON, True),
        ("", NOON + 13 * 3_600, True),
        ("", NOON + 15 * 3_600, False),
        ("2026", NOON, True),
        ("2026", NOON + DAY, False),
        ("2025", NOON, True),
        ("2025", NOON + 2 * DAY, True),
        ("2025", NOON + WEEK * DAY, False),
    ],
)
def test_what_is_there_today_is_not_fetched_again(
    data: str, year: str, now: float, found: bool
) -> None:
    own = kept(data, year=year)
    assert statement_of_today(data, WEEK, now, year, "mark") == (own if found else None)
    assert statement_of_today(data, WEEK, now, year, "other") is None
    assert statement_of_today(data, WEEK, now, "2024", "mark") is None


def test_the_day_is_that_of_new_york_s_winter() -> None:
    midnight = NOON - 10 * 3_600
    assert eastern_day(midnight) == "2026-11-23" and eastern_day(midnight - 1) == "2026-11-22"


@pytest.mark.parametrize("change", [b"<a/> ", b"", None])
def test_what_is_no_longer_as_it_was_fetched_is_refused(data: str, change: Any) -> None:
    found = kept(data)
    path = os.path.join(data, "statements", found.file)
    if change is None:
        os.unlink(path)
    else:
        Path(path).write_bytes(change)
    with pytest.raises(Refusal) as refusal:
        verified_path(data, found)
    assert refusal.value.key == "fetched_changed" and path in str(refusal.value)


LIST = [
    "",
    "{",
    "{}",
    "[7]",
    "[{}]",
    '[{"file": "../x.xml"}]',
]


@pytest.mark.parametrize("content", LIST)
def test_a_list_that_cannot_be_read_has_no_statement(data: str, content: str) -> None:
    kept(data)
    Path(data, "statements", "kept.json").write_text(content)
    assert kept_statements(data, WEEK, NOON) == []


def test_only_what_is_ours_by_name_is_in_the_list(data: str) -> None:
    own = kept(data)
    path = Path(data, "statements", "kept.json")
    rows = json.loads(path.read_text())
    assert len(rows) == 1
    path.write_text(json.dumps([{**rows[0], "file": "mine.xml"}, *rows]))
    Path(data, "statements", "mine.xml").write_text("mine")
    assert kept_statements(data, WEEK, NOON) == [own]


@pytest.mark.parametrize("data_folder", ["", "/nowhere at all"])
def test_without_a_folder_there_is_nothing_and_nothing_to_remove(data_folder: str) -> None:
    assert kept_statements(data_folder, WEEK, NOON) == []
    sweep(data_folder, WEEK, NOON)


def test_a_link_in_place_of_the_folder_is_not_followed(data: str, tmp_path: Path) -> None:
    kept(data)
    os.rename(os.path.join(data, "statements"), tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", os.path.join(data, "statements"))
    assert kept_statements(data, WEEK, NOON) == []
    before = sorted(os.listdir(tmp_path / "elsewhere"))
    sweep(data, WEEK, NOON + 99 * DAY)
    assert sorted(os.listdir(tmp_path / "elsewhere")) == before and len(before) == 2


def test_old_statements_go_and_others_stay(data: str) -> None:
    old = kept(data, NOON - WEEK * DAY)
    own = kept(data, NOON - WEEK * DAY + 1, end="2026-11-21")
    future = kept(data, NOON + 1, end="2026-11-22")
    sweep(data, WEEK, NOON)
    assert names(data) == [own.file, "kept.json"]
    listed = json.loads(Path(data, "statements", "kept.json").read_text())
    assert [row["file"] for row in listed] == [own.file]
    assert {old.file, future.file}.isdisjoint(names(data))


def test_the_list_is_written_only_where_it_changes(data: str) -> None:
    kept(data)
    path = Path(data, "statements", "kept.json")
    path.write_text(path.read_text() + "\n")
    sweep(data, WEEK, NOON)
    assert path.read_text().endswith("]\n")
    Path(data, "statements", kept_statements(data, WEEK, NOON)[0].file).unlink()
    sweep(data, WEEK, NOON)
    assert json.loads(path.read_text()) == []


@pytest.mark.parametrize(
    ("name", "age", "stays"),
    [
        ("2026-01-01_2026-11-20_0123456789ab.xml", 0, False),
        ("2026-01-01_2026-11-20_0123456789ab.xml.12.34.part", 3_600, True),
        ("2026-01-01_2026-11-20_0123456789ab.xml.12.34.part", 3_601, False),
        ("2026-01-01_2026-11-20_0123456789ab.xml.12.34.part", -3_601, False),
        ("2026-01-01_2026-11-20_0123456789ab.xml.bak", 9_999, True),
        ("2026-01-01_2026-11-20_0123456789AB.xml", 9_999, True),
        ("x2026-01-01_2026-11-20_0123456789ab.xml", 9_999, True),
    ],
)
def test_what_is_named_as_ours_and_not_in_the_list_goes(
    data: str, name: str, age: float, stays: bool
) -> None:
    kept(data)
    path = Path(data, "statements", name)
    path.write_text("left")
    os.utime(path, (NOON - age, NOON - age))
    sweep(data, WEEK, NOON)
    assert path.exists() == stays


def test_a_link_that_is_named_as_ours_stays(data: str, tmp_path: Path) -> None:
    kept(data)
    link = Path(data, "statements", "2026-01-01_2026-11-20_0123456789ab.xml")
    (tmp_path / "mine").write_text("mine")
    link.symlink_to(tmp_path / "mine")
    sweep(data, WEEK, NOON)
    assert link.is_symlink() and (tmp_path / "mine").read_text() == "mine"


@pytest.mark.parametrize(
    ("secret", "right"),
    [("a", True), ("Z9" * 32, True), ("Z9" * 32 + "a", False), ("", False), ("a b", False)],
)
def test_a_secret_is_of_64_letters_and_digits_at_most(secret: str, right: bool) -> None:
    assert looks_right(secret) == right


def test_marks_tell_secrets_apart_and_nothing_of_them() -> None:
    one, other = read_credentials(" token ", "query\n"), read_credentials("token", "other")
    assert (one.token, one.query_id) == ("token", "query")
    assert one.mark != other.mark and one.token_mark == other.token_mark != one.mark
    assert {len(one.mark), len(one.token_mark)} == {16}
    assert all(letter in "0123456789abcdef" for letter in one.mark + one.token_mark)
