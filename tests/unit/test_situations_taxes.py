"""The situations of gains and wash sales: what a statement of each kind must lead to."""

from __future__ import annotations

import json
import os

from terminal import TESTS, run

FIFO = os.path.join(TESTS, "fixtures", "situations", "fifo_gains.xml")
ASKED = ["--statement", FIFO, "--profile", "balanced", "--dry-run"]


def test_gains_are_lot_by_lot_the_oldest_first() -> None:
    """50 VTI of 2024 at 180, then 50 of 2025-11-19 at 290, then 100 at 310, sold at 300."""
    plan = json.loads(run([*ASKED, "--json"]).out)
    (trade,) = [row for row in plan["trades"] if row["symbol"] == "VTI"]
    sold = int(trade["quantity"])
    assert trade["action"] == "SELL" and 50 < sold <= 100
    assert float(trade["estimated_realized_gain"]) == 50 * 120 + (sold - 50) * 10
    assert trade["gain_method"] == "FIFO"
    assert plan["tax"]["gains"] == trade["estimated_realized_gain"]
    text = " ".join(run(ASKED).out.split())
    assert "lot by lot, the oldest first (FIFO, IBKR's default" in text


def test_each_method_of_ibkr_takes_its_own_lots() -> None:
    """The lot of 2025-11-19 is long-term on 2026-11-20, the one of August loses, short-term."""
    plan = json.loads(run([*ASKED, "--lots", "--json"]).out)
    (sale,) = plan["lots"]["sales"]
    first = {
        row["method"]: (row["lots"][0]["opened"], row["lots"][0]["term"]) for row in sale["methods"]
    }
    oldest, newest = ("2024-03-15", "long"), ("2026-08-05", "short")
    assert first == {
        "FIFO": oldest,
        "LIFO": newest,
        "HIGHEST_COST": newest,
        "MAX_LONG_TERM_GAIN": oldest,
        "MAX_LONG_TERM_LOSS": newest,
        "MAX_SHORT_TERM_GAIN": oldest,
        "MAX_SHORT_TERM_LOSS": newest,
    }
    second = {
        row["method"]: row["lots"][1]["term"] for row in sale["methods"] if len(row["lots"]) > 1
    }
    assert second["FIFO"] == "long"
    (notice,) = plan["wash_sales"]
    assert notice["verdict"] == "possible" and "FIFO" not in notice["loss_by"]
