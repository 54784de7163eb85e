"""The self-check of lots: it passes on every statement, and finds every wrong claim."""

from __future__ import annotations

import copy
from random import Random
from typing import Any, List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lot_rows import document_with_lots, random_rows_with_lots, stock_rows
from portfolios import PROFILES, RIGHT_REFUSALS, day_of

from ib_portfolio.checks.evidence import statement_evidence
from ib_portfolio.checks.self_check import check_plan
from ib_portfolio.core.messages import Refusal
from ib_portfolio.reports.text_lots import lots_section
from ib_portfolio.reports.text_table import display_width


@given(st.randoms(use_true_random=False), st.sampled_from(PROFILES))
@settings(max_examples=60, deadline=None)
def test_every_statement_with_lots_passes_its_checks(random: Random, profile: str) -> None:
    try:
        document = document_with_lots(
            random_rows_with_lots(random), profile, tax_rate="short=37,long=20"
        )
    except Refusal as refusal:
        assert refusal.key in RIGHT_REFUSALS, refusal
        return
    lines = lots_section(document, 0)
    assert max(map(display_width, lines)) <= 75
    assert all(line == line.rstrip() for line in lines)
    names = {row["name"] for row in document["checks"]}
    assert {"lots sum to the sales", "lots hold enough", "short and long term"} <= names


BROKEN: List[Tuple[str, Tuple[Any, ...], Any]] = [
    ("lots sum to the sales", ("sales", 0, "methods", 0, "lots", 0, "quantity"), "3"),
    ("lots sum to the sales", ("sales",), []),
    ("lots hold enough", ("sales", 0, "methods", 0, "lots", 0, "quantity"), "11"),
    ("lots hold enough", ("sales", 0, "methods", 0, "lots", 0, "opened"), "2020-01-01"),
    ("short and long term", ("sales", 0, "methods", 1, "short"), "0.00"),
    ("short and long term", ("sales", 0, "methods", 1, "lots", 0, "term"), "long"),
    ("short and long term", ("totals", 2, "gain"), "1.00"),
    ("short and long term", ("totals",), []),
    ("lots by method", ("sales", 0, "methods", 0, "method"), "LIFO"),
    ("lots by method", ("sold_on",), "2027-11-20"),
]


@pytest.mark.parametrize(("name", "path", "value"), BROKEN)
def test_a_wrong_claim_about_lots_is_found(name, path, value) -> None:
    rows = stock_rows([("10", "40", "20250101"), ("30", "240", "20260901")])
    asked = {"lots": ""}
    evidence = statement_evidence(day_of(rows).rows, asked, from_date="2026-01-01")
    document = copy.deepcopy(document_with_lots(rows, "growth"))
    assert all(row["passed"] for row in check_plan(document, evidence)[0])
    place = document["lots"]
    for step in path[:-1]:
        place = place[step]
    assert place[path[-1]] != value
    place[path[-1]] = value
    failed = {row["name"] for row in check_plan(document, evidence)[0] if not row["passed"]}
    assert name in failed
