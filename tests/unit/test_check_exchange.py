"""Each check of currencies kills the plans that break just that."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any, Callable, Dict, List

import pytest
from portfolios import day_of
from test_exchange import DOLLARS, bond, planned, statement, stock

from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.checks.market import exchange_checks
from ib_portfolio.checks.self_check import check_plan

Document = Dict[str, Any]

HOLDINGS = [stock("USD", "57000"), stock("EUR", "9000"), bond("USD", "20000")]
STATEMENTS = {
    # A debit in dollars and purchases in both, paid in francs and yen.
    "several": statement(
        {"USD": "-9000", "EUR": "700", "CHF": "30000", "JPY": "5000000"}, HOLDINGS
    ),
    "through dollars": statement(
        {"HKD": "900000", "SEK": "-90000", "USD": "5"}, [stock("USD", "70000")]
    ),
    "fits": statement({"USD": "100000", "EUR": "20000"}, HOLDINGS),
    "small": statement({"USD": "20000", "EUR": "-1.20"}, [stock("USD", "57000")]),
    "debit": statement({"USD": "-9000", "EUR": "20000"}, [stock("USD", "57000")]),
}
OPTIONS: Dict[str, Dict[str, str]] = {"debit": {"keep-currencies": ""}}


def made(name: str) -> tuple[Document, Evidence]:
    options = OPTIONS.get(name, {})
    evidence = statement_evidence(day_of(STATEMENTS[name]).rows, options)
    return planned(STATEMENTS[name], **options), evidence


def failed(document: Document, evidence: Evidence) -> List[str]:
    return [row["name"] for row in check_plan(document, evidence)[0] if not row["passed"]]


def _add(row: Document, field: str, amount: str) -> None:
    row[field] = str(Decimal(row[field]) + Decimal(amount))


def _row(document: Document, currency: str) -> Document:
    return next(row for row in document["currencies"] if row["currency"] == currency)


def _leg(document: Document, first: str) -> Document:
    return next(row for row in document["exchanges"] if row["currency"] == first)


def _move(document: Document, currency: str, field: str, amount: str) -> None:
    """Another amount, and the end of that currency with it."""
    row = _row(document, currency)
    _add(row, field, amount)
    _add(row, "cash_after", amount if field in ("sells", "exchanged", "cash_before") else "-1")


def _buy_more_with_yen(document: Document, currency: str, amount: str) -> None:
    """More of a currency for yen, with every other figure as it follows from that."""
    leg = next(row for row in document["exchanges"] if row["pair"] == f"{currency}.JPY")
    value = Decimal(amount) * Decimal(DOLLARS[currency])
    _add(leg, "amount", amount)
    _add(leg, "value", f"{value}")
    _move(document, currency, "exchanged", amount)
    _move(document, "JPY", "exchanged", f"{-value / Decimal(DOLLARS['JPY']):.2f}")


def _without_exchanges(document: Document) -> None:
    """The same trades with nothing exchanged, every sum as it follows from that."""
    document["exchanges"].clear()
    _add(document["summary"], "cash_after", document["summary"]["exchange_cost"])
    document["summary"]["exchange_cost"] = "0.00"
    for row in document["currencies"]:
        _add(row, "cash_after", f"{-Decimal(row['exchanged'])}")
        row["exchanged"] = "0.00"


def _turned(document: Document, first: str) -> None:
    leg = _leg(document, first)
    leg["pair"] = ".".join(reversed(leg["pair"].split(".")))
    leg["currency"] = leg["pair"].split(".")[0]


def _exchange_for_nothing(document: Document) -> None:
    """Euros for dollars that nothing lacks, the sums right."""
    leg = {"action": "SELL", "pair": "EUR.USD", "amount": "10.00", "currency": "EUR"}
    document["exchanges"].append({**leg, "value": "10.80", "cost": "2.00"})
    document["summary"]["exchange_cost"] = "2.00"
    _add(document["summary"], "cash_after", "-2")
    _move(document, "EUR", "exchanged", "-10")
    _move(document, "USD", "exchanged", "8.80")


MUTANTS = [
    ("currencies", "several", lambda d: _add(_row(d, "USD"), "buys", "0.01")),
    ("currencies", "several", lambda d: _add(_row(d, "EUR"), "commissions", "0.01")),
    ("currencies", "several", lambda d: _add(_row(d, "EUR"), "exchanged", "0.01")),
    ("currencies", "several", lambda d: _move(d, "USD", "cash_before", "0.01")),
    ("currencies", "several", lambda d: _move(d, "EUR", "sells", "0.01")),
    ("currencies", "several", lambda d: d["currencies"].pop()),
    ("currencies", "several", lambda d: d["currencies"].append(d["currencies"][0])),
    ("currencies", "several", lambda d: d.pop("currencies")),
    ("currencies", "several", lambda d: _row(d, "JPY").update(cash_after=None)),
    ("currencies", "several", lambda d: _leg(d, "USD").update(action="SELL")),
    ("exchanges", "several", lambda d: _turned(d, "EUR")),
    ("exchanges", "several", lambda d: _add(_leg(d, "USD"), "value", "0.01")),
    ("exchanges", "several", lambda d: _add(_leg(d, "USD"), "cost", "0.01")),
    ("exchanges", "several", lambda d: _leg(d, "EUR").update(currency="USD")),
    ("exchanges", "through dollars", lambda d: _leg(d, "USD").update(pair="USD.XYZ")),
    ("no new debits", "several", _without_exchanges),
    ("no new debits", "several", lambda d: _buy_more_with_yen(d, "EUR", "-0.01")),
    ("debits paid back", "through dollars", _without_exchanges),
    ("debits paid back", "several", lambda d: _move(d, "USD", "exchanged", "-17")),
    ("nothing exchanged needlessly", "fits", _exchange_for_nothing),
    ("nothing exchanged needlessly", "several", lambda d: _buy_more_with_yen(d, "USD", "11.00")),
    ("currencies come to the cash", "several", lambda d: _add(d["summary"], "cash_after", "0.19")),
    ("currencies come to the cash", "several", lambda d: _move(d, "JPY", "exchanged", "29")),
    ("currencies kept", "debit", _exchange_for_nothing),
    ("currencies kept", "debit", lambda d: d["exchanges"].append({**LEG})),
    ("totals", "several", lambda d: _add(d["summary"], "exchange_cost", "0.01")),
    ("totals", "fits", lambda d: _add(d["summary"], "exchange_cost", "0.01")),
    ("cash to the cent", "several", lambda d: _add(_leg(d, "USD"), "cost", "0.01")),
]
LEG = {"action": "SELL", "pair": "EUR.USD", "amount": "1.00", "currency": "EUR"}
LEG.update(value="1.08", cost="2.00")


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_right_plan_passes_and_shows_what_the_mutants_need(name: str) -> None:
    document, evidence = made(name)
    assert failed(document, evidence) == []
    legs = {"several": 3, "through dollars": 2}
    assert len(document["exchanges"]) >= legs.get(name, 0)
    assert bool(document["exchanges"]) == (name in legs)


@pytest.mark.parametrize("check, name, mutate", MUTANTS)
def test_a_mutant_is_killed_by_its_check(
    check: str, name: str, mutate: Callable[[Document], None]
) -> None:
    document, evidence = made(name)
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert mutant != document
    assert check in failed(mutant, evidence)


def test_every_check_has_two_mutants() -> None:
    names = [name for name, *_ in MUTANTS]
    for check in exchange_checks.CHECKS:
        assert names.count(check.name) >= 2, check.name


def test_a_plan_that_says_nothing_of_its_currencies_is_refused() -> None:
    document, evidence = made("several")
    del document["currencies"], document["exchanges"]
    assert "currencies" in failed(document, evidence)
