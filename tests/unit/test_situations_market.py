"""Bonds and lots of real accounts: each situation's outcome, and its kind in other numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Dict

import pytest
from market_statements import (
    bond,
    cash_is_right,
    planned,
    share,
    situation,
    statement,
    traded,
    units,
)

from ib_portfolio.core.messages import Refusal

VTI = share("VTI", "1000", "300", subCategory="ETF", isin="US9229087690")
NOTE = bond("T 4 1/4 11/15/34", "10000", "100", cusip="91282CLW9", subCategory="Govt")


def after(document: Dict, name: str) -> Decimal:
    """The share of a class after the plan, in percentage points from its target."""
    row = next(row for row in document["classes"] if row["asset_class"] == name)
    return Decimal(row["after_pct"]) - Decimal(row["target_pct"])


def test_wholesale_paper_is_sold_whole_with_a_warning_that_says_how_to_trade_parts() -> None:
    document = situation("wholesale_bond", "growth")
    assert units(document, "VW 4.625 PERP") == -100_000
    assert traded(document, "VW 4.625 PERP")["lot_size"] == "100000"
    assert any('--lot "VW 4.625 PERP=UNITS"' in warning for warning in document["warnings"])


def test_the_user_s_word_makes_wholesale_paper_divisible() -> None:
    document = situation("wholesale_bond", "growth", "--lot", "vw 4.625  perp=1000")
    assert units(document, "VW 4.625 PERP") == -70_000
    assert document["warnings"] == [
        warning for warning in document["warnings"] if "sold whole" not in warning
    ]
    assert abs(after(document, "BOND")) < 1


def test_wholesale_paper_is_kept_where_other_bonds_can_be_sold() -> None:
    paper = bond("RWE 2.1 2030", "100000", "95", currency="EUR", subCategory="Corp")
    note = {**NOTE, "position": "200000", "positionValue": "200000"}
    rows = statement("20000", share("VTI", "3000", "300"), paper, note)
    document = planned(rows)
    assert units(document, "RWE 2.1 2030") == 0
    assert units(document, NOTE["symbol"]) < -100_000
    assert [row["symbol"] for row in document["locked"]] == ["RWE 2.1 2030"]
    assert "--lot" in document["locked"][0]["reason"]


@pytest.mark.parametrize(
    "terms, step",
    [
        ({"isin": "XS1799939027", "currency": "USD", "subCategory": "Corp"}, None),
        ({"currency": "GBP", "subCategory": "Corp"}, None),
        ({"currency": "EUR", "subCategory": "Corp"}, None),
        ({"currency": "EUR", "subCategory": "Govt"}, "1000"),
        ({"currency": "USD", "subCategory": "Corp"}, "1000"),
        ({"currency": "USD", "subCategory": "Muni"}, "5000"),
        ({"currency": "GBP", "subCategory": "Govt", "isin": "GB00BL68HJ26"}, "1000"),
    ],
)
def test_kinds_of_bonds_trade_in_steps_of_their_own(terms: Dict[str, str], step: str) -> None:
    rows = statement("1000", bond("PAPER", "300000", "100", **terms), share("VTI", "400", "300"))
    found = traded(planned(rows), "PAPER")
    assert found["lot_size"] == (step or "300000")
    assert Decimal(found["quantity"]) % Decimal(found["lot_size"]) == 0


def test_a_corporate_that_is_not_in_whole_100_000s_is_no_wholesale_paper() -> None:
    paper = bond("RWE", "150000", "100", currency="EUR", subCategory="Corp")
    document = planned(statement("1000", paper, share("VTI", "100", "300")))
    assert Decimal(traded(document, "RWE")["quantity"]) not in (0, 150_000)


def test_what_matures_within_30_days_is_not_bought_and_the_others_take_its_part() -> None:
    document = situation("near_maturity", "balanced")
    assert units(document, "T 0 11/24/26") == 0
    assert units(document, "T 4 1/4 11/15/34") == 28_000
    assert all(abs(after(document, name)) < 1 for name in ("STK", "BOND", "CASH"))


@pytest.mark.parametrize(
    "maturity, bought",
    [("20261220", False), ("20261221", True), ("2026-12-20", False), ("", False)],
)
def test_the_thirtieth_day_is_the_last_that_is_too_near(maturity: str, bought: bool) -> None:
    """Without the field the symbol tells: 12/20/26."""
    bill = bond("T 0 12/20/26", "20000", "99.7", assetCategory="BILL", maturity=maturity)
    document = planned(statement("60000", share("VTI", "100", "300"), bill, NOTE), "balanced")
    assert (units(document, "T 0 12/20/26") > 0) == bought
    assert bool(document["locked"]) != bought


def test_what_is_near_its_maturity_can_be_sold_unless_it_pays_before_the_sale_settles() -> None:
    for maturity, sold in (("20261210", True), ("20261124", False), ("20261125", True)):
        bill = bond("BILL", "80000", "99.9", assetCategory="BILL", maturity=maturity)
        document = planned(statement("1000", share("VTI", "100", "300"), bill))
        assert (units(document, "BILL") < 0) == sold, maturity


def test_a_matured_bill_is_held_and_counts_as_nothing() -> None:
    document = situation("matured", "growth")
    assert units(document, "T 0 11/19/26") == 0
    (held,) = document["held"]
    assert held["symbol"] == "T 0 11/19/26" and held["reason"].startswith("matured")
    assert document["investable_value"] == "45000.00"
    assert "T 0 11/19/26" not in document["target_allocation"]
    assert any("T 0 11/19/26 has matured" in warning for warning in document["warnings"])


@pytest.mark.parametrize("maturity", ["20261120", "20251120", "20-NOV-26"])
def test_a_bond_has_matured_on_the_day_itself(maturity: str) -> None:
    paper = bond("PAPER", "50000", "100", maturity=maturity)
    document = planned(statement("9000", share("VTI", "100", "300"), NOTE, paper))
    assert [row["symbol"] for row in document["held"]] == ["PAPER"]
    assert document["investable_value"] == "49000.00"


def test_municipals_trade_in_steps_of_5_000_face() -> None:
    document = situation("muni", "growth")
    assert units(document, "CALST 5 09/01/35") == -45_000
    muni = bond("NYC 5 2036", "25000", "104", subCategory="Muni", currency="USD")
    document = planned(statement("40000", share("VTI", "100", "300"), muni), "conservative")
    assert units(document, "NYC 5 2036") == 30_000


@pytest.mark.parametrize(
    "face, most",
    [("1500", "1500"), ("900", "900"), ("12345", "11000"), ("2000", "2000"), ("7000", "7000")],
)
def test_no_odd_rest_of_face_is_left(face: str, most: str) -> None:
    """A growth plan wants to sell nearly all of it."""
    paper = bond("ODD", face, "100", subCategory="Corp")
    rows = statement("0", paper, share("VTI", "1", "5"))
    sold = -units(planned(rows), "ODD")
    rest = Decimal(face) - sold
    assert 0 < sold <= Decimal(most) and (rest == 0 or rest >= 1000)


def test_accrued_interest_is_part_of_the_cash_and_of_every_bond_order() -> None:
    document = situation("accrued", "balanced")
    trade = traded(document, "HYCO 9 12/01/30")
    interest = Decimal(981) * Decimal(trade["quantity"]) / 20_000
    assert trade["action"] == "BUY" and Decimal(trade["accrued_interest"]) == round(interest, 2)
    assert document["summary"]["accrued_interest"] == f"-{trade['accrued_interest']}"
    assert cash_is_right(document, "20000")
    assert Decimal(document["summary"]["cash_after"]) >= 17_490
    assert all(abs(after(document, name)) < 1 for name in ("STK", "BOND", "CASH"))


def test_a_sale_receives_its_part_of_the_interest_in_base_currency() -> None:
    paper = bond("DBR", "40000", "98", currency="EUR", subCategory="Govt", accruedInt="123.45")
    document = planned(statement("5000", share("VTI", "100", "300"), paper))
    trade = traded(document, "DBR")
    sold = Decimal(trade["quantity"])
    rate = Decimal("1.08")
    assert Decimal(trade["accrued_interest"]) == round(Decimal("123.45") * rate * sold / 40_000, 2)
    assert document["summary"]["accrued_interest"] == trade["accrued_interest"]
    assert cash_is_right(document, "5000")


def test_interest_that_is_not_told_is_said_to_be_missing() -> None:
    document = planned(statement("5000", share("VTI", "100", "300"), NOTE, cash_bill()))
    assert any("accrued interest of T 4 1/4 11/15/34:" in note for note in document["notes"])


def cash_bill() -> Dict[str, str]:
    """A bill, which pays no interest: nothing is missing of it."""
    return bond("T 0 11/18/27", "30000", "97", assetCategory="BILL", coupon="0")


def test_inflation_linked_face_is_sized_by_its_value() -> None:
    linked = bond("TII 1 02/15/46", "50000", "80", principalAdjustFactor="1.4", subCategory="Govt")
    linked["positionValue"] = "56000"
    document = planned(statement("5000", share("VTI", "100", "300"), linked))
    assert traded(document, "TII 1 02/15/46")["price"] == "1.12"
    assert cash_is_right(document, "5000")


@pytest.mark.parametrize(
    "factor, value",
    [("", "56000"), ("1", "56000"), ("1.2", "56000"), ("", "80000"), ("1", "20000")],
)
def test_a_value_that_no_factor_explains_is_refused_by_name(factor: str, value: str) -> None:
    linked = bond("TII 1 02/15/46", "50000", "80", principalAdjustFactor=factor)
    linked["positionValue"] = value
    with pytest.raises(Refusal, match=r"TII 1 02/15/46 .*Principal Adjust Factor"):
        planned(statement("5000", share("VTI", "100", "300"), linked))


def test_a_value_off_by_a_percent_is_rounding() -> None:
    paper = bond("PAPER", "50000", "80")
    paper["positionValue"] = "40400"
    assert planned(statement("5000", share("VTI", "100", "300"), paper))["trades"]


def test_tokyo_trades_in_lots_of_100() -> None:
    document = situation("tokyo_lots", "balanced")
    assert units(document, "7203.T") == 700
    assert traded(document, "7203.T")["lot_size"] == "100"
    # 0.08% of 700 x 2,800 yen
    assert traded(document, "7203.T")["commission"] == "10.04"


@pytest.mark.parametrize("exchange, currency", [("TSEJ", "JPY"), ("SGX", "SGD")])
@pytest.mark.parametrize("held", ["1600", "150", "2450"])
def test_lots_hold_for_sales_too(exchange: str, currency: str, held: str) -> None:
    asian = share("D05", held, "40", listingExchange=exchange, currency=currency)
    asian_note = bond("N", "90000", "100", subCategory="Govt")
    rows = statement("100", asian, share("VTI", "50", "300"), asian_note)
    for profile in ("conservative", "growth"):
        quantity = units(planned(rows, profile), "D05")
        assert quantity % 100 == 0 and -quantity <= Decimal(held)


def test_a_hong_kong_share_is_kept_where_its_board_lot_is_not_known() -> None:
    tencent = share("700", "1000", "400", listingExchange="SEHK", currency="HKD")
    rows = statement("20000", tencent, share("VTI", "1000", "300"), NOTE)
    for profile in ("growth", "conservative"):
        document = planned(rows, profile)
        assert units(document, "700") == 0
        assert [row["symbol"] for row in document["locked"]] == ["700"]
        assert "board lot is not known" in document["locked"][0]["reason"]


def test_a_hong_kong_share_trades_in_the_lot_that_the_user_tells() -> None:
    tencent = share("700", "1000", "400", listingExchange="SEHK", currency="HKD")
    rows = statement("20000", tencent, share("VTI", "100", "300"), NOTE)
    document = planned(rows, "conservative", lot="700=100")
    quantity = units(document, "700")
    assert quantity < 0 and quantity % 100 == 0 and quantity != -1000


def test_a_hong_kong_share_alone_is_sold_whole_if_that_is_closer_and_said_so() -> None:
    tencent = share("700", "1000", "400", listingExchange="SEHK", currency="HKD")
    document = planned(statement("1000", tencent, NOTE), "conservative")
    assert units(document, "700") == -1000
    assert any("700 is sold whole" in warning for warning in document["warnings"])


def test_the_last_whole_step_stays_with_its_odd_rest() -> None:
    """The target of 500 face is nearer to a rest of 345, which could not be sold later."""
    paper = bond("PAPER", "100000", "100", isin="XS1799939027")
    odd = bond("ODD", "12345", "100", subCategory="Corp")
    document = planned(statement("555", share("VTI", "1857", "300"), paper, odd))
    assert [row["symbol"] for row in document["locked"]] == ["PAPER"]
    assert units(document, "ODD") == -11_000
