"""The strategy document: what --json of /investment-strategy prints and its report says.

Filled in one place, reports/review/strategy_document.py. Numbers are decimal strings; money is in
base currency to the cent. Loaded for type checks only.
"""

from __future__ import annotations

from typing import List, Optional, TypedDict

from ..plan_document import CheckResult, PlanDocument
from .review_document import LossRow


class Step(TypedDict):
    """One thing to do or to know; `day` is the first on which it can be done, or ""."""

    kind: str
    sentence: str
    figure: Optional[str]
    day: str


class Stage(TypedDict):
    """now, month, quarter, year_end or later, and what belongs there."""

    stage: str
    steps: List[Step]


class LotOrder(TypedDict):
    """An order of the plan; for a sale with clear lots, its gain when the highest cost goes first.

    `long_from` is the first day on which nothing it takes is short-term with a gain, or "".
    """

    priority: int
    action: str
    symbol: str
    quantity: str
    unit: str
    amount: str
    commission: str
    short: Optional[str]
    long: Optional[str]
    long_from: str


class BeforeAfter(TypedDict):
    """A figure before and after the orders; `unit` is money, percent, years or count."""

    name: str
    unit: str
    before: Optional[str]
    after: Optional[str]


class HorizonRow(TypedDict):
    """What a horizon would mean for the bonds that are held: those that mature after it."""

    horizon: str
    until: str
    bonds: int
    value: str
    higher: str


class WatchRow(TypedDict):
    """A class, its share now, and the shares at which an order is due."""

    asset_class: str
    now_pct: str
    low_pct: str
    high_pct: str


class StrategyDocument(TypedDict):
    """The whole strategy."""

    command: str
    profile: str
    typed_options: str
    account_options: str
    horizon: str
    until: str
    source: str
    shown_source: str
    as_of: str
    account: str
    retirement: Optional[bool]
    base_currency: str
    net_asset_value: str
    trades: int
    before_after: List[BeforeAfter]
    stages: List[Stage]
    orders: List[LotOrder]
    horizons: List[HorizonRow]
    watch: List[WatchRow]
    losses: List[LossRow]
    warnings: List[str]
    heading_notes: List[str]
    notes: List[str]
    checks: List[CheckResult]
    plan: PlanDocument
