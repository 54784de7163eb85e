"""Sales by tax: what they save, where the classes end, and the checks that hold them to it."""

from __future__ import annotations

import copy
import itertools
from decimal import Decimal
from random import Random
from typing import Callable, Dict, List, Set, Tuple

import pytest
from lot_rows import document_with_lots, stock_rows

from ib_portfolio.checked_plan import SAMPLE, plan_from_statement
from ib_portfolio.checks.evidence import Evidence, statement_evidence
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.checks.tax import tax_aware_checks
from ib_portfolio.planning.choices.tax_aware import Seller, cheapest, in_whole_steps
from ib_portfolio.request.request import parse_text
from ib_portfolio.sources.flex_account import account_day
from ib_portfolio.sources.flex_xml import read_flex

Document = Dict[str, object]
RATES = "--tax-rate short=37,long=20"


def made(text: str) -> Tuple[Document, Evidence]:
    request = parse_text(f"--sample conservative {text}")
    day = account_day(read_flex(SAMPLE))
    evidence = statement_evidence(day.rows, request.options, from_date=day.from_date)
    return plan_from_statement(request), evidence


def failed(document: Document, evidence: Evidence) -> Set[str]:
    return {row["name"] for row in check_plan(document, evidence)[0] if not row["passed"]}


def test_the_sample_saves_tax_and_its_classes_end_in_the_same_place() -> None:
    plain, aware = made("")[0], made(f"--tax-aware {RATES}")[0]
    told = aware["tax_aware"]
    saved = Decimal(told["proportional_tax"]) - Decimal(told["tax"])
    assert Decimal(told["saved"]) == saved > 0
    for before, after in zip(plain["classes"], aware["classes"]):
        assert abs(Decimal(before["after_value"]) - Decimal(after["after_value"])) < 600
    sold = {row["symbol"] for row in aware["trades"] if row["action"] == "SELL"}
    assert "INTC" in sold and "VTI" not in sold  # at a loss, and with the largest gain


def test_without_rates_losses_go_first() -> None:
    told = made("--tax-aware")[0]["tax_aware"]
    assert "tax" not in told
    assert Decimal(told["short"]) < Decimal(told["proportional_short"])
    assert Decimal(told["long"]) < Decimal(told["proportional_long"])


@pytest.mark.parametrize("text", ["--few-orders", "--max-turnover 10", "--lock INTC", "--band 5"])
def test_it_combines_with_what_limits_orders(text: str) -> None:
    document, evidence = made(f"--tax-aware {RATES} {text}")
    assert document["trades"] and not failed(document, evidence)


def test_a_lot_is_taxed_by_what_is_sold_of_it_alone() -> None:
    """ACME's older lot is at a loss, its newer one at a large gain; BETA's is at a small gain."""
    rows = stock_rows([("50", "600", "20240102"), ("50", "10", "20240202")])
    other = stock_rows([("100", "990", "20240102")], symbol="BETA", conid="1002")
    rows["OpenPosition"] += other["OpenPosition"]
    document = document_with_lots(rows, "growth", tax_aware="", tax_rate="short=37,long=20")
    assert [(row["action"], row["symbol"]) for row in document["trades"]] == [("SELL", "ACME")]


def test_nothing_is_sold_with_no_sell() -> None:
    document, evidence = made(f"--tax-aware {RATES} --no-sell")
    assert not [row for row in document["trades"] if row["action"] == "SELL"]
    assert not failed(document, evidence)


def _claim_no_gain(document: Document) -> None:
    document["tax_aware"]["long"] = "0.00"


def _claim_more_saved(document: Document) -> None:
    document["tax_aware"]["saved"] = "99999.00"


def _forget_a_sale(document: Document) -> None:
    del document["tax_aware"]["proportional"][0]


def _sell_less_in_proportion(document: Document) -> None:
    document["tax_aware"]["proportional"][0]["quantity"] = "1"


def _sell_in_proportion(document: Document) -> None:
    document["trades"] = made("")[0]["trades"]


def _sell_the_gain(document: Document) -> None:
    gain = next(row for row in made("")[0]["trades"] if row["symbol"] == "VTI")
    document["trades"] = [
        {**gain, "priority": row["priority"]} if row["symbol"] == "INTC" else row
        for row in document["trades"]
    ]


def _other_amount(document: Document) -> None:
    row = document["tax_aware"]["proportional"][-1]
    row["amount"] = str(Decimal(row["amount"]) + Decimal("0.02"))


def _of_nothing_held(document: Document) -> None:
    document["tax_aware"]["proportional"][0]["symbol"] = "NOTHELD"


MUTANTS = [
    ("sales in proportion", _other_amount),
    ("sales in proportion", _of_nothing_held),
    ("tax of the sales", _claim_no_gain),
    ("tax of the sales", _claim_more_saved),
    ("classes as in proportion", _forget_a_sale),
    ("classes as in proportion", _sell_less_in_proportion),
    ("no cheaper sale", _sell_in_proportion),
    ("no cheaper sale", _sell_the_gain),
]


@pytest.mark.parametrize("name, mutate", MUTANTS)
def test_a_mutant_is_killed_by_its_check(name: str, mutate: Callable[[Document], None]) -> None:
    document, evidence = made(f"--tax-aware {RATES}")
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert not failed(document, evidence)
    assert name in failed(mutant, evidence)


def test_every_check_has_two_mutants() -> None:
    for check in tax_aware_checks.CHECKS:
        assert [name for name, _ in MUTANTS].count(check.name) >= 2, check.name


def sellers(random: Random) -> List[Seller]:
    """Two to four positions of one to five lots each, of which some may be sold in part only."""
    found = []
    for at in range(random.randint(2, 4)):
        ends, taxes = [Decimal(0)], [Decimal(0)]
        for _ in range(random.randint(1, 5)):
            value = Decimal(random.randint(50, 4000))
            ends.append(ends[-1] + value)
            taxes.append(taxes[-1] + value * random.randint(-300, 400) / 1000)
        found.append(Seller(at, tuple(ends), tuple(taxes), Decimal(1)))
    return found


def least_tax(own: List[Seller], whole: Decimal) -> Decimal:
    """The least tax of all sales in which at most one position is sold into the midst of a lot."""
    found = []
    for partly in own:
        others = [one for one in own if one is not partly]
        for ends in itertools.product(*(one.ends for one in others)):
            left = whole - sum(ends)
            if 0 <= left <= partly.room:
                taxes = (one.tax(end) for one, end in zip(others, ends))
                found.append(partly.tax(left) + sum(taxes))
    return min(found)


def test_sales_cost_the_least_tax_that_any_could() -> None:
    off = []
    for seed in range(120):
        random = Random(seed)
        own = sellers(random)
        whole = sum(one.room for one in own) * random.randint(5, 95) / 100
        amounts = cheapest(own, whole)
        assert abs(sum(amounts) - whole) < Decimal("1e-9")
        assert all(0 <= amount <= one.room for one, amount in zip(own, amounts))
        tax = sum(one.tax(amount) for one, amount in zip(own, amounts))
        off.append(tax - least_tax(own, whole))
    assert min(off) > Decimal("-1e-9")
    assert sum(one < Decimal("0.01") for one in off) >= 114


def test_the_tax_of_a_sale_is_that_of_the_lots_that_it_reaches() -> None:
    """100 at a gain of 30 per cent and 50 at a loss of 10, of which 20 may not be sold."""
    ends, taxes = (0, 100, 130), (0, 30, 27)
    one = Seller(0, tuple(map(Decimal, ends)), tuple(map(Decimal, taxes)), Decimal(1))
    sold = (0, 40, 100, 110, 130)
    assert [one.tax(Decimal(value)) for value in sold] == [0, 12, 30, 29, 27]
    assert one.room == 130


def test_what_is_dealt_in_large_steps_is_sold_in_whole_ones() -> None:
    """A is sold at a loss, in lots of 1,000; B at no gain up to 400, and at a large one above."""
    a = Seller(0, (Decimal(0), Decimal(3500)), (Decimal(0), Decimal(-350)), Decimal(1000))
    b = Seller(1, *(tuple(map(Decimal, one)) for one in ((0, 400, 900), (0, 0, 300))), Decimal(1))
    assert cheapest([a, b], Decimal(2700)) == [2700, 0]
    assert in_whole_steps([a, b], Decimal(2700)) == [2000, 700]
    assert in_whole_steps([a, b], Decimal(3400)) == [3000, 400]
    assert in_whole_steps([a, b], Decimal(3600)) == [3500, 100]  # all of it needs no rounding
    assert in_whole_steps([b, a], Decimal(4400)) == [900, 3500]


def test_no_other_number_of_large_steps_costs_less() -> None:
    off = []
    for seed in range(80):
        random = Random(seed)
        own = sellers(random)
        large = own[0] = own[0]._replace(step=Decimal(random.choice((300, 700, 1500))))
        whole = sum(one.room for one in own) * random.randint(5, 80) / 100
        amounts = in_whole_steps(own, whole)
        assert amounts[0] % large.step == 0 or amounts[0] == large.room
        found = []
        for count in range(int(min(large.room, whole) // large.step) + 1):
            left = whole - count * large.step
            others = cheapest(own[1:], left)
            taxes = (one.tax(amount) for one, amount in zip(own[1:], others))
            found.append((left - sum(others), large.tax(count * large.step) + sum(taxes)))
        tax = sum(one.tax(amount) for one, amount in zip(own, amounts))
        off.append((whole - sum(amounts), tax) > (min(found)[0], min(found)[1] + Decimal("0.01")))
    assert sum(off) <= 4
