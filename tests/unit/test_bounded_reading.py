"""Reading is bounded: each text is parsed once, twice the rows are twice the work, and no more."""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial
from typing import Callable, Dict

import pytest
from portfolios import Rows, day_of, many_rows, request_for, statement_xml
from terminal import run

from ib_portfolio.checked_plan import checked_document
from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources.flex_positions import position_rows
from ib_portfolio.sources.flex_rows import MOST_POSITIONS, PositionRow, statement_rows
from ib_portfolio.sources.flex_statement import portfolio_of
from ib_portfolio.sources.flex_xml import read_flex

NUMBERS = (
    *("position", "markPrice", "positionValue", "costBasisMoney", "fifoPnlUnrealized"),
    *("fxRateToBase", "multiplier", "accruedInt", "endingCash", "rate", "total", "cash"),
)


def calls_of(action: Callable[[], object]) -> Dict[str, int]:
    """How often each Python function is called by `action`."""
    found: Counter = Counter()

    def count(frame, event: str, _arg: object) -> None:
        if event == "call":
            found[frame.f_code.co_name] += 1

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return found


def look_alikes(count: int) -> Rows:
    """Different positions of one symbol that no conid tells apart."""
    rows = many_rows(count)
    for place, row in enumerate(rows["OpenPosition"]):
        row.update(symbol="TWIN", conid="", description=f"contract {place}")
    return rows


def plan(rows: Rows) -> None:
    day = day_of(rows)
    evidence = statement_evidence(day.rows, {})
    checked_document(portfolio_of(day, "statement"), evidence, request_for("growth"), "2026-11-20")


def test_each_number_is_parsed_once_on_the_way_to_a_portfolio() -> None:
    rows = many_rows(300)
    rows["ConversionRate"] = [{"fromCurrency": "EUR", "toCurrency": "USD", "rate": "1.08"}]
    written = [
        row[name] for found in rows.values() for row in found for name in NUMBERS if name in row
    ]
    days = {row["reportDate"] for row in rows["OpenPosition"]}
    assert len(written) > 1_500
    found = calls_of(lambda: portfolio_of(day_of(rows), "statement"))
    assert found["parse_decimal"] == len(written)
    assert found["parse_date"] <= len(days) + 1  # a day that was read is known


@pytest.mark.parametrize("make", [many_rows, look_alikes])
def test_twice_the_positions_are_twice_the_work(make: Callable[[int], Rows]) -> None:
    plan(make(20))  # loads what is loaded once
    few, many = (sum(calls_of(partial(plan, make(count))).values()) for count in (400, 800))
    assert 1.5 < many / few < 2.5


class Counted(PositionRow):
    """A row that counts how often it is compared with another."""

    times = 0

    def __eq__(self, other: object) -> bool:
        Counted.times += 1
        return tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def test_doubled_rows_are_found_without_comparing_each_with_each() -> None:
    rows = [Counted(*row) for row in statement_rows(day_of(look_alikes(500))).positions]
    assert len(position_rows(rows)) == 500
    assert Counted.times < 500
    with pytest.raises(Refusal) as refusal:
        position_rows([*rows, rows[250]])
    assert refusal.value.key == "row_twice"


def test_more_positions_than_a_plan_is_made_for_are_one_refusal(tmp_path) -> None:
    rows = many_rows(1)
    text = statement_xml(rows)
    (line,) = (line for line in text.splitlines() if line.startswith("<OpenPosition "))
    fields = 'currency="USD" assetCategory="STK" position="1" positionValue="1"'
    more = [f'<OpenPosition symbol="X{place}" {fields}/>' for place in range(MOST_POSITIONS)]
    path = tmp_path / "many.xml"
    path.write_text(text.replace(line, "\n".join([line, *more])), encoding="utf-8")
    answer = run(["growth", "--statement", str(path)])
    said = "The account has more than 20,000 positions, more than a plan can be made for."
    assert (answer.code, answer.out) == (1, "") and answer.err.startswith(said)
    # Twins without a conid are told apart only once they are read.
    twins = [line.replace('conid="1000"', f'model="{place}"') for place in range(20_001)]
    path.write_text(text.replace(line, "\n".join(twins)), encoding="utf-8")
    assert run(["growth", "--statement", str(path)]).err.startswith(said)
    (typed,) = statement_rows(day_of(rows)).positions
    contracts = (typed.contract._replace(conid=str(place)) for place in range(MOST_POSITIONS))
    assert len(position_rows([typed._replace(contract=one) for one in contracts])) == 20_000


def test_as_many_rows_as_are_allowed_are_read(tmp_path, monkeypatch) -> None:
    path = tmp_path / "many.xml"
    path.write_text(statement_xml(many_rows(40)), encoding="utf-8")
    (statement,) = read_flex(str(path))
    count = sum(map(len, statement.rows.values()))
    assert count > 40
    monkeypatch.setattr("ib_portfolio.sources.flex_xml.MOST_ROWS", count)
    assert read_flex(str(path)) == [statement]
    monkeypatch.setattr("ib_portfolio.sources.flex_xml.MOST_ROWS", count - 1)
    with pytest.raises(Refusal) as refused:
        read_flex(str(path))
    assert refused.value.key == "file_too_many_rows"


def test_more_rows_than_any_statement_are_one_refusal(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("ib_portfolio.sources.flex_xml.MOST_ROWS", 40)
    path = tmp_path / "many.xml"
    path.write_text(statement_xml(many_rows(40)), encoding="utf-8")
    answer = run(["growth", "--statement", str(path)])
    assert (answer.code, answer.out) == (1, "") and "has more rows than any Flex" in answer.err


@pytest.mark.parametrize(("spare", "code"), [(-1, 1), (0, 0), (1, 0)])
def test_as_many_rows_as_any_statement_has_are_read(
    tmp_path, monkeypatch, spare: int, code: int
) -> None:
    rows = many_rows(40)
    path = tmp_path / "many.xml"
    path.write_text(statement_xml(rows), encoding="utf-8")
    most = sum(map(len, rows.values())) + spare
    monkeypatch.setattr("ib_portfolio.sources.flex_xml.MOST_ROWS", most)
    answer = run(["growth", "--statement", str(path)])
    assert answer.code == code, answer.err
    assert ("has more rows than any Flex" in answer.err) == bool(code)
