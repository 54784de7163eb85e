"""The server's answers become the portfolio that the statement behind them is."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any, Dict, List, Tuple

import pytest
from portfolios import request_for
from server_session import START, server_for
from terminal import STATEMENTS

from ib_portfolio.checked_plan import plan_from_statement
from ib_portfolio.claude_code.tool_answer import read_answer
from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.portfolio import Portfolio
from ib_portfolio.planning.adjusted_portfolio import apply_preferences, require_locks_held
from ib_portfolio.request.preferences import read_preferences
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_statement import portfolio_of
from ib_portfolio.sources.flex_xml import read_flex
from ib_portfolio.sources.ib_sec_mcp import server_portfolio
from ib_portfolio.sources.saved_statements import newest_statement

Answers = Tuple[Dict[str, Any], Dict[str, Any]]
CASES = ("a_seed_example", "b_all_stocks", "c_messy25", "d_25_plain", "d_500")


def answers_of(case: str, folder: Any) -> Answers:
    """get_positions and get_account_summary on a recorded case."""
    server = server_for(case, str(folder))
    texts = (server.call(tool, {"start_date": START})
             for tool in ("get_positions", "get_account_summary"))  # fmt: skip
    positions, summary = (read_answer(text, "") for text in texts)
    return positions, summary


@pytest.fixture
def seed(tmp_path: Any) -> Answers:
    return answers_of("a_seed_example", tmp_path)


@pytest.fixture
def messy(tmp_path: Any) -> Answers:
    return answers_of("c_messy25", tmp_path)


def statement_of(case: str) -> Portfolio:
    path = f"{STATEMENTS}/{case}.xml"
    return portfolio_of(account_day(read_flex(path), ""), "statement")


def refusal_of(positions: Any, summary: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        server_portfolio(positions, summary)
    return refusal.value


def change(answer: Dict[str, Any], **fields: Any) -> Dict[str, Any]:
    """A copy of get_positions with these fields in its first row."""
    changed = copy.deepcopy(answer)
    changed["positions"][0].update(fields)
    return changed


@pytest.mark.parametrize("case", CASES)
def test_every_position_is_the_statement_s(tmp_path: Any, case: str) -> None:
    ours, theirs = server_portfolio(*answers_of(case, tmp_path)), statement_of(case)
    assert len(ours.positions) == len(theirs.positions) > 0
    assert ours.cash == theirs.cash
    assert ours.account == theirs.account == "U***4567"
    for mine, other in zip(ours.positions, theirs.positions):
        same = ("symbol", "currency", "asset_class", "quantity", "rate", "value", "as_of")
        for field in same:
            assert getattr(mine, field) == getattr(other, field), (mine.symbol, field)
        assert mine.unit_value == other.unit_value
    assert ours.investable_value == theirs.investable_value


def test_a_bill_that_the_server_calls_other_is_a_bond(messy: Answers) -> None:
    stated = {row["symbol"]: row["asset_class"] for row in messy[0]["positions"]}
    assert stated["T 0 01/21/27"] == "OTHER"
    found = {row.symbol: row for row in server_portfolio(*messy).positions}
    assert found["T 0 01/21/27"].asset_class == "BOND"
    assert found["T 0 01/21/27"].treasury
    assert found["BTC"].asset_class is None or found["BTC"].held_reason


def test_other_rows_are_never_bills_by_accident(messy: Answers) -> None:
    for symbol, fields in (("XYZ WS", {}), ("IBUS500", {}), ("BTC", {"cusip": "912000000"})):
        changed = copy.deepcopy(messy[0])
        row = next(row for row in changed["positions"] if row["symbol"] == symbol)
        row.update(fields)
        found = {row.symbol: row for row in server_portfolio(changed, messy[1]).positions}
        assert found[symbol].held_reason, symbol


def test_two_listings_of_one_symbol_stay_two(messy: Answers) -> None:
    rows = [row for row in server_portfolio(*messy).positions if row.symbol == "VOD"]
    assert {row.currency for row in rows} == {"USD", "GBP"}


def test_a_cost_of_0_is_told_where_the_gain_comes_of_it(seed: Answers) -> None:
    value = seed[0]["positions"][0]["position_value"]
    for fields, zero_cost in (
        ({}, False),
        ({"cost_basis": "0"}, False),  # the server fills in 0 where the cost is missing
        ({"cost_basis": "0", "unrealized_pnl": value}, True),
    ):
        found = server_portfolio(change(seed[0], **fields), seed[1]).positions[0]
        assert found.zero_cost == zero_cost


def test_lots_of_one_instrument_are_one_position(seed: Answers) -> None:
    positions, summary = copy.deepcopy(seed)
    first = positions["positions"][0]
    names = ("quantity", "position_value", "unrealized_pnl")
    values = (("20", "12000", "2400"), ("30", "18000", "3600"))
    lots = [{**first, **dict(zip(names, row))} for row in values]
    positions["positions"][:1] = lots
    positions["position_count"] = summary["positions"]["position_count"] = 4
    found = server_portfolio(positions, summary).positions
    assert len(found) == 3
    assert (found[0].quantity, found[0].value) == (50, 30000)
    assert found[0].unrealized_gain == 6000


def test_summary_and_lot_rows_together_are_refused(seed: Answers) -> None:
    positions, summary = copy.deepcopy(seed)
    first = positions["positions"][0]
    positions["positions"] += [{**first, "quantity": "20"}, {**first, "quantity": "30"}]
    positions["position_count"] = summary["positions"]["position_count"] = 5
    refusal = refusal_of(positions, summary)
    assert refusal.key == "server_doubled"
    assert "CSPX" in str(refusal)


def test_a_row_sent_twice_is_refused(seed: Answers) -> None:
    positions, summary = copy.deepcopy(seed)
    positions["positions"].append(positions["positions"][0])
    count = len(positions["positions"])
    positions["position_count"] = summary["positions"]["position_count"] = count
    assert refusal_of(positions, summary).key == "server_doubled"


@pytest.mark.parametrize("noise", ["0.8000000000000000444089209850062616169452667236328125", "0.8"])
def test_the_noise_of_floats_is_gone(seed: Answers, noise: str) -> None:
    found = server_portfolio(change(seed[0], quantity=noise), seed[1]).positions[0]
    assert found.quantity == Decimal("0.8")


def test_a_lock_names_a_symbol_as_the_report_shows_it(seed: Answers) -> None:
    positions = change(seed[0], symbol="a|b")
    portfolio = server_portfolio(positions, seed[1])
    preferences = read_preferences({"lock": "a/b"}, "USD")
    require_locks_held(preferences, portfolio.positions)
    locked = apply_preferences(portfolio, preferences).portfolio.locked
    assert [row.symbol for row in locked] == ["a|b"]


def test_a_base_currency_that_is_not_usd_is_found_by_its_rate(seed: Answers) -> None:
    positions = copy.deepcopy(seed[0])
    for row in positions["positions"]:
        row.update(currency="EUR")
    positions["positions"][1].update(currency="USD", fx_rate_to_base="0.92")
    portfolio = server_portfolio(positions, seed[1])
    assert portfolio.base_currency == "EUR"
    assert portfolio.usd_rate == Decimal("0.92")
    assert "by the rates of its positions it is EUR" in " ".join(portfolio.warnings)


def test_a_base_currency_that_nothing_is_in_is_assumed_and_said(seed: Answers) -> None:
    positions = copy.deepcopy(seed[0])
    for row in positions["positions"]:
        row.update(currency="EUR", fx_rate_to_base="1.08")
    portfolio = server_portfolio(positions, seed[1])
    assert portfolio.base_currency == "USD"
    assert "USD is assumed" in " ".join(portfolio.warnings)


def test_a_base_currency_that_nothing_is_in_is_not_usd_where_that_has_a_rate(seed: Answers) -> None:
    positions = copy.deepcopy(seed[0])
    for row in positions["positions"]:
        row.update(currency="EUR", fx_rate_to_base="162.55")
    positions["positions"][1].update(currency="USD", fx_rate_to_base="150")
    assert refusal_of(positions, seed[1]).key == "server_base_unknown"


def test_two_currencies_at_one_are_refused(seed: Answers) -> None:
    assert refusal_of(change(seed[0], currency="EUR"), seed[1]).key == "server_rates"


def test_cash_by_currency_is_converted(messy: Answers) -> None:
    positions, summary = copy.deepcopy(messy)
    rates = {row["currency"]: Decimal(row["fx_rate_to_base"]) for row in positions["positions"]}
    rows = {"USD": "-60000", "EUR": "12000", "JPY": "1500000"}
    summary["cash"]["by_currency"] = [
        {"currency": name, "ending_cash": amount, "ending_settled_cash": amount}
        for name, amount in rows.items()
    ]
    wanted = sum(rates[name] * Decimal(amount) for name, amount in rows.items())
    assert server_portfolio(positions, summary).cash == round(wanted, 2)
    summary["cash"]["by_currency"][2]["currency"] = "CHF"
    assert refusal_of(positions, summary).key == "no_rate"


def test_dates_that_differ_are_said(seed: Answers) -> None:
    portfolio = server_portfolio(change(seed[0], position_date="2026-11-20"), seed[1])
    assert portfolio.as_of == "2026-11-22"
    assert "CSPX 2026-11-20" in " ".join(portfolio.warnings)


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": None}, {"quantity": "NaN"}, {"quantity": True}, {"quantity": [1]},
        {"position_value": "1,000"}, {"position_value": ""}, {"fx_rate_to_base": "x"},
        {"unrealized_pnl": {}}, {"currency": 7}, {"symbol": 7}, {"asset_class": []},
    ],
)  # fmt: skip
def test_a_field_that_cannot_be_used_is_named(seed: Answers, fields: Dict[str, Any]) -> None:
    refusal = refusal_of(change(seed[0], **fields), seed[1])
    assert refusal.key == "answer_field"
    assert next(iter(fields)) in str(refusal)


@pytest.mark.parametrize("symbol", ["", "   ", None, "x" * 61])
def test_a_symbol_that_cannot_be_used_is_refused(seed: Answers, symbol: Any) -> None:
    assert refusal_of(change(seed[0], symbol=symbol), seed[1]).key == "row_symbol"


def _parts(seed: Answers) -> List[Tuple[str, Any, Any]]:
    positions, summary = seed
    return [
        ("no_positions", {**positions, "positions": [], "position_count": 0}, summary),
        ("server_error", {"error": "x"}, summary),
        ("server_error", positions, {"error": "x"}),
        ("answer_shape", {}, summary),
        ("answer_shape", {**positions, "positions": "x"}, summary),
        ("answer_shape", {**positions, "positions": [7, 8, 9]}, summary),
        ("answer_shape", {**positions, "position_count": 2}, summary),
        ("answer_shape", {**positions, "filters": {"symbol": "CSPX"}}, summary),
        ("answer_shape", {**positions, "filters": 7}, summary),
        ("answer_shape", positions, {}),
        ("answer_shape", positions, {**summary, "cash": None}),
        ("answer_shape", positions, {**summary, "cash": {}}),
        ("answer_shape", positions, {**summary, "cash": {"by_currency": [7]}}),
        ("answers_differ", positions, {**summary, "account_id": "U7654321"}),
        ("answers_differ", positions, {**summary, "date_range": {"from": "x", "to": "y"}}),
        ("answers_differ", change(positions, account_id="U7654321"), summary),
    ]


@pytest.mark.parametrize("place", range(16))
def test_answers_that_are_no_whole_portfolio_are_refused(seed: Answers, place: int) -> None:
    key, positions, summary = _parts(seed)[place]
    assert refusal_of(positions, summary).key == key


def test_an_error_s_secrets_are_not_repeated(seed: Answers) -> None:
    error = {"error": "GET /SendRequest?t=123456789012345678901234&q=654321"}
    for positions, summary in ((error, seed[1]), (seed[0], error)):
        said = str(refusal_of(positions, summary))
        assert "1234567" not in said
        assert "654321" not in said


def test_what_cannot_be_told_is_said(seed: Answers) -> None:
    assert "does not pass on IBKR's own total" in server_portfolio(*seed).ledger


def test_the_statement_s_plan_is_the_reference() -> None:
    """The fixture the comparison rests on has something to trade."""
    path = f"{STATEMENTS}/d_25_plain.xml"
    assert plan_from_statement(request_for("growth", statement=path))["trades"]


@pytest.mark.parametrize(
    "answer",
    [{}, {"files": None}, {"files": [7, None, {}]}, {"files": [{"filename": "a_b_c.xml"}]},
     {"files": [{"filename": 7}]}, {"files": [{"filename": "U1_2026-01-01_2026-02-01.xml.bak"}]}],
)  # fmt: skip
def test_a_list_without_a_statement_names_none(answer: Dict[str, Any]) -> None:
    assert newest_statement(answer) is None


def test_the_newest_statement_is_the_one_with_the_latest_end() -> None:
    names = ["U1234567_2026-01-01_2026-11-20.xml", "U1234567_2025-01-01_2026-11-21.xml"]
    found = newest_statement(json.loads(json.dumps({"files": [{"filename": n} for n in names]})))
    assert found == ("U***4567", "2025-01-01", "2026-11-21")


@pytest.mark.parametrize("rate", ["0.93", "1.01", "2", "0", "-1"])
def test_a_rate_that_contradicts_the_others_or_is_none_is_refused(seed: Answers, rate: str) -> None:
    key = "rates_differ" if rate not in ("0", "-1") else "answer_field"
    assert refusal_of(change(seed[0], fx_rate_to_base=rate), seed[1]).key == key


@pytest.mark.parametrize("rate, agrees", [("1.09", True), ("1.12", True), ("1.14", False)])
def test_rates_of_one_currency_may_differ_by_a_few_days_movement(
    seed: Answers, rate: str, agrees: bool
) -> None:
    positions = copy.deepcopy(seed[0])
    for row, own in zip(positions["positions"], ("1.08", rate)):
        row.update(currency="EUR", fx_rate_to_base=own)
    if agrees:
        assert server_portfolio(positions, seed[1]).base_currency == "USD"
    else:
        assert refusal_of(positions, seed[1]).key == "rates_differ"


def test_the_only_rate_of_a_currency_must_be_above_zero(seed: Answers) -> None:
    positions = change(seed[0], currency="EUR", fx_rate_to_base="0")
    assert refusal_of(positions, seed[1]).key == "answer_field"
