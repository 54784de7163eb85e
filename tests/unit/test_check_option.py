"""Each check of what a run asked for kills the plans that break just that."""

from __future__ import annotations

import copy
from decimal import ROUND_DOWN, Decimal
from typing import Callable, Dict

import pytest

from ib_portfolio.checked_plan import SAMPLE, plan_from_statement
from ib_portfolio.checks import option_checks as check_option
from ib_portfolio.checks.case import CENT, total
from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.checks.options import turnover_checks
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_xml import read_flex

Document = Dict[str, object]


def made(text: str) -> tuple[Document, Evidence]:
    request = parse_text(f"--sample growth {text}")
    day = account_day(read_flex(SAMPLE))
    evidence = statement_evidence(day.rows, request.options, from_date=day.from_date)
    return plan_from_statement(request), evidence


def failed(document: Document, evidence: Evidence) -> set[str]:
    return {row["name"] for row in check_plan(document, evidence)[0] if not row["passed"]}


def _add(row: Document, field: str, more: Decimal) -> None:
    row[field] = str(Decimal(row[field]) + more)


def _sell_one(document: Document) -> None:
    document["trades"][0]["action"] = "SELL"


def _add_a_sale(document: Document) -> None:
    document["trades"].append({**document["trades"][0], "action": "SELL"})


def _to_the_cap(document: Document) -> None:
    """The first order so large that all come to a tenth of the whole, and to no cent more."""
    tenth = (Decimal(document["investable_value"]) / 10).quantize(CENT, ROUND_DOWN)
    _add(document["trades"][0], "amount", tenth - total(document["trades"], "amount"))


def _over_the_cap(document: Document) -> None:
    _to_the_cap(document)
    _add(document["trades"][0], "amount", CENT)


def _repeat_first(document: Document) -> None:
    document["trades"].append(dict(document["trades"][0]))


def _smallest_last(document: Document) -> None:
    document["trades"][-1]["amount"] = "2000.00"


def _shrink_last(document: Document) -> None:
    document["trades"][-1]["amount"] = "1999.99"


def _shrink_first(document: Document) -> None:
    document["trades"][0]["amount"] = "1999.99"


def _one_unit(symbol: str) -> Document:
    """The order of the whole plan of a symbol, but of one unit."""
    row = next(row for row in made("")[0]["trades"] if row["symbol"] == symbol)
    return {**row, "quantity": "1", "amount": row["price"]}


def _trade_inside(document: Document) -> None:
    document["trades"].append(_one_unit("VTI"))


def _sell_inside(document: Document) -> None:
    document["trades"].append({**_one_unit("VTI"), "action": "SELL"})


def _say_outside(document: Document) -> None:
    document["band"]["inside"] = not document["band"]["inside"]


def _trade_locked(document: Document) -> None:
    document["trades"].append(_one_unit("VTI"))


def _trade_locked_alone(document: Document) -> None:
    document["trades"] = [_one_unit("VTI")]


def _leave_a_cent(document: Document) -> None:
    document["left"][-1]["amount"] = "0.01"


def _leave_nothing(document: Document) -> None:
    document["left"][0]["amount"] = "0.00"


def _leave_less_than_nothing(document: Document) -> None:
    document["left"][-1]["amount"] = "-0.01"


def _sell_euros(document: Document) -> None:
    leg = {"action": "SELL", "pair": "EUR.USD", "amount": "0.01", "currency": "EUR"}
    document["exchanges"].append({**leg, "value": "0.01", "cost": "2.00"})


def _spend_all(document: Document) -> None:
    document["summary"]["cash_after"] = "0.00"


def _spend_more(document: Document) -> None:
    document["summary"]["cash_after"] = "-0.01"


def _do_not_say_what_is_missing(document: Document) -> None:
    document["warnings"] = []


def _more_new_money(document: Document) -> None:
    _add(document, "new_money_to_close", CENT)


def _less_new_money(document: Document) -> None:
    _add(document, "new_money_to_close", -CENT)


def _leave_a_cent_more(document: Document) -> None:
    """Of an order that is not made at all: it is known to the cent."""
    _add(document["left"][-1], "amount", CENT)


def _leave_two_cents_more(document: Document) -> None:
    """Of an order that is cut: two amounts to the cent differ by one cent at most."""
    _add(document["left"][0], "amount", 2 * CENT)


def _leave_one_cent_more(document: Document) -> None:
    _add(document["left"][0], "amount", CENT)


def _worth_more_before(document: Document) -> None:
    _add(document["holdings"][0], "before", CENT)


def _aim_higher(document: Document) -> None:
    _add(document["holdings"][-1], "target", CENT)


def _buy_less(document: Document) -> None:
    bought = [row for row in document["trades"] if row["action"] == "BUY"]
    document["trades"] = [row for row in document["trades"] if row is not bought[0]]
    kept = Decimal(document["summary"]["cash_after"]) + Decimal(bought[0]["amount"])
    document["summary"]["cash_after"] = str(kept)


def _sell_less(document: Document) -> None:
    assert document["trades"][0]["action"] == "SELL"
    del document["trades"][0]


def _leave_out_the_rest(document: Document) -> None:
    document["left"] = []


def _leave_one_out(document: Document) -> None:
    del document["left"][-1]


def _leave_twice_as_much(document: Document) -> None:
    _add(document["left"][-1], "amount", Decimal(document["left"][-1]["amount"]))


def _leave_against_the_order(document: Document) -> None:
    """What is left of the order that is cut, on the other side."""
    document["left"][0]["action"] = "BUY"


def _leave_again(document: Document) -> None:
    document["left"].append(dict(document["left"][-1]))


def _make_a_smaller_one(document: Document) -> None:
    """The smallest purchase is made, and a larger one left in its place."""
    smallest, larger = document["left"][-1], document["trades"][-1]
    larger["symbol"], smallest["symbol"] = smallest["symbol"], larger["symbol"]
    larger["amount"], smallest["amount"] = smallest["amount"], larger["amount"]


def _cut_two(document: Document) -> None:
    """Of the largest purchase a unit is left, too."""
    row = next(row for row in document["trades"] if row["symbol"] == "VTI")
    _add(row, "amount", -Decimal(row["price"]))
    document["left"].insert(0, {"action": "BUY", "symbol": "VTI", "amount": row["price"]})


def _cut_one_unit_too_much(document: Document) -> None:
    """A unit less is bought of the order that is cut, and left instead."""
    row = document["trades"][-1]
    (rest,) = (one for one in document["left"] if one["symbol"] == row["symbol"])
    _add(row, "amount", -Decimal(row["price"]))
    _add(rest, "amount", Decimal(row["price"]))


def _sell_more_than_its_part(document: Document) -> None:
    """The sale that is cut is made whole, and nothing is bought: under the cap, but not shared."""
    (rest,) = (one for one in document["left"] if one["symbol"] == document["trades"][0]["symbol"])
    document["left"].remove(rest)
    _add(document["trades"][0], "amount", Decimal(rest["amount"]))


MUTANTS = [
    ("left completes the plan", "--max-turnover 10", _leave_out_the_rest),
    ("left completes the plan", "--max-turnover 10", _leave_one_out),
    ("left completes the plan", "--max-turnover 10", _leave_twice_as_much),
    ("left completes the plan", "--max-turnover 10 --min-trade 2000", _leave_out_the_rest),
    ("left completes the plan", "--max-turnover 10 --lock VTI", _leave_one_out),
    ("left completes the plan", "--max-turnover 10 --lock VTI", _leave_twice_as_much),
    ("largest orders first", "--max-turnover 10", _leave_against_the_order),
    ("largest orders first", "--max-turnover 10", _leave_again),
    ("largest orders first", "--max-turnover 10", _make_a_smaller_one),
    ("largest orders first", "--max-turnover 10", _cut_two),
    ("largest orders first", "--max-turnover 10", _cut_one_unit_too_much),
    ("largest orders first", "--max-turnover 10 --lock VTI", _cut_one_unit_too_much),
    ("largest orders first", "--max-turnover 10", _sell_more_than_its_part),
    ("withdrawal there", "--withdraw 5000", _spend_more),
    ("withdrawal there", "--withdraw 100000 --max-turnover 5", _do_not_say_what_is_missing),
    ("new money", "--no-sell", _more_new_money),
    ("new money", "--no-sell", _less_new_money),
    ("left in units", "--max-turnover 10", _leave_a_cent_more),
    ("left in units", "--max-turnover 10", _leave_two_cents_more),
    ("values of holdings", "--html plan.html", _worth_more_before),
    ("values of holdings", "--html plan.html", _aim_higher),
    ("no sales", "--no-sell", _sell_one),
    ("no sales", "--no-sell", _add_a_sale),
    ("turnover under its cap", "--max-turnover 10", _over_the_cap),
    ("turnover under its cap", "--max-turnover 10", _repeat_first),
    ("no small orders", "--min-trade 2000", _shrink_last),
    ("no small orders", "--min-trade 2000", _shrink_first),
    ("larger orders instead", "--min-trade 5000", _buy_less),
    ("larger orders instead", "--min-trade 5000", _sell_less),
    ("band", "--band 40", _trade_inside),
    ("band", "--band 40", _sell_inside),
    ("band", "--band 40", _say_outside),
    ("band", "--band 5", _say_outside),
    ("locks", "--lock VTI", _trade_locked),
    ("locks", "--lock STK:*", _trade_locked_alone),
    ("left for later", "--max-turnover 10", _leave_nothing),
    ("left for later", "--max-turnover 10", _leave_less_than_nothing),
    ("currencies kept", "--keep-currencies", _sell_euros),
    ("currencies kept", "--keep-currencies --lock STK:*", _sell_euros),
]


@pytest.mark.parametrize("name, text, mutate", MUTANTS)
def test_a_mutant_is_killed_by_its_check(
    name: str, text: str, mutate: Callable[[Document], None]
) -> None:
    document, evidence = made(text)
    assert not failed(document, evidence)
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert mutant != document
    assert name in failed(mutant, evidence)


# As far as it may go: a cent less or more is one of MUTANTS.
ALLOWED = [
    ("turnover under its cap", "--max-turnover 10", _to_the_cap),
    ("no small orders", "--min-trade 2000", _smallest_last),
    ("left for later", "--max-turnover 10", _leave_a_cent),
    ("left in units", "--max-turnover 10", _leave_one_cent_more),
    ("withdrawal there", "--withdraw 5000", _spend_all),
]


@pytest.mark.parametrize("name, text, change", ALLOWED)
def test_a_check_is_silent_up_to_its_bound(
    name: str, text: str, change: Callable[[Document], None]
) -> None:
    document, evidence = made(text)
    before = copy.deepcopy(document)
    change(document)
    assert document != before
    assert name in {check.name for check, _ in check_option.CHECKS}
    assert name not in failed(document, evidence)


def test_every_check_has_two_mutants() -> None:
    names = [name for name, _, _ in MUTANTS]
    for check, _ in (*check_option.CHECKS, *turnover_checks.CHECKS):
        assert names.count(check.name) >= 2, check.name
