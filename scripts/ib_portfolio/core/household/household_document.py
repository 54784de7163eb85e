"""The document of several accounts: the plan of each, and all of them together."""

from __future__ import annotations

from typing import List, Optional, TypedDict

from ..plan_document import CheckResult, PlanDocument


class HouseholdClass(TypedDict):
    """One asset class over all accounts."""

    asset_class: str
    current_value: str
    current_pct: str
    target_pct: str
    drift_pct: str
    after_pct: str


class HouseholdBand(TypedDict):
    """A share of the target over all accounts, and how far it may be from it."""

    name: str
    current_pct: str
    target_pct: str
    drift_pct: str
    band_pct: str
    inside: bool


class HouseholdTotals(TypedDict):
    """All accounts together; without classes where their base currencies differ."""

    base_currency: Optional[str]
    investable_value: Optional[str]
    classes: List[HouseholdClass]
    bands: List[HouseholdBand]  # none where no band was asked for
    notes: List[str]
    warnings: List[str]
    checks: List[CheckResult]
    checks_not_applicable: List[str]


class HouseholdDocument(TypedDict):
    """The plan of each account, and the household's classes."""

    accounts: List[PlanDocument]
    household: HouseholdTotals
