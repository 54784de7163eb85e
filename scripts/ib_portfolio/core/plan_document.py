"""The plan document: what --json prints, reports are made of, and the self-check proves.

It is filled in one place, reports/document/plan_writer.py. Money, prices, quantities and
percentages are decimal strings; money is in base currency, to the cent, where the key does not say
otherwise.
Loaded for type checks only: a run never imports it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, TypedDict

# A row of the document, where code serves rows of several kinds.
DocumentPart = Mapping[str, Any]


class ClassShare(TypedDict):
    """One asset class before and after; percentages are of the investable value."""

    asset_class: str
    current_value: str
    current_pct: str
    target_pct: str
    drift_pct: str
    after_value: str
    after_pct: str


class _BondTrade(TypedDict, total=False):
    """What only orders of bonds have: the interest that a purchase pays and a sale receives."""

    accrued_interest: str


class SleeveShare(ClassShare):
    """One part of a target of the user's own; `asset_class` is "" where it is not known."""

    name: str


class Trade(_BondTrade):
    """An order that is proposed; `price` is of one unit in base currency.

    `exchange` is IBKR's listingExchange, "" where the source does not tell; `lot_size` the units
    that orders are multiples of, but for a sale of everything; `taxes` are levies and stamp duties;
    `cost_bp` is commission and taxes in basis points of the amount.
    """

    priority: int
    action: str
    symbol: str
    conid: str
    asset_class: str
    currency: str
    exchange: str
    quantity: str
    unit: str
    lot_size: str
    price: str
    local_price: str
    amount: str
    commission: str
    taxes: str
    cost_bp: str
    weight_change_pct: str
    estimated_realized_gain: Optional[str]
    gain_method: Optional[str]
    reason: str


class Summary(TypedDict):
    """What the trades come to; `accrued_interest` is what is received less what is paid."""

    total_trades: int
    total_sell: str
    total_buy: str
    net_cash_movement: str
    total_commission: str
    exchange_cost: str
    taxes: str
    accrued_interest: str
    cash_after: str


class GainTotals(TypedDict):
    """The gains and losses that the sales realise; neither is below zero, `net` may be."""

    gains: str
    losses: str
    net: str


class Untraded(TypedDict):
    """A position that has no trade whatever the target, and why."""

    symbol: str
    asset_class: str
    value: str
    reason: str


class ReservedCash(TypedDict):
    """Cash that is not free and why; `amount` in base currency, `local_amount` in `currency`."""

    symbol: str
    kind: str
    amount: str
    currency: str
    local_amount: str
    because: str


class CountedRow(TypedDict):
    """A holding that does not count as its IBKR category; MIX:60/40/0 is stocks/bonds/cash."""

    symbol: str
    asset_class: str
    because: str


class Unfilled(TypedDict, total=False):
    """A class, or where it has that key a symbol, of which nothing is held, and its share."""

    asset_class: str
    symbol: str
    value: str


class CheckResult(TypedDict):
    """A check that applied; `detail` is "" when it passed."""

    name: str
    passed: bool
    detail: str


class SharedSymbol(TypedDict):
    """A symbol and currency that several of the held share contracts have, or seem to."""

    symbol: str
    currency: str


class CurrencyFlow(TypedDict):
    """One currency over the plan, in that currency; None where the source does not tell.

    `cash_before` has what is contributed or withdrawn, `sells` and `buys` are
    with accrued interest and taxes, before commissions.
    `exchanged` is what the exchanges bring, below zero what they take; that of the base currency is
    less what they cost.
    """

    currency: str
    cash_before: Optional[str]
    sells: str
    buys: str
    commissions: str
    exchanged: str
    cash_after: Optional[str]


class Exchange(TypedDict):
    """A currency order, the pair and the action as IBKR quotes them.

    `amount` is in `currency`, the first of the pair; `value` and `cost` are in base currency.
    """

    action: str
    pair: str
    amount: str
    currency: str
    value: str
    cost: str


class BandClass(TypedDict):
    """How far a class, or a symbol, is from its target and may be, in percentage points."""

    asset_class: str
    distance_pct: str
    band_pct: str
    inside: bool


class BandResult(TypedDict):
    """Whether every class is inside the band that was asked for."""

    inside: bool
    classes: List[BandClass]
    commission_saved: str
    sentence: str


class LeftOrder(TypedDict):
    """An order that a cap on turnover leaves for later."""

    action: str
    symbol: str
    amount: str


class HoldingValues(TypedDict):
    """What one holding, or the cash, is worth before and after, and should be."""

    symbol: str
    asset_class: str
    before: str
    after: str
    target: str


class Explained(TypedDict):
    """Why a position has an order, or none."""

    symbol: str
    reason: str


class CrossCheckResult(TypedDict):
    """How the plan compares with the server's own calculation."""

    rows: int
    agreeing: int
    known: List[str]
    unknown: List[str]


class _Always(TypedDict):
    profile: str
    dry_run: bool
    source: str
    as_of: str
    account: str
    base_currency: str
    net_asset_value: str
    investable_value: str
    classes: List[ClassShare]
    target_allocation: Dict[str, float]
    trades: List[Trade]
    summary: Summary
    tax: GainTotals
    held: List[Untraded]
    locked: List[Untraded]
    reserved: List[ReservedCash]
    set_aside: str  # of the cash, before and after the trades, as far as it is there
    counted_as: List[CountedRow]
    unfilled: List[Unfilled]
    warnings: List[str]
    notes: List[str]
    heading_notes: List[str]
    checks: List[CheckResult]
    checks_not_applicable: List[str]


class FewOrdersResult(TypedDict):
    """What the fewest orders reach and give up."""

    points: str  # how near to the end of the full plan every share of the target has to come
    full_orders: int  # of the full plan
    ends: Dict[str, str]  # where the full plan takes each share, in base currency
    furthest: str  # the symbol that ends furthest from its target, "" where nothing is traded
    furthest_pct: str  # by how many points
    sentence: str


class PlanDocument(_Always, total=False):
    """The whole plan; the keys of this class are there when a run asks for them."""

    captured_at: str
    options: Dict[str, str]
    fetched: str  # when the plugin fetched the statement, local time
    shared_symbols: List[SharedSymbol]
    currencies: List[CurrencyFlow]
    exchanges: List[Exchange]
    sleeves: List[SleeveShare]
    unidentified: List[str]  # not held, and no exchange is told: which contract, the user knows
    band: BandResult
    new_money_to_close: str
    left: List[LeftOrder]
    few_orders: FewOrdersResult
    tax_aware: Dict[str, object]
    holdings: List[HoldingValues]
    explained: List[Explained]
    cross_check: CrossCheckResult
    lots: Dict[str, object]
    part: Dict[str, str]  # of an account in a household: what falls to it of each share
    kept_cash: str  # of such an account, what must be left of its cash
    wash_sales: List[Dict[str, object]]
    tax_estimate: Dict[str, object]
