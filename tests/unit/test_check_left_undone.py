"""What may be left undone, and no more: the plans of two drawn households, and these made worse."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import List

from checked_documents import Checked, recorded
from random_households import drawn, household_of

from ib_portfolio.household import planned_accounts


def plans_of(seed: int, *words: str) -> List[Checked]:
    """The checked plans of the accounts of a household that is drawn by a seed."""
    accounts = household_of(drawn(seed)._replace(words=list(words)))
    with recorded() as made:
        planned_accounts(accounts, "2026-11-20")
    return [one for one in made if "trades" in one.document]


def test_stocks_over_their_part_may_wait_for_a_bond_but_not_beside_cash_that_lacks() -> None:
    plan = plans_of(20928, "balanced", "--lock", "VTI")[1]
    stocks = next(row for row in plan.document["classes"] if row["asset_class"] == "STK")
    assert Decimal(stocks["after_pct"]) - Decimal(stocks["target_pct"]) > Decimal("0.5")
    assert plan.failed(plan.document) == []
    short = copy.deepcopy(plan.document)
    short["summary"]["cash_after"] = str(Decimal(short["summary"]["cash_after"]) - 100)
    assert "nothing left undone" in plan.failed(short)


def test_stocks_over_their_part_may_not_stay_where_a_bond_could_be_bought_for_them() -> None:
    plan = plans_of(20928, "balanced", "--lock", "VTI")[1]
    fewer = copy.deepcopy(plan.document)
    bought = next(row for row in fewer["trades"] if row["asset_class"] == "BOND")
    bought["amount"] = str(Decimal(bought["amount"]) - Decimal("998.70"))
    assert "nothing left undone" in plan.failed(fewer)


def test_only_a_class_whose_small_units_have_their_part_may_lack_a_large_one() -> None:
    plan = plans_of(461, "growth", "--max-turnover", "10")[1]
    left = [row["symbol"] for row in plan.document["left"]]
    assert "VXUS" in left and plan.failed(plan.document) == []
    without = copy.deepcopy(plan.document)
    without["left"] = [row for row in without["left"] if row["symbol"] != "VXUS"]
    assert "left completes the plan" in plan.failed(without)
