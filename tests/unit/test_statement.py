"""Flex statements in every shape, and the plan or refusal of each (the table is statements.md)."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any, Dict, List, NamedTuple

import pytest
from terminal import FLEX, TESTS, run

TABLE = os.path.join(TESTS, "statements.md")
SEED = (
    "SELL STRIPS-2040 50000; BUY CSPX 25; BUY INDA 199; cash after 10043.00; "
    "net gains 1250.00; investable 100000.00"
)
REFUSED = "refused: "


class Line(NamedTuple):
    file: str
    special: str
    arguments: str
    outcome: str


def _lines() -> List[Line]:
    with open(TABLE, encoding="utf-8") as file:
        rows = [row.strip().strip("|").split("|") for row in file if row.startswith("|")]
    lines = [Line(*(cell.strip() for cell in row)) for row in rows]
    return [line for line in lines if line.file not in ("File", "---")]


LINES = _lines()


def _ids() -> List[str]:
    return [f"{line.file} {line.arguments}".strip() for line in LINES]


def _stated(plan: Dict[str, Any]) -> Dict[str, List[str]]:
    """What a plan says of each thing that a row of the table can name."""
    old = [text for text in plan["warnings"] if not text.endswith("acting on this list.")]
    return {
        "trades": [f"{row['action']} {row['symbol']} {row['quantity']}" for row in plan["trades"]],
        "held": [row["symbol"] for row in plan["held"]],
        "warning": old,
        "note": plan["notes"],
        "nav": [plan["net_asset_value"]],
        "investable": [plan["investable_value"]],
        "cash after": [plan["summary"]["cash_after"]],
        "net gains": [plan["tax"]["net"]],
        "base": [plan["base_currency"]],
        "as of": [plan["as_of"]],
        "account": [plan["account"]],
    }


def _wanted(outcome: str) -> Dict[str, List[str]]:
    """The items of an outcome by the thing they name; trades, held and warnings are complete."""
    wanted: Dict[str, List[str]] = {"trades": [], "held": [], "warning": []}
    names = ("held", "warning", "note", "nav", "investable", "cash after", "net gains")
    for item in outcome.replace("the seed's plan", SEED).split("; "):
        if item.startswith(("SELL ", "BUY ")):
            wanted["trades"].append(item)
        elif item != "no trades":
            name = next(name for name in (*names, "base", "as of", "account") if _names(item, name))
            wanted.setdefault(name, []).append(item[len(name) + 1 :])
    return wanted


def _names(item: str, name: str) -> bool:
    return item.startswith(f"{name} ")


@pytest.mark.parametrize("line", LINES, ids=_ids())
def test_statement(line: Line) -> None:
    words = ["growth", "--statement", line.file, *line.arguments.split(), "--json"]
    answer = run(words, folder=FLEX)
    if line.outcome.startswith(REFUSED):
        assert answer == (1, "", line.outcome[len(REFUSED) :] + "\n")
        return
    assert answer.err == "" and answer.code == 0
    plan = json.loads(answer.out)
    stated = _stated(plan)
    for name, wanted in _wanted(line.outcome).items():
        if name == "note":
            assert set(wanted) <= set(stated[name])
        else:
            assert stated[name] == wanted, name


def test_every_statement_is_in_the_table() -> None:
    on_disk = set(os.listdir(FLEX))
    named = {line.file for line in LINES}
    assert len(on_disk) > 24
    assert on_disk - named == set()
    assert named - on_disk == {"missing.xml", "."}


def test_the_report_says_which_day_and_account() -> None:
    report = run(["growth", "--statement", "current_query.xml"], folder=FLEX).out
    assert "Account: U***4567 / Prices of: 2026-11-20 / Source: Flex statement" in report
    assert "U1234567" not in report


def test_a_net_asset_value_of_the_day_before_is_not_the_total(tmp_path: Any) -> None:
    """IBKR writes a row a day; where the last has no total, the day before's is not taken."""
    sample = Path(TESTS, "..", "samples", "statement.xml").read_text("utf-8")
    before, last = sample.split('reportDate="20261120" cash="28046.4"')
    own, rest = last.split("/>", 1)
    assert own.count(' total="') == 1
    head, tail = own.split(' total="')
    without = head + tail.split('"', 1)[1]
    path = tmp_path / "no_total.xml"
    path.write_text(f'{before}reportDate="20261120" cash="28046.4"{without}/>{rest}', "utf-8")
    answer = run(["--statement", str(path), "growth", "--json"])
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)["net_asset_value"]
    day_before = before.rsplit(' total="', 1)[1].split('"')[0]
    assert abs(Decimal(told) - Decimal(day_before)) > 1
