"""Files that break things: every answer is a plan or one sentence, and nothing escapes."""

from __future__ import annotations

import io
import os
import re
import unicodedata
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terminal import FLEX, SAMPLE, STATEMENTS, Answer, run, run_process

SMALL = [
    os.path.join(STATEMENTS, "a_seed_example.xml"),
    os.path.join(STATEMENTS, "c_messy25.xml"),
    *(os.path.join(FLEX, name) for name in ("current_query.xml", "models.xml", "lots_only.xml")),
    *(os.path.join(FLEX, name) for name in ("base_eur.xml", "consolidated.xml", "cfd.xml")),
    *(os.path.join(FLEX, name) for name in ("no_account_no_rates.xml", "nav_tells_base.xml")),
    *(os.path.join(FLEX, name) for name in ("segment_with_cash.xml", "several_accounts.xml")),
    os.path.join(FLEX, "several_days_day_first.xml"),
]
VALUES = st.one_of(
    st.sampled_from(
        "0|-0|1|-1|0.00000000000000000001|99999|1e5|1e-99|1e400|NaN|Infinity|-Infinity|"
        "1,000|0x10|4_0|٣|１|LOT|SUMMARY|OPT|BOND|BILL|FUT|USD|EUR|JPY|BASE_SUMMARY|USD.CASH|20261120|"
        "20261119|11/12/2026|31/10/2026|10/31/26|2026-11-20;16:00:00|U1111111|```|&#x202E;|&#x1F600;|&#xA0;|&#x9;|"
        "&lt;b&gt;|&amp;|../../etc/passwd|%s%n{0}{gap}| ".split("|")
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters='<&"\x00'), max_size=20),
    st.decimals(allow_nan=False, allow_infinity=False, places=4).map(str),
)
moderate = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@cache
def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


@cache
def _attributes(path: str) -> list[tuple[int, int]]:
    """Where the values of the attributes are that the program may read."""
    names = rb" (?:position|markPrice|positionValue|costBasisMoney|fifoPnlUnrealized|multiplier|"
    names += rb"fxRateToBase|currency|symbol|assetCategory|conid|reportDate|levelOfDetail|"
    names += (
        rb"openDateTime|accruedInt|endingCash|total|interestAccruals|rate|toCurrency|fromCurrency|"
    )
    names += rb"holdingPeriodDateTime|cash|stock|bonds|fromDate|whenGenerated|"
    names += rb'accountId|toDate|cusip|model|tradeDate|quantity|buySell)="([^"]*)"'
    return [found.span(1) for found in re.finditer(names, _bytes(path))]


def _assert_decent(answer: Answer) -> None:
    assert answer.code in (0, 1, 2)
    said = answer.out + answer.err
    assert "Traceback" not in said
    assert "Something went wrong inside" not in said
    assert "did not pass its own check" not in said
    assert "```" not in said
    bad = {char for char in said if unicodedata.category(char)[0] == "C" and char != "\n"}
    assert not bad
    assert bool(answer.out) == (answer.code == 0)
    assert answer.code == 0 or len(answer.err.splitlines()) == 1


def _answer(tmp_path, content: bytes, *words: str) -> Answer:
    path = os.path.join(str(tmp_path), "statement.xml")
    with open(path, "wb") as file:
        file.write(content)
    answer = run(["growth", "--dry-run", "--statement", path, *words])
    _assert_decent(answer)
    return answer


@moderate
@given(data=st.data(), path=st.sampled_from([SAMPLE, *SMALL]))
def test_changed_values(tmp_path, data, path: str) -> None:
    content = _bytes(path)
    place = st.sampled_from(_attributes(path))
    places = data.draw(st.lists(place, min_size=1, max_size=3, unique=True))
    for start, end in sorted(places, reverse=True):
        content = content[:start] + data.draw(VALUES).encode("utf-8") + content[end:]
    words = [(), ("--json",), ("--lots",), ("--account", "all"), ("--account", "1111")]
    _answer(tmp_path, content, *data.draw(st.sampled_from(words)))


@moderate
@given(data=st.data(), path=st.sampled_from([SAMPLE, *SMALL]))
def test_changed_bytes(tmp_path, data, path: str) -> None:
    content = _bytes(path)
    start = data.draw(st.integers(0, len(content)))
    length = data.draw(st.one_of(st.integers(0, 8), st.integers(0, len(content))))
    new = data.draw(st.one_of(st.binary(max_size=8), st.just(content[start : start + 4000])))
    _answer(tmp_path, content[:start] + new + content[start + length :])


@moderate
@given(data=st.data(), path=st.sampled_from(SMALL))
def test_lines_left_out_doubled_and_moved(tmp_path, data, path: str) -> None:
    lines = _bytes(path).split(b"\n")
    for _ in range(data.draw(st.integers(1, 3))):
        place, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        what = data.draw(st.sampled_from(["leave out", "double", "move"]))
        line = lines[place] if what == "double" else lines.pop(place)
        if what != "leave out":
            lines.insert(other, line)
    _answer(tmp_path, b"\n".join(lines))


@pytest.mark.parametrize("name", ["billion_laughs.xml", "deep.xml", "symbol_markdown.xml", "."])
def test_in_a_process_of_its_own(name: str) -> None:
    _assert_decent(run_process(["growth", "--statement", name], folder=FLEX))


@pytest.mark.parametrize("name", sorted(os.listdir(FLEX)))
@pytest.mark.parametrize("option", ["--dry-run", "--json"])
def test_every_statement_of_the_table(name: str, option: str) -> None:
    _assert_decent(run(["balanced", option, "--statement", name], folder=FLEX))


def test_a_sparse_file_of_200_megabytes_is_refused(tmp_path) -> None:
    path = tmp_path / "large.xml"
    with open(path, "wb") as file:
        file.truncate(200_000_000)
    answer = run(["growth", "--statement", "large.xml"], folder=str(tmp_path))
    assert answer == (
        1,
        "",
        "large.xml is larger than 100 MB, more than any Flex statement. "
        "Give the statement alone, with a shorter period if need be.\n",
    )


def test_a_file_without_permission_is_refused(tmp_path, monkeypatch) -> None:
    path = tmp_path / "closed.xml"
    path.write_bytes(_bytes(SMALL[0]))

    def closed(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ib_portfolio.sources.flex_xml.open", closed, raising=False)
    answer = run(["growth", "--statement", "closed.xml"], folder=str(tmp_path))
    wanted = "closed.xml cannot be read (Permission denied). Check its permissions, or give another"
    assert answer.code == 1 and answer.err == f"{wanted} file.\n"


def test_a_pipe_is_not_waited_for(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    answer = run(["growth", "--statement", "pipe.xml"], folder=str(tmp_path))
    assert answer.code == 1 and answer.err.startswith("pipe.xml is a pipe, a device or a system")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/proc/self/environ", "link.xml"])
def test_devices_and_files_of_the_system_are_refused_unread(tmp_path, path) -> None:
    os.symlink("/dev/zero", tmp_path / "link.xml")
    answer = run(["growth", "--statement", path], folder=str(tmp_path))
    assert answer.code == 1
    assert answer.err.startswith(f"{path} is a pipe, a device or a system file") or (
        path.startswith("/proc") and not os.path.exists(path)
    )


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch) -> None:
    path = tmp_path / "grows.xml"
    path.write_bytes(_bytes(SMALL[0]))
    longer = io.BytesIO(b" " * 200_000_000)
    monkeypatch.setattr("ib_portfolio.sources.flex_xml.open", lambda *_: longer, raising=False)
    answer = run(["growth", "--statement", "grows.xml"], folder=str(tmp_path))
    assert answer.code == 1 and answer.err.startswith("grows.xml is larger than 100 MB")


def test_a_name_with_control_characters_is_printed_plain(tmp_path) -> None:
    answer = run(["growth", "--statement", "a\x1b[2J\u202e```b.xml"], folder=str(tmp_path))
    _assert_decent(answer)
    assert answer.err.startswith("No file at a(2J'''b.xml.")
