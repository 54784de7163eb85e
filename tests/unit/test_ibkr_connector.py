"""IBKR's own connector as a source: the portfolio, and every planted fault refused by name."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any, Callable, Dict

import pytest
import server_session  # noqa: F401  (puts tests/client on the path)
from ibkr_connector_answers import RATES, answers_of

from ib_portfolio.checked_plan import checked_plan
from ib_portfolio.checks.connector_evidence import connector_evidence, statement_rows
from ib_portfolio.core.messages import Refusal
from ib_portfolio.core.portfolio import Portfolio
from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.ibkr_connector.connector_portfolio import connector_portfolio
from ib_portfolio.sources.ibkr_connector.option_description import option_terms_of

AT = "2026-11-26 15:30 +00:00"
Answers = Dict[str, Any]
SUMMARY, BALANCES, POSITIONS = (
    "get_account_summary",
    "get_account_balances",
    "get_account_positions",
)


def exact(answers: Answers) -> Answers:
    return json.loads(json.dumps(answers), parse_float=Decimal)


def portfolio_of(answers: Answers) -> Portfolio:
    return connector_portfolio(*exact(answers).values(), AT)


def planned(answers: Answers, words: str = "growth", **settings: str) -> Dict[str, Any]:
    """The plan's document, all checks passed, for what is typed and set."""
    found = exact(answers)
    request = parse_text(words)
    request = request._replace(options={**request.options, **settings}, settings=settings)
    portfolio = connector_portfolio(*found.values(), AT)
    evidence = connector_evidence(*found.values(), request.options)
    return dict(checked_plan(portfolio, evidence, request, AT[:10])[1])


@pytest.mark.parametrize("base", RATES)
@pytest.mark.parametrize("case", ["plain", "mixed"])
@pytest.mark.parametrize("words", ["growth", "income --dry-run", "balanced --explain --lock VTI"])
def test_the_answers_become_a_checked_plan_in_any_base(case: str, base: str, words: str) -> None:
    answers = answers_of(case, base)
    plan = planned(answers, words)
    assert plan["source"] == "ibkr-connector" and plan["captured_at"] == AT
    assert plan["base_currency"] == base and plan["account"] == "***"
    assert Decimal(plan["net_asset_value"]) == Decimal(str(answers[SUMMARY]["net_liquidation"]))


def test_values_are_converted_and_symbols_have_no_venue() -> None:
    rows = {row.conid: row for row in portfolio_of(answers_of("plain")).positions}
    sap = rows["900004"]
    assert (sap.symbol, sap.currency, sap.instrument.exchange) == ("SAP", "EUR", "IBIS2")
    assert (sap.value, sap.unit_value, sap.rate) == (Decimal("6600.00"), 165, Decimal("1.1"))
    assert sap.unrealized_gain == Decimal("1320.00")
    assert rows["900003"].symbol == "BRK B"


def test_cash_is_by_currency_and_the_aggregate_is_not_counted() -> None:
    portfolio = portfolio_of(answers_of("plain"))
    assert portfolio.cash == Decimal("3322.34")
    assert dict(portfolio.cash_by_currency) == {
        "USD": (Decimal("2772.06"), 1),
        "EUR": (Decimal("500.25"), Decimal("1.1")),
    }


def test_what_is_not_known_is_set_aside_and_asked_about() -> None:
    plan = planned(answers_of("mixed"))
    assert [row["symbol"] for row in plan["held"]] == ["NESN", "AAPL Mar19'27 200 CALL"]
    assert [row["symbol"] for row in plan["locked"]] == ["US-T 4 1/4 11/15/34"]
    assert '"OLD"' not in json.dumps(plan)
    assert any("--count-as NESN=STK" in line for line in plan["warnings"])
    assert {row["symbol"] for row in plan["trades"]} <= {"VTI", "WXYZ"}


OPTIONS = (
    ("AAPL Mar19'27 200 CALL @AMEX", "OPT", ("AAPL", "2027-03-19", "200", "C")),
    ("BRK B Dec18'26 412.5 PUT @CBOE", "OPT", ("BRK B", "2026-12-18", "412.5", "P")),
    ("SPX Jun20'26 5000 P", "OPT", ("SPX", "2026-06-20", "5000", "P")),
    ("AAPL Mar19'27 200 CALL @AMEX", "", ("AAPL", "2027-03-19", "200", "C")),
    ("AAPL Feb31'27 200 CALL", "OPT", ("", "", "", "")),
    ("AAPL 200 CALL", "OPT", ("", "", "", "")),
    ("ES Dec'26 @CME", "OPT", ("", "", "", "")),
)


@pytest.mark.parametrize("description, category, terms", OPTIONS)
def test_the_terms_of_an_option_are_in_its_description(
    description: str, category: str, terms: Any
) -> None:
    answers = answers_of("mixed")
    row = answers[POSITIONS]["positions"][3]
    row["contract_description"] = description
    row.pop("asset_class") if not category else row.update(asset_class=category)
    (found,) = [one for one in portfolio_of(answers).positions if one.conid == "900007"]
    told = found.instrument
    strike = "" if told.strike is None else str(told.strike)
    assert (told.underlying_symbol, told.expiry, strike, told.put_call) == terms
    assert found.held_reason == "held.OPT" and told.multiplier == (100 if terms[0] else None)
    (raw,) = [
        one
        for one in statement_rows(*exact(answers).values())["OpenPosition"]
        if one["conid"] == "900007"
    ]
    if terms[0]:
        read = (raw["underlyingSymbol"], raw["expiry"], raw["strike"], raw["putCall"])
        assert read == (terms[0], terms[1].replace("-", ""), *terms[2:])
        assert raw["multiplier"] == "100" and raw["assetCategory"] == "OPT"
    assert planned(answers)["held"][1]["asset_class"] == "OPT"


@pytest.mark.parametrize(
    ("value", "multiplier"),
    [("5.5", "1"), ("11", "2"), ("550", "100"), ("552.7", "100"), ("2.2", None), ("8", None)],
)
def test_a_multiplier_is_a_whole_number_of_times(value: str, multiplier: Any) -> None:
    found = option_terms_of("AAPL Mar19'27 200 CALL", Decimal("5.5"), Decimal(value))
    assert found.multiplier == (multiplier and Decimal(multiplier))


def test_a_class_that_is_not_told_counts_as_the_user_says() -> None:
    plan = planned(answers_of("mixed"), stock_symbols="NESN")
    assert [row["symbol"] for row in plan["held"]] == ["AAPL Mar19'27 200 CALL"]
    assert "NESN" in plan["target_allocation"]


def test_bonds_stay_untraded_whatever_is_asked() -> None:
    for words in ("conservative --lock VTI", "income --contribute 50,000", "growth --explain"):
        plan = planned(answers_of("mixed"), words)
        assert all(row["unit"] == "shares" for row in plan["trades"])
        assert "US-T 4 1/4 11/15/34" in [row["symbol"] for row in plan["locked"]]


def test_a_gain_that_the_average_price_contradicts_is_not_told() -> None:
    answers = answers_of("plain")
    answers[POSITIONS]["positions"][0]["unrealized_pnl"] = -5025.0
    rows = portfolio_of(answers).positions
    assert rows[0].unrealized_gain is None and rows[1].unrealized_gain is not None
    assert any("VTI" in line and "gain" in line for line in planned(answers)["warnings"])


@pytest.mark.parametrize("gone", ["daily_pnl", "unrealized_pnl", "average_price"])
def test_what_is_optional_may_be_absent(gone: str) -> None:
    answers = answers_of("plain")
    for row in answers[POSITIONS]["positions"]:
        row.pop(gone, None)
    assert planned(answers)["checks"]


def test_an_account_without_anything_is_empty_only_when_the_balances_agree() -> None:
    answers = answers_of("plain")
    answers[POSITIONS]["positions"] = []
    with pytest.raises(Refusal) as refusal:
        portfolio_of(answers)
    assert refusal.value.key == "connector_empty"
    for row in answers[BALANCES]["balances"]:
        row["stock_market_value"] = 0
    answers[BALANCES]["balances"][0]["net_liquidation_value"] = answers[SUMMARY]["total_cash_value"]
    answers[SUMMARY]["net_liquidation"] = answers[SUMMARY]["total_cash_value"]
    with pytest.raises(Refusal) as refusal:
        portfolio_of(answers)
    assert refusal.value.key == "no_positions"


WRONG = {
    "another quantity": lambda row: row._replace(quantity=row.quantity + 1),
    "another rate": lambda row: row._replace(rate=row.rate * 2),
    "another value": lambda row: row._replace(value=row.value + 1),
    "another class": lambda row: row._replace(asset_class="BOND"),
    "traded though it is a bond": lambda row: row._replace(lock=""),
    "another gain": lambda row: row._replace(
        unrealized_gain=None if row.unrealized_gain is None else row.unrealized_gain + 100
    ),
    "another contract": lambda row: row._replace(conid=row.conid + "1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_evidence_finds_what_the_portfolio_gets_wrong(name: str) -> None:
    found = exact(answers_of("plain"))
    portfolio = connector_portfolio(*found.values(), AT)
    wrong = tuple(WRONG[name](row) for row in portfolio.positions)
    assert wrong != portfolio.positions
    request = parse_text("growth --dry-run")
    evidence = connector_evidence(*found.values(), {})
    with pytest.raises(Refusal) as refusal:
        checked_plan(portfolio._replace(positions=wrong), evidence, request, AT[:10])
    assert refusal.value.key == "check_failed"


def test_the_evidence_finds_cash_that_is_counted_twice() -> None:
    found = exact(answers_of("plain"))
    portfolio = connector_portfolio(*found.values(), AT)
    wrong = portfolio._replace(cash=portfolio.cash * 2)
    evidence = connector_evidence(*found.values(), {})
    with pytest.raises(Refusal):
        checked_plan(wrong, evidence, parse_text("growth"), AT[:10])


GONE = object()


def at(tool: str, place: int, field: str, value: object) -> Callable[[Answers], None]:
    """A fault in a field of a row of positions or balances."""

    def plant(answers: Answers) -> None:
        row = next(iter(answers[tool].values()))[place]
        row.pop(field) if value is GONE else row.update({field: value})

    return plant


def of_summary(field: str, value: object) -> Callable[[Answers], None]:
    def plant(answers: Answers) -> None:
        row = answers[SUMMARY]
        row.pop(field) if value is GONE else row.update({field: value})

    return plant


def whole(tool: str, answer: object) -> Callable[[Answers], None]:
    return lambda answers: answers.update({tool: answer})


def twice(tool: str, place: int) -> Callable[[Answers], None]:
    def plant(answers: Answers) -> None:
        rows = next(iter(answers[tool].values()))
        rows.append(copy.deepcopy(rows[place]))

    return plant


def left_out(tool: str, place: int) -> Callable[[Answers], None]:
    return lambda answers: next(iter(answers[tool].values())).pop(place)


def first_price(factor: float) -> Callable[[Answers], None]:
    def plant(answers: Answers) -> None:
        answers[POSITIONS]["positions"][0]["market_price"] *= factor

    return plant


def both(*faults: Callable[[Answers], None]) -> Callable[[Answers], None]:
    def plant(answers: Answers) -> None:
        for fault in faults:
            fault(answers)

    return plant


FAULTS = {
    # The roots.
    "nothing in the summary": (whole(SUMMARY, {}), "connector_shape", SUMMARY),
    "nothing in the balances": (whole(BALANCES, {}), "connector_shape", BALANCES),
    "nothing in the positions": (whole(POSITIONS, {}), "connector_shape", POSITIONS),
    "positions no list": (whole(POSITIONS, {"positions": {}}), "connector_shape", POSITIONS),
    "a row no object": (whole(POSITIONS, {"positions": [1]}), "connector_shape", POSITIONS),
    "a page of more": (
        lambda answers: answers[POSITIONS].update(next_cursor="x"),
        "connector_shape",
        POSITIONS,
    ),
    "positions for balances": (
        whole(BALANCES, {"positions": []}),
        "connector_shape",
        BALANCES,
    ),
    "another server's summary": (
        whole(SUMMARY, {"account_id": "U1", "cash": {"total_cash": 1}}),
        "connector_shape",
        SUMMARY,
    ),
    "the aggregate missing": (left_out(BALANCES, 0), "connector_shape", BALANCES),
    # The contract's number and name.
    "conid as text": (at(POSITIONS, 0, "contract_id", "900001"), "connector_field", "contract_id"),
    "conid with a point": (at(POSITIONS, 0, "contract_id", 9.5), "connector_field", "contract_id"),
    "conid true": (at(POSITIONS, 0, "contract_id", True), "connector_field", "contract_id"),
    "conid zero": (at(POSITIONS, 0, "contract_id", 0), "connector_field", "contract_id"),
    "no conid": (at(POSITIONS, 0, "contract_id", GONE), "connector_field", "contract_id"),
    "no name": (at(POSITIONS, 0, "contract_description", " "), "connector_field", "description"),
    "name a number": (at(POSITIONS, 0, "contract_description", 1), "connector_field", "descr"),
    "a contract twice": (twice(POSITIONS, 1), "connector_twice", "AAPL"),
    # Figures.
    "quantity as text": (at(POSITIONS, 0, "position", "100"), "connector_field", "position"),
    "quantity null": (at(POSITIONS, 0, "position", None), "connector_field", "position"),
    "no quantity": (at(POSITIONS, 0, "position", GONE), "connector_field", "position"),
    "quantity without end": (at(POSITIONS, 0, "position", 1e300), "connector_field", "position"),
    "quantity true": (at(POSITIONS, 0, "position", True), "connector_field", "position"),
    "no price": (at(POSITIONS, 0, "market_price", GONE), "connector_field", "market_price"),
    "no value": (at(POSITIONS, 0, "market_value", GONE), "connector_field", "market_value"),
    "value as text": (at(POSITIONS, 0, "market_value", "1"), "connector_field", "market_value"),
    "gain as text": (at(POSITIONS, 0, "unrealized_pnl", "1"), "connector_field", "unrealized_pnl"),
    "class a number": (at(POSITIONS, 0, "asset_class", 1), "connector_field", "asset_class"),
    "closed but worth money": (at(POSITIONS, 0, "position", 0), "connector_value", "VTI"),
    "an option closed but worth money": (
        both(at(POSITIONS, 0, "position", 0), at(POSITIONS, 0, "asset_class", "OPT")),
        "connector_field",
        "position",
    ),
    "a price in pence": (first_price(100), "connector_pence", "VTI"),
    "a value in pence": (first_price(0.01), "connector_pence", "VTI"),
    "a value that is another": (first_price(1.02), "connector_value", "VTI"),
    "a value with the wrong sign": (first_price(-1), "connector_value", "VTI"),
    # Currencies and rates.
    "currency in small letters": (at(POSITIONS, 0, "currency", "usd"), "connector_field", "curr"),
    "currency GBX1": (at(POSITIONS, 0, "currency", "GBX1"), "connector_field", "currency"),
    "no currency": (at(POSITIONS, 0, "currency", GONE), "connector_field", "currency"),
    "no rate of a position": (left_out(BALANCES, 2), "connector_no_rate", "EUR"),
    "a currency twice": (twice(BALANCES, 2), "connector_twice", "EUR"),
    "rate zero": (at(BALANCES, 2, "exchange_rate", 0), "connector_field", "exchange_rate"),
    "rate below zero": (at(BALANCES, 2, "exchange_rate", -1.1), "connector_field", "exchange_rate"),
    "rate missing": (at(BALANCES, 2, "exchange_rate", GONE), "connector_field", "exchange_rate"),
    "rate of the base": (at(BALANCES, 1, "exchange_rate", 1.1), "connector_base", "1.1"),
    "another base": (of_summary("currency", "EUR"), "connector_base", "EUR"),
    "no base": (of_summary("currency", GONE), "connector_shape", SUMMARY),
    "base no currency": (of_summary("currency", "BASE"), "connector_field", "currency"),
    # Cash and sums.
    "cash missing": (at(BALANCES, 1, "cash_balance", GONE), "connector_field", "cash_balance"),
    "cash as text": (at(BALANCES, 1, "cash_balance", "12"), "connector_field", "cash_balance"),
    "cash of a currency left out": (
        at(BALANCES, 1, "cash_balance", 2000.0),
        "connector_contradiction",
        "the cash of the currencies",
    ),
    "another total of cash": (
        of_summary("total_cash_value", 99.0),
        "connector_contradiction",
        "total_cash_value",
    ),
    "a position left out": (
        left_out(POSITIONS, 1),
        "connector_contradiction",
        "stock_market_value",
    ),
    "stock value missing": (
        at(BALANCES, 1, "stock_market_value", GONE),
        "connector_no_stock_value",
        "USD",
    ),
    "another net liquidation value": (
        of_summary("net_liquidation", 60000.0),
        "connector_contradiction",
        "net_liquidation",
    ),
    "no net liquidation value": (of_summary("net_liquidation", GONE), "connector_shape", SUMMARY),
    "net liquidation as text": (
        of_summary("net_liquidation", "63873.33"),
        "connector_field",
        "net_liquidation",
    ),
    "the wrong rate": (
        at(BALANCES, 2, "exchange_rate", 1.9),
        "connector_contradiction",
        "the cash of the currencies",
    ),
    "another net liquidation value in the balances": (
        at(BALANCES, 0, "net_liquidation_value", 1.0),
        "connector_contradiction",
        "net_liquidation_value",
    ),
    "another stock value of all": (
        at(BALANCES, 0, "stock_market_value", 1.0),
        "connector_contradiction",
        "the stocks of the currencies",
    ),
    "no row of the base currency": (left_out(BALANCES, 1), "connector_no_stock_value", "USD"),
    "account a number": (of_summary("account_id", 7), "connector_field", "account_id"),
}


def test_there_are_forty_faults() -> None:
    assert len(FAULTS) >= 40


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_refused_by_name(name: str) -> None:
    fault, key, named = FAULTS[name]
    answers = answers_of("plain")
    portfolio_of(answers)
    fault(answers)
    with pytest.raises(Refusal) as refusal:
        portfolio_of(answers)
    assert refusal.value.key == key
    assert named in str(refusal.value)
