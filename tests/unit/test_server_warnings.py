"""The warnings of ib-sec-mcp's simulation stand in the report, each in our words."""

from __future__ import annotations

import glob
import json
import os
from typing import Any, Dict, List

import pytest
from server_session import ServerSession
from terminal import TESTS

from ib_portfolio.claude_code.server_run import finish, load_run
from ib_portfolio.claude_code.server_warnings import server_warnings

RECORDINGS = os.path.join(TESTS, "fixtures", "ib_sec_mcp", "recordings")
PLAN = {"base_currency": "USD", "summary": {"total_commission": "7.00"}}


def told(*warnings: object) -> List[str]:
    return server_warnings({"warnings": list(warnings)}, PLAN)


def test_every_recorded_warning_is_one_of_the_known_kinds() -> None:
    found = []
    for path in glob.glob(os.path.join(RECORDINGS, "*", "simulate*.json")):
        with open(path, encoding="utf-8") as file:
            found += _warnings(json.load(file))
    assert len(found) > 5
    assert [text for text in found if told(text)[0].startswith("ib-sec-mcp warns: ")] == []


def _warnings(node: Any) -> List[str]:
    """The warnings in a recording, wherever the client's shape has put them."""
    if isinstance(node, str) and node.lstrip().startswith("{"):
        return _warnings(json.loads(node))
    if isinstance(node, dict):
        own = node.get("warnings")
        inner = [text for value in node.values() for text in _warnings(value)]
        return inner + (own if isinstance(own, list) else [])
    return [text for one in node for text in _warnings(one)] if isinstance(node, list) else []


@pytest.mark.parametrize(
    "text, words",
    [
        ("Estimated commissions exceed 1% of portfolio value", "this plan come to $7.00"),
        ("New positions to open: USD.CASH. Mark price unavailable; x.", "takes the cash for a"),
        ("New positions to open: A, B. Mark price unavailable; x.", "would open A, B, of which"),
        ("Positions to fully close: BRK B, C", "would close BRK B, C whole"),
        ("Something | new `here`", "ib-sec-mcp warns: Something / new 'here'"),
    ],
)
def test_a_warning_is_told_in_our_words(text: str, words: str) -> None:
    (sentence,) = told(text)
    assert words in sentence


def test_what_is_no_list_of_texts_says_nothing() -> None:
    assert (
        server_warnings({}, PLAN) == server_warnings({"warnings": "x"}, PLAN) == told(1, None) == []
    )


def test_they_stand_under_the_report_s_warnings(tmp_path: Any) -> None:
    session = ServerSession(tmp_path, "a_seed_example", "growth")
    session.fetch_all()
    run = load_run(session.folder)
    assert run is not None
    answer: Dict[str, Any] = {
        "current_allocation": [],
        "projected_allocation": [],
        "warnings": ["Positions to fully close: INDA"],
    }
    report = finish(run, answer).shown.report()
    assert "would close INDA whole" in " ".join(report.split("WARNINGS")[1].split())
