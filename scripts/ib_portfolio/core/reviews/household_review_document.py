"""What --account all --json of /optimize-portfolio prints: the household, and each account.

Filled in one place, reports/review/household/review_together.py. Numbers are decimal strings;
money is in base currency to the cent. Where the accounts have different base currencies, nothing
is added up: `base_currency` and all sums are None, and their lists empty. Loaded for type checks
only.
"""

from __future__ import annotations

from typing import List, Optional, TypedDict

from ..plan_document import CheckResult
from .review_document import (
    BondsPart,
    CashRow,
    CostsPart,
    IncomePart,
    LossRow,
    ReviewDocument,
    ShareRow,
    TurningRow,
)


class MemberRow(TypedDict):
    """One account, in its own base currency; `cash` is all of it, what is set aside included."""

    account: str
    retirement: Optional[bool]
    base_currency: str
    as_of: str
    net_asset_value: str
    cash: str
    trades: int


class ClassTogether(TypedDict):
    """A class of all accounts together."""

    asset_class: str
    current_value: str
    current_pct: str
    target_pct: str
    drift_pct: str
    after_value: str
    after_pct: str


class HeldShare(ShareRow):
    """What belongs together, and the accounts that hold it; none for a currency."""

    accounts: List[str]


class ConcentrationTogether(TypedDict):
    """As ConcentrationPart, one contract in several accounts as one position."""

    long_value: str
    positions: int
    effective_positions: Optional[str]
    largest: List[HeldShare]
    issuers: List[HeldShare]
    currencies: List[HeldShare]


class AccountLoss(LossRow):
    """A loss, whose it is, and what its sale costs, also in percent of it.

    `cheapest` is the account of those with losses on the same whose sale costs least of its loss.
    """

    account: str
    cost: str
    cost_pct: str
    cheapest: bool


class AccountCash(CashRow):
    """Cash that is owed or idle, and whose."""

    account: str


class AccountTurning(TurningRow):
    """A lot that is soon long-term, and whose."""

    account: str


class AccountAction(TypedDict):
    """What can be done, and in which accounts."""

    rank: int
    kind: str
    accounts: List[str]
    figure: str
    cost: str
    sentence: str
    command: str


class HouseholdReview(TypedDict):
    """All accounts together."""

    profile: str
    typed_options: str
    account_options: str
    source: str
    shown_source: str
    as_of: str
    members: List[MemberRow]
    base_currency: Optional[str]
    net_asset_value: Optional[str]
    investable_value: Optional[str]
    trades: int
    classes: List[ClassTogether]
    concentration: Optional[ConcentrationTogether]
    costs: Optional[CostsPart]
    bonds: Optional[BondsPart]
    income: Optional[IncomePart]
    losses: List[AccountLoss]
    long_term_soon: List[AccountTurning]
    debits: List[AccountCash]
    idle_currencies: List[AccountCash]
    actions: List[AccountAction]
    warnings: List[str]
    notes: List[str]
    heading_notes: List[str]
    checks: List[CheckResult]


class HouseholdReviewDocument(TypedDict):
    """The household first, then each account, ordered by account number."""

    command: str
    household: HouseholdReview
    accounts: List[ReviewDocument]
