"""The expected plans in tests/fixtures/plans: one for each statement and profile named here.

Usage: python tests/expected_plans.py [--write]
Without --write it names the files that are stale; with it they are written anew. A difference is a
change of what users are told to trade: read it before committing it.
Exit codes: 0 all current or written, 1 something is stale.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Dict, Iterator, List, Tuple

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "scripts"))

from ib_portfolio.checked_plan import plan_from_statement  # noqa: E402
from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402
from ib_portfolio.request.request import parse_words  # noqa: E402

STATEMENTS = os.path.join(HERE, "fixtures", "statements")
PLANS = os.path.join(HERE, "fixtures", "plans")
TODAY = "2026-11-22"
ALL = ("balanced", "growth", "conservative", "income")
TWO = ("balanced", "growth")
PROFILES = {
    "a_seed_example": ALL,
    "b_all_stocks": ALL,
    "c_messy25": TWO,
    "d_25_plain": TWO,
    "sample": ALL,
}

Document = Dict[str, Any]


def cases() -> Iterator[Tuple[str, str]]:
    """Every (statement, profile) that has an expected plan."""
    for statement, profiles in PROFILES.items():
        for profile in profiles:
            yield statement, profile


def make_plan(statement: str, profile: str, *options: str) -> Document:
    """The program's plan of a statement of tests/fixtures/statements, or of "sample"."""
    path = os.path.join(STATEMENTS, f"{statement}.xml")
    source = ["--sample"] if statement == "sample" else ["--statement", path]
    request = parse_words(["--profile", profile, *source, *options])
    return plan_from_statement(request, TODAY)


def expected_text(statement: str, profile: str) -> str:
    """What the file of a case should hold: the plan without its checks, which all passed."""
    plan = make_plan(statement, profile)
    assert all(check["passed"] for check in plan.pop("checks"))
    assert plan.pop("checks_not_applicable") == []
    return json.dumps(plan, ensure_ascii=False, indent=1) + "\n"


def plan_path(statement: str, profile: str) -> str:
    """The file of a case."""
    return os.path.join(PLANS, f"{statement}.{profile}.json")


def current_text(path: str) -> str:
    """What a file holds, "" when there is none."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def main(words: List[str]) -> int:
    """The exit code, after writing or comparing every file."""
    stale = 0
    for statement, profile in cases():
        path, text = plan_path(statement, profile), expected_text(statement, profile)
        if words == ["--write"]:
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        elif current_text(path) != text:
            print(f"{os.path.relpath(path)} is stale", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    use_exact_decimals()
    sys.exit(main(sys.argv[1:]))
