"""Where rules meet: lots, interest, funds, exchanges and what is whole, in one plan each."""

from __future__ import annotations

from decimal import Decimal

import pytest
from market_statements import bond, planned, share, statement, traded, units

VTI = share("VTI", "1000", "300", subCategory="ETF", isin="US9229087690")
NOTE = bond("T 4 1/4 11/15/34", "10000", "100", cusip="91282CLW9", subCategory="Govt")
XEON = share(
    "XEON",
    "20000",
    "150",
    isin="LU0290358497",
    listingExchange="EBS",
    currency="CHF",
    subCategory="",
)


def test_interest_that_sales_bring_is_why_classes_end_away_from_their_targets() -> None:
    paper = bond("CO 9 2030", "900000", "100", subCategory="Corp", accruedInt="80000")
    document = planned(statement("100000", VTI, paper), "balanced")
    assert Decimal(document["summary"]["accrued_interest"]) > 15_000
    ends = [text for text in document["warnings"] if " ends " in text]
    assert ends and all("accrued interest of $33,777.78" in text for text in ends)
    little = bond("CO 9 2030", "900000", "100", subCategory="Corp", accruedInt="800")
    document = planned(statement("100000", VTI, little), "balanced")
    assert not any("ends" in text for text in document["warnings"])


def test_what_has_matured_counts_in_no_class_whatever_the_user_says_it_is() -> None:
    bill = bond("T 0 11/19/26", "50000", "100", subCategory="Govt", maturity="20261119")
    rows = statement("20000", VTI, NOTE, bill)
    document = planned(rows, **{"count-as": "T 0 11/19/26=60/40"})
    assert document["investable_value"] == "330000.00"
    assert "T 0 11/19/26" in [row["symbol"] for row in document["held"]]


def test_small_units_sold_for_the_debit_are_kept_where_a_large_one_is_sold_anyway() -> None:
    large = share("BRK A", "2", "750000")
    paper = bond("CO 4 2030", "200000", "100", subCategory="Corp")
    document = planned(statement("-1100000", large, paper))
    assert units(document, "BRK A") == -2
    bonds = next(row for row in document["classes"] if row["asset_class"] == "BOND")
    assert abs(Decimal(bonds["after_pct"]) - Decimal(bonds["target_pct"])) < 1


@pytest.mark.parametrize("cash", ["0", "1000000"])
def test_the_cost_of_exchanges_is_kept_once_and_no_currency_takes_another_s_share(cash) -> None:
    """Funds in francs pay for stocks in dollars and bonds in euros, down to the last cent."""
    paper = bond("DBR 2.6 08/15/34", "10000", "100", currency="EUR", subCategory="Govt")
    rows = statement(cash, VTI, paper, XEON, base="USD")
    document = planned(rows, "growth")
    assert traded(document, "XEON")["action"] == "SELL"
    summary = document["summary"]
    assert Decimal(summary["exchange_cost"]) > 4
    units_of = 300 + 1_080 + 170
    assert Decimal(summary["cash_after"]) < units_of + Decimal(summary["exchange_cost"])
    assert all(Decimal(row["cash_after"] or 0) >= 0 for row in document["currencies"])
