"""Own targets on the answers of a server: the exact weights that it is handed, and the plan."""

from __future__ import annotations

import json
from typing import Any

import pytest
from server_session import ServerSession

WORDS = "--target 'CSPX 50, STRIPS-2040 30, CASH 20' --dry-run"


@pytest.mark.parametrize("words", [WORDS, "CSPX 50, STK 10, BOND 30, CASH 10 --dry-run"])
def test_the_server_is_handed_the_target_exactly(tmp_path: Any, words: str) -> None:
    session = ServerSession(tmp_path, "a_seed_example", words, shows=True)
    session.fetch_all()
    _, given, _ = session.before("simulate_rebalancing", target_allocation={})
    weights = given["target_allocation"]
    assert weights["CSPX"] == 50 and sum(weights.values()) == 100
    if "STK" in words:
        assert weights == {"CSPX": 50, "INDA": 10, "STRIPS-2040": 30, "USD.CASH": 10}
    else:
        assert weights == {"CSPX": 50, "STRIPS-2040": 30, "USD.CASH": 20}


def test_what_the_target_does_not_name_is_left_alone_on_a_server_too(tmp_path: Any) -> None:
    session = ServerSession(tmp_path, "a_seed_example", WORDS, shows=True)
    session.report("simulate_rebalancing")
    report = session.screen[-1]
    assert "Profile: custom (50% CSPX / 30% STRIPS-2040 / 20% Cash)" in report
    assert "INDA" in report and "not in the target" in report
    assert "passed" in report and "| INDA" not in report.partition("REQUIRED TRADES")[2][:900]


def test_what_is_not_held_is_bought_at_its_price_on_a_server_too(tmp_path: Any) -> None:
    words = "--target 'CSPX 50, BND 40, CASH 10' --price BND=72.50 --dry-run"
    session = ServerSession(tmp_path, "a_seed_example", words, shows=True)
    session.report("simulate_rebalancing")
    report = session.screen[-1]
    assert "BND is not held: bought at the price you stated, 72.50 USD" in report
    assert json.dumps(session.asked[-1][1]["target_allocation"]).count("BND") == 1
