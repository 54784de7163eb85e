"""The check of a tax report finds the discount of a zero-coupon bond that is not in it."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

import pytest
from checked_documents import recorded
from test_tax_report import document, zero


@pytest.mark.parametrize(
    "change", [{}, {"symbol": "STRIPS"}, {"maturity": "2035-01-15"}, {"position": "10001"}]
)
def test_a_discount_that_is_left_out_is_noticed(tmp_path: Path, change: Dict[str, str]) -> None:
    """But where the lots do not come to the position, of which nothing is told."""
    account = zero()
    for row in account.rows["OpenPosition"][:1] if "position" in change else ():
        row.update(change)
    for row in account.rows["OpenPosition"] if "position" not in change else ():
        row.update(change)
    with recorded() as made:
        found = document(tmp_path, account)
    (one,) = (checked for checked in made if checked.door == "check_taxes")
    assert len(found["discounts"]) == ("position" not in change)
    without = {**one.document, "discounts": [], "discount_total": "0.00"}
    assert one.failed(without) == ([] if "position" in change else ["discounts"])
