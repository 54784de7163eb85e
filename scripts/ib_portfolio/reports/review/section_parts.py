"""Sections that every report of this folder has, and lists that are cut."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.messages import say
from .sections import Points, Section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.reviews.household_review_document import HouseholdReview
    from ...core.reviews.household_strategy_document import HouseholdStrategy
    from ...core.reviews.review_document import ReviewDocument
    from ...core.reviews.strategy_document import StrategyDocument


ALL = " --account all"  # as it is typed behind a command


def heading(document: ReviewDocument | StrategyDocument, title: str) -> Section:
    """The first section: what it is, of which account, of when, from where."""
    banner = (say("sample_banner"),) if document["source"] == "sample" else ()
    facts = (
        say(
            "heading_source",
            account=document["account"],
            as_of=document["as_of"] or "unknown",
            source=document["shown_source"],
        ),
        say("review_nothing_sent"),
        *document["heading_notes"],
    )
    return Section("", (*banner, title, *facts))


def is_part_of_household(
    document: ReviewDocument | StrategyDocument | HouseholdReview | HouseholdStrategy,
) -> bool:
    """Whether it is of one account whose target is its part of a household's."""
    return "account" in document and document["account_options"] == ALL


def warnings_section(warnings: Sequence[str], most: int = 0) -> Section:
    """The warnings, or that there are none."""
    return Section("⚠️ WARNINGS", points(warnings or (say("none"),), most))


def checks_section(
    document: ReviewDocument | StrategyDocument | HouseholdReview | HouseholdStrategy,
) -> Section:
    """How many checks passed."""
    rows = document["checks"]
    passed = sum(row["passed"] for row in rows)
    return Section("", (say("checks", passed=passed, total=len(rows)),) if rows else ())


def cut(rows: Sequence[tuple[str, ...]], most: int) -> tuple[tuple[str, ...], ...]:
    """The first `most` rows, all with 0, and a row that says how many are left."""
    if not most or len(rows) <= most:
        return tuple(rows)
    return (*rows[:most], (say("rows_left", left=len(rows) - most),))


def points(sentences: Sequence[str], most: int) -> tuple[Points, ...]:
    """The sentences as points, `most` above 0 of them; nothing for none."""
    shown = tuple(sentences[:most] if most else sentences)
    left = len(sentences) - len(shown)
    shown += (say("rows_left", left=left),) if left else ()
    return (Points(shown),) if shown else ()
