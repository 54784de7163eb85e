"""Bugs as a developer might write them, planted in the program: the checks see every one.

Each is planted while random portfolios are planned; within a bounded number of them a check must
refuse the plan. Without a bug all of them pass. `python tests/planted_bugs.py` counts for each, by
option set, how many plans it changes and where a wrong one would be shown.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "bugs")]
from bug_list import OF_EVERY_PLAN  # noqa: E402
from bug_plans import ALIKE, REFUSED, SHOWN, made, wrongs  # noqa: E402
from bug_readings import OF_SERVERS  # noqa: E402
from bug_sets import BUGS, HOUSEHOLD, KNOWN, SETS, single_case  # noqa: E402
from planted_bugs import seen, table  # noqa: E402
from random_portfolios import outcome, source_outcome  # noqa: E402

from ib_portfolio.core.numbers import use_exact_decimals  # noqa: E402

MOST_SEEDS = 150
Patch = pytest.MonkeyPatch


def test_without_a_bug_nothing_is_refused() -> None:
    use_exact_decimals()
    found = [outcome(seed) for seed in range(1, 41)]
    assert not [one for one in found if one.startswith("FAULT")] and "planned" in found


@pytest.mark.parametrize("name", OF_EVERY_PLAN)
def test_a_bug_is_seen(name: str, monkeypatch: Patch) -> None:
    use_exact_decimals()
    OF_EVERY_PLAN[name](monkeypatch)
    found = (outcome(seed) for seed in range(1, MOST_SEEDS + 1))
    seen = next((one for one in found if one.startswith("FAULT")), "")
    assert "did not pass its own check" in seen, seen or f"not seen in {MOST_SEEDS} portfolios"


@pytest.mark.parametrize("name", OF_SERVERS)
def test_a_bug_in_the_reading_of_a_server_is_seen(name: str, monkeypatch: Patch) -> None:
    use_exact_decimals()
    OF_SERVERS[name](monkeypatch)
    source = "ib-sec-mcp" if name.startswith("server") else "ibkr-connector"
    found = (source_outcome(seed, source) for seed in range(MOST_SEEDS))
    seen_in = next((one for one in found if one.startswith("FAULT")), "")
    assert "did not pass its own check" in seen_in, seen_in or "not seen"


SOME = range(2)
ELSEWHERE = {
    "[never trade] lost": "--policy {policy}",
    "[limits] lost": "--policy {policy}",
    "to the middle of a band, not its edge": "--band 2 --to edge",
    "two weights swapped": "--lock {symbol}",
    "the newest lots first": "--lots",
    "the first account moves twice as much": HOUSEHOLD,
}


@pytest.mark.parametrize("bug, options", ELSEWHERE.items())
def test_a_bug_under_an_option_is_refused_and_never_shown(
    bug: str, options: str, tmp_path: Path
) -> None:
    found = [one.outcome for one in seen(SOME, [bug], (options,), str(tmp_path))]
    assert SHOWN not in found and {REFUSED, ALIKE} & set(found), found


def test_what_is_shown_is_told(tmp_path: Path) -> None:
    """A bug that no check sees beside shares under short calls: the right code sells for less."""
    bug, options = "the dearest sales by tax", SETS[13]
    (found,) = seen(range(8, 9), [bug], (options,), str(tmp_path))
    assert found.outcome == SHOWN and "more tax" in found.why
    counts = {(bug, options): Counter([found.outcome])}
    assert list(table(counts, [bug], (options,)))[-1].split()[5:] == ["1+1", "|", *"10001"]


def test_without_a_bug_no_document_differs_from_what_the_right_code_says(tmp_path: Path) -> None:
    for options in SETS:
        if options != HOUSEHOLD:
            right = made(single_case(3, options, str(tmp_path)))
            assert list(wrongs(right, right.document)) == [], options


def test_every_known_bug_and_option_set_is_one_and_has_a_reason() -> None:
    assert len(BUGS) >= 30 and len(set(SETS)) == len(SETS)
    for one in KNOWN:
        assert one.bug in BUGS and one.options in SETS and len(one.why.split()) > 5
