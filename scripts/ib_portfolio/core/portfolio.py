"""A portfolio: what is held, worth how much in base currency, and what of it may be traded."""

from __future__ import annotations

from decimal import Decimal

from .asset_classes import ASSET_CLASSES, CASH, CLASS_OF_CATEGORY, FACE_CATEGORIES
from .counting import PLAIN, Counting
from .instrument import UNTOLD, Instrument
from .numbers import ZERO, to_cents
from .record import Record

HELD_CATEGORIES = frozenset(
    "OPT FUT FOP FSFOP FSOPT FUND WAR IOPT CFD FXCFD CMDTY CRYPTO CASH UNTOLD".split()
)


# IBKR's subCategory of what is a fund; where it is empty, the source does not tell.
FUND_KINDS = frozenset(("ETF", "ETC", "ETN", "ETP", "FUND", "CLOSED-END FUND", "OPEN-END FUND", ""))


class Lot(Record):
    """A tax lot of a position; cost in base currency, not rounded; days as YYYY-MM-DD or ""."""

    quantity: Decimal
    cost: Decimal | None
    opened: str
    held_since: str = ""  # the day that the holding period counts from, mostly that of opening


class Execution(Record):
    """What was bought or sold on a day; "" and None where the source is not clear."""

    symbol: str
    conid: str
    date: str  # YYYY-MM-DD
    side: str  # BUY or SELL
    quantity: Decimal | None  # below zero where a trade of that side was cancelled


class Reserve(Record):
    """Cash that is there and not free, because of a short position or because the user says so."""

    symbol: str
    kind: str  # key of messages.json behind "reserved."
    amount: Decimal  # base currency, to the cent
    currency: str
    local_amount: Decimal  # in `currency`
    because: str  # how the amount comes about, one sentence or ""


class Position(Record):
    """One holding; every amount is in base currency, except where it says otherwise."""

    symbol: str
    currency: str  # the instrument's own
    category: str  # IBKR's assetCategory
    asset_class: str  # STK, BOND or CASH; MIX for what counts in its parts; "" for what is held
    held_reason: str  # key of messages.json that says why it is not traded, "" when it is
    quantity: Decimal  # shares, contracts, or face
    rate: Decimal  # base currency for one unit of the instrument's
    value: Decimal  # to the cent
    unit_value: Decimal  # of one share, or one of face
    unrealized_gain: Decimal | None  # None where the source does not tell
    treasury: bool  # a US Treasury note, bond, strip or bill
    as_of: str  # the day of its price, YYYY-MM-DD, or ""
    conid: str
    description: str
    lots: tuple[Lot, ...] = ()
    zero_cost: bool = False  # the source tells a cost of 0, and so all of its value is gain
    lock: str = ""  # key of messages.json that says why it counts but is not traded
    instrument: Instrument = UNTOLD
    kept: Decimal = ZERO  # of the quantity, what must not be sold, because short calls rest on it
    parts: tuple[tuple[str, Decimal], ...] = ()  # of a mixed fund: class and value, to the cent
    mix: tuple[tuple[str, Decimal], ...] = ()  # of a mixed fund: class and percent, of 100
    own_sleeve: str = ""  # the name under which a target of the user's own has it, "" without one

    @property
    def kept_value(self) -> Decimal:
        """What the part that must not be sold is worth."""
        if not self.kept:
            return ZERO
        return self.value if self.kept >= self.quantity else self.kept * self.unit_value

    @property
    def in_classes(self) -> tuple[tuple[str, Decimal], ...]:
        """What it adds to the value of each class; () for what is held."""
        if self.parts or not self.asset_class:
            return self.parts
        return ((self.asset_class, self.value),)

    @property
    def sleeve(self) -> str:
        """The part of a target that it belongs to: its own, else its class."""
        return self.own_sleeve or self.asset_class

    @property
    def in_sleeves(self) -> tuple[tuple[str, Decimal], ...]:
        """What it adds to the value of each part of a target; () for what is held."""
        return ((self.own_sleeve, self.value),) if self.own_sleeve else self.in_classes

    def split(self, amount: Decimal) -> tuple[tuple[str, Decimal], ...]:
        """`amount` of it by asset class; of a mixed fund as it is mixed."""
        if not self.mix:
            return ((self.asset_class, amount),)
        return tuple((name, amount * percent / 100) for name, percent in self.mix)

    @property
    def may_be_fund(self) -> bool:
        """Whether it is a stock to IBKR that may be a fund of something else."""
        kind = self.instrument.sub_category.upper()
        return self.asset_class == self.category == "STK" and kind in FUND_KINDS

    @property
    def by_face(self) -> bool:
        """Whether it is traded by face (bonds and bills) and not by shares."""
        return self.category in FACE_CATEGORIES

    def accrued_interest(self, quantity: Decimal) -> Decimal:
        """The interest accrued on `quantity` of face, to the cent; 0 where the source tells none.

        The source's figure runs to the settlement of trades on its day.
        """
        whole = self.instrument.accrued_interest
        if not whole or not self.by_face or not self.quantity:
            return ZERO
        return to_cents(whole * self.rate * quantity / self.quantity)


class Portfolio(Record):
    """All of one account on one day, amounts in base currency."""

    source: str  # statement, sample, ib-sec-mcp or ibkr-connector
    account: str
    base_currency: str
    as_of: str  # the day of the prices, YYYY-MM-DD
    positions: tuple[Position, ...]
    cash: Decimal
    net_asset_value: Decimal
    usd_rate: Decimal | None  # base currency for one US dollar, None when unknown
    ledger: str  # how the parts compare with the source's own total, one sentence
    warnings: tuple[str, ...]
    # Currency -> (amount in it, base currency for one unit); empty where the source does not tell.
    cash_by_currency: tuple[tuple[str, tuple[Decimal, Decimal]], ...] = ()
    executions: tuple[Execution, ...] | None = None  # None where the source does not tell
    executions_from: str = ""  # the day from which it tells them all, YYYY-MM-DD, or ""
    counting: Counting = PLAIN  # which holdings count as what, where IBKR's category says another
    reserves: tuple[Reserve, ...] = ()
    set_aside: Decimal = ZERO  # of `cash`, for the reserves: all that they ask for, if it is there
    rates: tuple[tuple[str, Decimal], ...] = ()  # base currency for one unit, as the source tells
    captured_at: str = ""  # when a live source was asked, as 2026-10-04 15:30 +02:00

    @property
    def free_cash(self) -> Decimal:
        """The cash that a plan may spend; below zero where there is debt."""
        return self.cash - self.set_aside

    @property
    def traded(self) -> tuple[Position, ...]:
        """The positions that a plan may buy and sell."""
        return tuple(
            position for position in self.positions if position.asset_class and not position.lock
        )

    @property
    def locked(self) -> tuple[Position, ...]:
        """The positions that count in their class but are not traded."""
        return tuple(position for position in self.positions if position.lock)

    @property
    def covering(self) -> tuple[Position, ...]:
        """The traded positions of which a part must not be sold, since short calls rest on it."""
        return tuple(position for position in self.traded if position.kept)

    @property
    def held(self) -> tuple[Position, ...]:
        """The positions that no plan touches."""
        return tuple(position for position in self.positions if not position.asset_class)

    @property
    def class_values(self) -> dict[str, Decimal]:
        """What each asset class is worth; CASH is the free cash and what counts as cash."""
        values = {**dict.fromkeys(ASSET_CLASSES, ZERO), CASH: self.free_cash}
        for position in self.positions:
            if not position.parts:  # most: without the tuple that `in_classes` makes
                if position.asset_class:
                    values[position.asset_class] += position.value
                continue
            for name, value in position.parts:
                values[name] += value
        return values

    @property
    def sleeve_values(self) -> dict[str, Decimal]:
        """What each part of a target is worth: the classes without what has a sleeve of its own."""
        if not any(position.own_sleeve for position in self.positions):
            return self.class_values
        values = {**dict.fromkeys(ASSET_CLASSES, ZERO), CASH: self.free_cash}
        for position in self.positions:
            for name, value in position.in_sleeves:
                values[name] = values.get(name, ZERO) + value
        return values

    @property
    def investable_value(self) -> Decimal:
        """What a target's percentages apply to: the long STK and BOND of it, and the free cash."""
        return sum(self.class_values.values(), ZERO)


def covered_reserve(portfolio: Portfolio, cash: Decimal) -> Decimal:
    """What the reserves of `portfolio` take of `cash`: all they ask for, at most what is there."""
    wanted = sum((row.amount for row in portfolio.reserves), ZERO)
    return min(wanted, max(cash, ZERO))


def classify(category: str, quantity: Decimal, value: Decimal, priced: bool) -> tuple[str, str]:
    """The asset class of a row and, when it has none, the key of the reason it is only held.

    Shorts, rows without a price or a value and every category but STK, BOND and BILL are held:
    weights in proportion to value have no meaning for them.
    """
    if category not in CLASS_OF_CATEGORY:
        return "", f"held.{category if category in HELD_CATEGORIES else 'other'}"
    if not priced:
        return "", "held.unpriced"
    if quantity < 0 or value < 0:
        return "", "held.short"
    if not quantity or not value:
        return "", "held.zero"
    return CLASS_OF_CATEGORY[category], ""


def mask_account(account: str) -> str:
    """`account` with only its first letter and last four characters: U1234567 -> U***4567."""
    return f"{account[:1]}***{account[-4:]}" if len(account) > 5 else "***"
