"""What --account all --json of /investment-strategy prints: the household, and each account.

Filled in one place, reports/review/household/strategy_together.py. Numbers are decimal strings;
money is in base currency to the cent. Where the accounts have different base currencies, nothing
is added up: `base_currency` is None, and lists of sums are empty. Loaded for type checks only.
"""

from __future__ import annotations

from typing import List, Optional, TypedDict

from ..plan_document import CheckResult
from .household_review_document import AccountLoss, MemberRow
from .strategy_document import BeforeAfter, HorizonRow, StrategyDocument, WatchRow


class OrdersRow(TypedDict):
    """The orders of one account, and what its sales realise where their lots are clear."""

    account: str
    base_currency: str
    orders: int
    sells: str
    buys: str
    commission: str
    short: Optional[str]
    long: Optional[str]


class AccountStep(TypedDict):
    """One thing to do or to know in an account; `day` is the first on which it can be done."""

    account: str
    kind: str
    sentence: str
    figure: Optional[str]
    day: str


class StageTogether(TypedDict):
    """now, month, quarter, year_end or later, and what belongs there in all accounts."""

    stage: str
    steps: List[AccountStep]


class ClashRow(TypedDict):
    """A sale at a loss in `account`, and the account that buys or bought the same within 30 days.

    `bought_on` is "" for an order of its plan; `lost_for_good` where it is for retirement.
    """

    account: str
    symbol: str
    loss: str
    currency: str
    buyer: str
    bought_on: str
    lost_for_good: bool


class HouseholdStrategy(TypedDict):
    """All accounts together."""

    profile: str
    typed_options: str
    account_options: str
    horizon: str
    until: str
    source: str
    shown_source: str
    as_of: str
    members: List[MemberRow]
    base_currency: Optional[str]
    net_asset_value: Optional[str]
    trades: int
    before_after: List[BeforeAfter]
    orders: List[OrdersRow]
    clashes: List[ClashRow]
    stages: List[StageTogether]
    horizons: List[HorizonRow]
    watch: List[WatchRow]
    losses: List[AccountLoss]
    warnings: List[str]
    notes: List[str]
    heading_notes: List[str]
    checks: List[CheckResult]


class HouseholdStrategyDocument(TypedDict):
    """The household first, then each account, ordered by account number."""

    command: str
    household: HouseholdStrategy
    accounts: List[StrategyDocument]
