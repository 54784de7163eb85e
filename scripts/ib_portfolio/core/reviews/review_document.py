"""The review document: what --json of /optimize-portfolio prints, its report says, checks prove.

Filled in one place, reports/review/review_document.py. Numbers are decimal strings; money is in
base currency to the cent where a key does not say otherwise, shares are percent of the net asset
value, None is what the source does not tell. Loaded for type checks only.
"""

from __future__ import annotations

from typing import List, Optional, TypedDict

from ..plan_document import CheckResult, ClassShare, SleeveShare


class ShareRow(TypedDict):
    """What belongs together: a position, an issuer, a currency."""

    name: str
    symbols: List[str]
    value: str
    share_pct: str


class ConcentrationPart(TypedDict):
    """`effective_positions` is 1 / sum of squared shares of `long_value`."""

    long_value: str
    positions: int
    effective_positions: Optional[str]
    largest: List[ShareRow]
    issuers: List[ShareRow]
    currencies: List[ShareRow]


class CostsPart(TypedDict):
    """The statement's period, days as YYYY-MM-DD or ""; what was paid is above zero."""

    from_date: str
    to_date: str
    turnover: Optional[str]
    commissions: Optional[str]
    basis_points: Optional[str]
    taxes: Optional[str]
    exchange_commissions: Optional[str]
    fees: Optional[str]
    interest_paid: Optional[str]
    interest_received: Optional[str]
    interest_net: Optional[str]
    cash_over_target: str


class BondRow(TypedDict):
    """`face` and `price_pct` in the bond's currency; `higher` and `lower`: one point of yield."""

    symbol: str
    currency: str
    face: str
    value: str
    coupon_pct: str
    maturity: str
    per_year: int
    day_count: str
    price_pct: str
    yield_pct: str
    duration: str
    higher: str
    lower: str


class LadderRow(TypedDict):
    """The bonds that mature in a year, and what they pay back then."""

    year: int
    bonds: int
    value: str
    redemption: str


class NamedReason(TypedDict):
    """A symbol, and why something is not computed of it."""

    symbol: str
    reason: str


class BondsPart(TypedDict):
    """All bonds held long; `duration` is weighted by value with accrued interest."""

    rows: List[BondRow]
    ladder: List[LadderRow]
    value: str
    duration: Optional[str]
    higher: str
    lower: str
    not_computed: List[NamedReason]
    matured: List[str]


class AmountRow(TypedDict):
    """A symbol's amount."""

    symbol: str
    amount: str


class IncomePart(TypedDict):
    """Coupons from the prices' day to `until`, dividends since `since` of what is still held."""

    until: str
    coupons: List[AmountRow]
    coupon_total: str
    since: str
    told_from: str
    dividends: Optional[List[AmountRow]]
    dividend_total: Optional[str]
    withheld: Optional[str]
    stated_dividends: Optional[str]


class TurningRow(TypedDict):
    """A lot whose gain is long-term from `day` on."""

    symbol: str
    quantity: str
    opened: str
    gain: str
    day: str


class LossRow(TypedDict):
    """Lots below their cost, together; amounts below zero; `unsplit` without clear lots.

    `bought_in` are other accounts of the household whose plans buy the same; `lost_for_good` is
    whether one of them is a retirement account.
    """

    symbol: str
    quantity: Optional[str]
    short: str
    long: str
    unsplit: str
    total: str
    free_from: str
    purchases_told: bool
    bought_in: List[str]
    lost_for_good: bool


class CashRow(TypedDict):
    """Cash of a currency in it, its value and what exchanging it costs in base currency.

    `beside` is, of what is owed, the currency out of which it can be paid, or "".
    """

    currency: str
    amount: str
    value: str
    cost: str
    beside: str


class OverlapRow(TypedDict):
    """Funds of one kind: security (one ISIN), bonds or cash."""

    kind: str
    symbols: List[str]
    value: str


class ActionRow(TypedDict):
    """What can be done: how much it is about, what it costs, and the command that does it."""

    rank: int
    kind: str
    figure: str
    cost: str
    sentence: str
    command: str


class _OfAnOwnTarget(TypedDict, total=False):
    sleeves: List[SleeveShare]


class ReviewDocument(_OfAnOwnTarget):
    """The whole review.

    `typed_options` and `account_options` are what is typed behind other commands: the options that
    the plan was asked for with, and those that only name the account. `retirement` is None where
    the statement does not tell the type of the account.
    """

    command: str
    profile: str
    typed_options: str
    account_options: str
    source: str
    shown_source: str
    as_of: str
    account: str
    retirement: Optional[bool]
    other_accounts: int
    base_currency: str
    net_asset_value: str
    investable_value: str
    classes: List[ClassShare]
    trades: int
    concentration: ConcentrationPart
    costs: CostsPart
    bonds: BondsPart
    income: IncomePart
    long_term_soon: List[TurningRow]
    losses: List[LossRow]
    debits: List[CashRow]
    idle_currencies: List[CashRow]
    overlaps: List[OverlapRow]
    actions: List[ActionRow]
    warnings: List[str]
    notes: List[str]
    heading_notes: List[str]
    checks: List[CheckResult]
