"""Accounts on targets of their own: what the situations' statements must show."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import Any, Dict

from terminal import TESTS, run

SITUATIONS = os.path.join(TESTS, "fixtures", "situations")


def plan(name: str, *words: str) -> Dict[str, Any]:
    answer = run(["--statement", os.path.join(SITUATIONS, f"{name}.xml"), "--json", *words])
    assert answer.code == 0, answer.err
    found: Dict[str, Any] = json.loads(answer.out)
    assert all(check["passed"] for check in found["checks"])
    return found


def test_own_classes_are_the_targets() -> None:
    found = plan("own_classes", "--target", "80/15/5")
    assert found["profile"] == "custom"
    assert [row["target_pct"] for row in found["classes"]] == ["80", "15", "5"]
    for row in found["classes"]:
        assert abs(Decimal(row["after_pct"]) - Decimal(row["target_pct"])) < 1


def test_own_symbols_have_their_weights_and_what_is_not_named_is_left_alone() -> None:
    found = plan("own_symbols", "--target", "VTI 45, VXUS 20, BND 30, CASH 5")
    assert found["target_allocation"] == {"VTI": 45, "VXUS": 20, "BND": 30, "USD.CASH": 5}
    assert "AAPL" not in {trade["symbol"] for trade in found["trades"]}
    assert [row["symbol"] for row in found["held"]] == ["AAPL"]
    for row in found["sleeves"]:
        assert abs(Decimal(row["after_pct"]) - Decimal(row["target_pct"])) < Decimal("0.5")


def test_what_is_not_held_is_bought_at_its_price() -> None:
    found = plan("not_held", "--target", "VTI 60, BND 40", "--price", "BND=73.00")
    (bought,) = [trade for trade in found["trades"] if trade["action"] == "BUY"]
    assert (bought["symbol"], bought["conid"], bought["asset_class"]) == ("BND", "", "BOND")
    assert Decimal(bought["price"]) == 73
    assert abs(Decimal(bought["amount"]) - 28520) < 73
    assert found["unidentified"] == ["BND"]
