"""What a plain run loads: start-up is most of its time, so nothing heavy may creep in."""

from __future__ import annotations

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def test_a_run_on_the_sample_loads_no_module_that_costs_much() -> None:
    """Each of these costs a run more than its whole planning; measured by tests/bench.py."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from rebalance import main;"
        "assert main(['--sample']); print(*sys.modules)"
    )
    scripts = os.path.join(ROOT, "scripts")
    command = [sys.executable, "-I", "-S", "-c", code, scripts]
    loaded = subprocess.run(command, check=True, capture_output=True).stdout.decode().split()
    assert "ib_portfolio.rebalance" in loaded
    heavy = "re enum json typing dataclasses datetime argparse pathlib tempfile inspect logging"
    assert not {*heavy.split(), "xml.etree"} & set(loaded)


def test_a_portfolio_of_one_currency_loads_nothing_of_currencies() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from rebalance import main;"
        "assert main(['growth', '--statement', sys.argv[2]]); print(*sys.modules)"
    )
    scripts = os.path.join(ROOT, "scripts")
    statement = os.path.join(ROOT, "tests", "fixtures", "statements", "a_seed_example.xml")
    command = [sys.executable, "-I", "-S", "-c", code, scripts, statement]
    loaded = subprocess.run(command, check=True, capture_output=True).stdout.decode().split()
    assert "ib_portfolio.planning.plan" in loaded
    assert [name for name in loaded if "currenc" in name or "exchange" in name] == []
