"""Each check of what the market asks kills the plans, and the inputs, that break just that."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Callable, Dict

import pytest
from market_statements import Rows, bond, failed, planned, share, statement, traded
from portfolios import find_row

from ib_portfolio.checks.market import market_checks

Document = Dict[str, object]

MUNI = bond("MUNI", "60000", "100", subCategory="Muni", accruedInt="600", maturity="20350901")
BILL = bond("BILL", "20000", "99", assetCategory="BILL", maturity="20270601")
TOKYO = share("7203.T", "400", "2800", listingExchange="TSEJ", currency="JPY")
VTI = share("VTI", "100", "300", subCategory="ETF")


def rows() -> Rows:
    return statement("40000", VTI, TOKYO, MUNI, BILL)


def _tax_doubled(document: Document) -> None:
    trade = traded(document, "MUNI")
    trade["taxes"] = "1.00"


def _tax_left_out(document: Document) -> None:
    traded(document, "VTI")["taxes"] = "0.00"


def _interest_left_out(document: Document) -> None:
    traded(document, "MUNI")["accrued_interest"] = "0.00"


def _interest_on_shares(document: Document) -> None:
    traded(document, "VTI")["accrued_interest"] = "0.00"


def _odd_lot(document: Document) -> None:
    trade = traded(document, "7203.T")
    trade["quantity"] = str(Decimal(trade["quantity"]) + 50)


def _odd_rest(document: Document) -> None:
    traded(document, "MUNI")["quantity"] = "57000"


def _buy_what_matures(document: Document) -> None:
    traded(document, "BILL")["action"] = "BUY"


def _hold_nothing(document: Document) -> None:
    document["held"] = []


def _trade_what_has_matured(document: Document) -> None:
    document["held"] = []
    document["trades"].append({**traded(document, "MUNI"), "symbol": "BILL", "conid": "BILL"})


DOCUMENTS = [
    ("taxes", "conservative", _tax_doubled),
    ("taxes", "conservative", _tax_left_out),
    ("accrued interest", "conservative", _interest_left_out),
    ("accrued interest", "conservative", _interest_on_shares),
    ("lots and denominations", "growth", _odd_lot),
    ("lots and denominations", "growth", _odd_rest),
]


@pytest.mark.parametrize("name, profile, mutate", DOCUMENTS)
def test_a_mutant_of_the_plan_is_killed_by_its_check(
    name: str, profile: str, mutate: Callable[[Document], None]
) -> None:
    document = planned(_many_shares() if profile == "conservative" else rows(), profile)
    source = _many_shares() if profile == "conservative" else rows()
    assert not failed(document, source)
    mutant = copy.deepcopy(document)
    mutate(mutant)
    assert mutant != document
    assert name in failed(mutant, source)


def _many_shares() -> Rows:
    return statement("1000", {**VTI, "position": "900", "positionValue": "270000"}, TOKYO, MUNI)


def _with(symbol: str, **fields: str) -> Rows:
    """The statement with other fields in one row, as if the plan were of another day's facts."""
    changed = rows()
    row = find_row(changed, symbol)
    assert row is not None
    row.update(fields)
    return changed


INPUTS = [
    ("taxes", _with("VTI", listingExchange="LSE", isin="GB0002374006", subCategory="COMMON")),
    ("accrued interest", _with("MUNI", accruedInt="500")),
    ("lots and denominations", _with("BILL", subCategory="Muni")),
    ("held untouched", _with("VTI", listingExchange="SEHK")),
    ("held untouched", _with("BILL", isin="XS1799939027")),
    ("maturities", _with("BILL", maturity="20261119")),
    ("maturities", _with("MUNI", maturity="20261119")),
    ("bond values", _with("MUNI", markPrice="80")),
    ("bond values", _with("BILL", markPrice="98", principalAdjustFactor="1.5")),
]


@pytest.mark.parametrize("name, source", INPUTS)
def test_a_plan_of_another_input_is_killed_by_its_check(name: str, source: Rows) -> None:
    document = planned(rows())
    assert not failed(document, rows())
    assert name in failed(document, source)


def test_a_purchase_of_what_matures_soon_is_killed() -> None:
    document = planned(rows(), "conservative")
    assert traded(document, "BILL")["action"] == "BUY"
    assert "maturities" in failed(document, _with("BILL", maturity="20261201"))
    assert "maturities" not in failed(document, _with("BILL", maturity="20270601"))


def test_what_is_kept_must_be_locked_and_what_is_not_must_not() -> None:
    document = planned(_with("VTI", listingExchange="SEHK", currency="HKD"))
    assert [row["symbol"] for row in document["locked"]] == ["VTI"]
    assert "held untouched" in failed(document, rows())
    assert "held untouched" in failed(planned(rows()), _with("VTI", listingExchange="SEHK"))


def test_every_check_has_two_mutants() -> None:
    names = [row[0] for row in (*DOCUMENTS, *INPUTS)]
    for check in market_checks.CHECKS:
        assert names.count(check.name) >= 2, check.name
