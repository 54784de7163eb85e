"""The table of docs/markets.md: its right column is what the plans of the situations say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Dict, List, Tuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "markets.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and "`)" in line
]
_ORDER = re.compile(r"(SELL|BUY) ([0-9.]+) ([A-Z][A-Z0-9. /]*[A-Z0-9])")


def plan_of(name: str, profile: str) -> Dict:
    statement = ROOT / "tests" / "fixtures" / "situations" / f"{name}.xml"
    command = [sys.executable, str(ROOT / "scripts" / "rebalance.py"), "--json"]
    command += ["--profile", profile, "--statement", str(statement)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def orders_in(text: str) -> List[Tuple[str, Decimal, str]]:
    return [(action, Decimal(size), name) for action, size, name in _ORDER.findall(text)]


def test_the_table_has_the_eight_accounts() -> None:
    assert len(ROWS) == 8 and all(len(row) == 4 for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].split("`")[1])
def test_the_right_column_is_what_the_plan_says(row: List[str]) -> None:
    account, profile, _, now = row
    plan = plan_of(account.split("`")[1], profile)
    said = [(one["action"], Decimal(one["quantity"]), one["symbol"]) for one in plan["trades"]]
    pairs = plan.get("exchanges", [])
    said += [(one["action"], Decimal(one["amount"]), one["pair"]) for one in pairs]
    assert sorted(orders_in(now)) == sorted(said)
    told = json.dumps(plan, ensure_ascii=False)
    for amount in re.findall(r"[$€]([0-9,]+\.[0-9]{2})", now):
        assert f'"{amount.replace(",", "")}"' in told, amount
    for shares in re.findall(r"([0-9.]+)% / ([0-9.]+)% / ([0-9.]+)%", now):
        after = [f"{Decimal(one['after_pct']):.1f}" for one in plan["classes"]]
        assert list(shares) == after
