"""A server whose figures contradict each other is refused by name, with both figures."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Callable, Dict, List, Tuple

import pytest
from server_session import START, ServerSession, server_for

from ib_portfolio.claude_code.tool_answer import read_answer
from ib_portfolio.core.messages import Refusal
from ib_portfolio.sources.server_ledger import reconcile_answers

Json = Dict[str, Any]
CASES = ("a_seed_example", "b_all_stocks", "c_messy25", "d_25_plain", "d_500")


def row(positions: Json, symbol: str) -> Json:
    return next(one for one in positions["positions"] if one["symbol"] == symbol)


def put(part: Json, **fields: Any) -> None:
    """Replaces what is there; a name that is not there would plant nothing."""
    assert set(fields) <= set(part)
    part.update(fields)


def times(part: Json, name: str, factor: str) -> None:
    part[name] = str(Decimal(part[name]) * Decimal(factor))


def swap(positions: Json, name: str, one: str, other: str) -> None:
    first, second = row(positions, one), row(positions, other)
    first[name], second[name] = second[name], first[name]


def without(positions: Json, summary: Json, symbol: str) -> None:
    """A position left out of the rows and of both counts, but not of the totals."""
    positions["positions"].remove(row(positions, symbol))
    positions["position_count"] -= 1
    summary["positions"]["position_count"] -= 1


def grown(positions: Json, summary: Json, symbol: str) -> None:
    """A position twice as large, and consistently so, but not in the totals."""
    for name in ("quantity", "position_value", "cost_basis", "unrealized_pnl"):
        times(row(positions, symbol), name, "2")


def dearer(positions: Json, summary: Json, symbol: str) -> None:
    for name in ("mark_price", "position_value"):
        times(row(positions, symbol), name, "1.1")


def totals_too(positions: Json, summary: Json) -> None:
    """All totals moved along with each other, away from the rows."""
    for part in (positions["totals"], summary["positions"], summary["account_value"]):
        part["total_value"] = str(Decimal(part["total_value"]) + 1000)
    breakdown = summary["account_value"]["breakdown"]
    breakdown["positions"] = str(Decimal(breakdown["positions"]) + 1000)


def cash_row(summary: Json, currency: str, amount: str) -> None:
    added = {"currency": currency, "ending_cash": amount, "ending_settled_cash": amount}
    summary["cash"]["by_currency"].append(added)


Plant = Callable[[Json, Json], None]
# What is planted into the answers on a_seed_example, and the two figures that it is refused with.
PLANTED: List[Tuple[str, Plant, Tuple[str, ...]]] = [
    ("value of shares", lambda p, s: times(row(p, "CSPX"), "position_value", "1.1"),
     ("CSPX", "33,000.00", "30,000.00")),
    ("value of a bond", lambda p, s: times(row(p, "STRIPS-2040"), "position_value", "1.01"),
     ("STRIPS-2040", "40,400.00", "40,000.00")),
    ("quantity", lambda p, s: put(row(p, "CSPX"), quantity="55"), ("CSPX", "33,000.00")),
    ("quantity of a bond", lambda p, s: put(row(p, "STRIPS-2040"), quantity="8000"),
     ("STRIPS-2040", "4,000.00")),
    ("sign of a quantity", lambda p, s: times(row(p, "CSPX"), "quantity", "-1"),
     ("CSPX", "-30,000.00")),
    ("price", lambda p, s: put(row(p, "CSPX"), mark_price="606"), ("CSPX", "30,300.00")),
    ("price of a bond in units", lambda p, s: put(row(p, "STRIPS-2040"), mark_price="0.5"),
     ("STRIPS-2040", "400.00")),
    ("multiplier", lambda p, s: put(row(p, "CSPX"), multiplier="100"), ("CSPX", "3,000,000.00")),
    ("no multiplier", lambda p, s: put(row(p, "CSPX"), multiplier="0"), ("CSPX", " 0.00")),
    ("no value", lambda p, s: put(row(p, "CSPX"), position_value="0"), ("CSPX", " 0.00")),
    ("class", lambda p, s: put(row(p, "CSPX"), asset_class="BOND"), ("CSPX", "300.00")),
    ("values swapped", lambda p, s: swap(p, "position_value", "CSPX", "INDA"),
     ("CSPX", "20,000.00", "30,000.00")),
    ("quantities swapped", lambda p, s: swap(p, "quantity", "CSPX", "INDA"), ("CSPX",)),
    ("cost", lambda p, s: times(row(p, "CSPX"), "cost_basis", "1.05"), ("CSPX", "30,000.00")),
    ("gain", lambda p, s: times(row(p, "CSPX"), "unrealized_pnl", "-1"), ("CSPX", "30,000.00")),
    ("no gain", lambda p, s: put(row(p, "CSPX"), unrealized_pnl="0"), ("CSPX", "30,000.00")),
    ("average cost", lambda p, s: times(row(p, "CSPX"), "average_cost", "1.1"), ("CSPX",)),
    ("no cost", lambda p, s: put(row(p, "CSPX"), cost_basis="0"), ("CSPX", " 0.00")),
    ("realized gain", lambda p, s: put(row(p, "CSPX"), realized_pnl="70"), ("70.00", " 0.00")),
    ("a dearer row", lambda p, s: dearer(p, s, "CSPX"), ("33,000.00", "30,000.00")),
    ("a larger row", lambda p, s: grown(p, s, "CSPX"), ("90,000.00", "120,000.00")),
    ("a missing row", lambda p, s: without(p, s, "INDA"), ("90,000.00", "70,000.00")),
    ("total value", lambda p, s: put(p["totals"], total_value="90000.02"),
     ("90,000.02", "90,000.00")),
    ("total gain", lambda p, s: put(p["totals"], total_unrealized_pnl="6001"),
     ("6,001.00", "6,000.00")),
    ("total realized", lambda p, s: put(p["totals"], total_realized_pnl="5"), ("5.00", " 0.00")),
    ("total value of the summary", lambda p, s: put(s["positions"], total_value="99000"),
     ("99,000.00", "90,000.00")),
    ("total gain of the summary", lambda p, s: put(s["positions"], total_unrealized_pnl="1"),
     ("1.00", "6,000.00")),
    ("all totals", totals_too, ("91,000.00", "90,000.00")),
    ("total cash", lambda p, s: put(s["cash"], total_cash="11000"), ("11,000.00", "10,000.00")),
    ("cash of a currency",
     lambda p, s: put(s["cash"]["by_currency"][0], ending_cash="20000"),
     ("10,000.00", "20,000.00")),
    ("a further currency", lambda p, s: cash_row(s, "GBP", "500"), ()),
    ("a currency twice", lambda p, s: cash_row(s, "USD", "0"), ("USD",)),
    ("no currency", lambda p, s: cash_row(s, "", "0"), ()),
    ("net asset value", lambda p, s: put(s["account_value"], total_value="100001"),
     ("100,001.00", "100,000.00")),
    ("its cash", lambda p, s: put(s["account_value"]["breakdown"], cash="9000"),
     ("9,000.00", "10,000.00")),
    ("its positions", lambda p, s: put(s["account_value"]["breakdown"], positions="80000"),
     ("80,000.00", "90,000.00")),
    ("the count", lambda p, s: put(s["positions"], position_count=4), ()),
    ("base currency", lambda p, s: put(s, base_currency="EUR"), ("EUR", "USD")),
    ("currency of a row", lambda p, s: put(row(p, "CSPX"), currency="EUR"), ("EUR, USD",)),
    ("account", lambda p, s: put(row(p, "CSPX"), account_id="U7654321"), ()),
    ("period", lambda p, s: put(s["date_range"], to="2026-01-02"), ()),
]  # fmt: skip
# Into the answers on c_messy25: other currencies, options, a future, a bill.
MESSY: List[Tuple[str, Plant, Tuple[str, ...]]] = [
    ("yen without rate", lambda p, s: times(row(p, "7203.T"), "position_value", "149"),
     ("7203.T", "20,100.00")),
    ("price in base currency", lambda p, s: times(row(p, "7203.T"), "mark_price", "0.0067"),
     ("7203.T", "134.67")),
    ("rate of one row", lambda p, s: times(row(p, "SAP"), "fx_rate_to_base", "1.05"),
     ("SAP", "13,608.00", "14,288.40")),
    ("rate of all rows",
     lambda p, s: [times(one, "fx_rate_to_base", "1.05") for one in p["positions"]
                   if one["currency"] == "EUR"],
     ("SAP",)),
    ("option", lambda p, s: put(row(p, "AAPL  270115C00250000"), multiplier="10"), ("AAPL",)),
    ("future", lambda p, s: times(row(p, "MESZ6"), "position_value", "0.2"), ("MESZ6",)),
    ("bill", lambda p, s: times(row(p, "T 0 01/21/27"), "position_value", "10"), ("T 0 01/21/27",)),
    ("short", lambda p, s: times(row(p, "TSLA"), "position_value", "-1"), ("TSLA",)),
]  # fmt: skip


def said_of(tmp_path: Any, case: str, plant: Plant) -> str:
    """What a run on a case answers once both answers, with what is planted in them, are there."""
    session = ServerSession(tmp_path, case)
    real = session.server.call
    sent = {"start_date": START}
    tools = ("get_positions", "get_account_summary")
    answers = {tool: json.loads(real(tool, sent)) for tool in tools}
    plant(*answers.values())
    session.server.call = lambda tool, sent: json.dumps(answers[tool])
    said = session.fetch_all()
    assert session.files() == [], "the run is over"
    return said


def ids(rows: List[Tuple[str, Plant, Tuple[str, ...]]]) -> List[str]:
    return [name for name, _, _ in rows]


@pytest.mark.parametrize(("name", "plant", "figures"), PLANTED, ids=ids(PLANTED))
def test_a_planted_contradiction_is_refused(
    tmp_path: Any, name: str, plant: Plant, figures: Tuple[str, ...]
) -> None:
    said = said_of(tmp_path, "a_seed_example", plant)
    assert "=== Portfolio" not in said and "target allocation" not in said
    assert [figure for figure in figures if figure not in said] == [], said


@pytest.mark.parametrize(("name", "plant", "figures"), MESSY, ids=ids(MESSY))
def test_one_among_other_kinds_is_refused(
    tmp_path: Any, name: str, plant: Plant, figures: Tuple[str, ...]
) -> None:
    said = said_of(tmp_path, "c_messy25", plant)
    assert "target allocation" not in said
    assert [figure for figure in figures if figure not in said] == [], said


def answers_of(case: str, folder: Any) -> Tuple[Json, Json]:
    server = server_for(case, str(folder))
    tools = ("get_positions", "get_account_summary")
    texts = [server.call(tool, {"start_date": START}) for tool in tools]
    positions, summary = (read_answer(text, "") for text in texts)
    return positions, summary


@pytest.mark.parametrize("case", CASES)
def test_what_the_real_server_answers_agrees(tmp_path: Any, case: str) -> None:
    reconcile_answers(*answers_of(case, tmp_path))


@pytest.mark.parametrize(
    ("change", "agrees"),
    [
        ({"mark_price": "600.59"}, True),  # under a thousandth
        ({"mark_price": "600.7"}, False),
        ({"unrealized_pnl": "4000.01", "position_value": "30000"}, True),  # a cent
        ({"unrealized_pnl": "4000.02"}, False),
        ({"quantity": "50.04"}, True),
        ({"quantity": "50.06"}, False),
    ],
)
def test_rounding_is_no_contradiction(tmp_path: Any, change: Json, agrees: bool) -> None:
    positions, summary = answers_of("a_seed_example", tmp_path)
    own = row(positions, "CSPX")
    own.update({"cost_basis": "26000", "average_cost": "520", "unrealized_pnl": "4000", **change})
    gains = sum(Decimal(one["unrealized_pnl"]) for one in positions["positions"])
    for part in (positions["totals"], summary["positions"]):
        part["total_unrealized_pnl"] = str(gains)
    if agrees:
        reconcile_answers(positions, summary)
    else:
        with pytest.raises(Refusal) as caught:
            reconcile_answers(positions, summary)
        assert caught.value.key == "server_contradiction"


def test_an_inflation_linked_bond_may_be_worth_more_than_its_price(tmp_path: Any) -> None:
    """Its value has an index factor; its cost and gain and the totals still have to agree."""
    positions, summary = answers_of("a_seed_example", tmp_path)
    bond = row(positions, "STRIPS-2040")
    put(bond, mark_price=str(Decimal(bond["mark_price"]) / 2))
    with pytest.raises(Refusal):
        reconcile_answers(positions, summary)
    put(bond, description="TII 0 5/8 01/15/46")
    reconcile_answers(positions, summary)
    times(bond, "position_value", "1.01")
    with pytest.raises(Refusal):
        reconcile_answers(positions, summary)


@pytest.mark.parametrize("name", ["totals"])
def test_a_missing_part_is_named(tmp_path: Any, name: str) -> None:
    positions, summary = answers_of("a_seed_example", tmp_path)
    del positions[name]
    with pytest.raises(Refusal) as caught:
        reconcile_answers(positions, summary)
    assert "get_positions" in str(caught.value)


@pytest.mark.parametrize("name", ["account_value", "cash", "positions"])
def test_a_missing_part_of_the_summary_is_named(tmp_path: Any, name: str) -> None:
    positions, summary = answers_of("a_seed_example", tmp_path)
    del summary[name]
    with pytest.raises(Refusal) as caught:
        reconcile_answers(positions, summary)
    assert "get_account_summary" in str(caught.value)
