"""A plan's claims beside the evidence, matched up once for all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from ..core.asset_classes import ASSET_CLASSES, CASH, TRADED_CLASSES
from ..core.plain_text import plain
from .data_files import read_data
from .evidence import Evidence, Holding, amount_asked

if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart, PlanDocument


Problems = Iterator[str]

CENT = Decimal("0.01")
ZERO = Decimal(0)
LOT_SIZE = {"shares": 1, "face": 1000}


class Case(NamedTuple):
    """What every check gets: the document, the evidence, and what both come to."""

    document: PlanDocument
    evidence: Evidence
    pairs: list[tuple[DocumentPart, Holding | None]]  # each trade with the holding it is of
    profile: dict[str, Decimal]  # percent by asset class
    totals: dict[str, Decimal]  # value by asset class, from the evidence
    weights: dict[str, Decimal]
    cash_funds: Decimal  # what funds that count as cash, and may be sold, are worth

    @property
    def trades(self) -> list[DocumentPart]:
        """The trades of the document."""
        return self.document["trades"]

    @property
    def whole(self) -> Decimal:
        """What the profile applies to, from the evidence."""
        return sum(self.totals.values(), ZERO)

    @property
    def traded(self) -> list[Holding]:
        """The holdings that may be traded."""
        return [row for row in self.evidence.holdings if row.asset_class and not row.locked]

    @property
    def locked(self) -> list[Holding]:
        """The holdings that count in their class but may not be traded."""
        return [row for row in self.evidence.holdings if row.locked]

    def target_of(self, holding: Holding) -> Decimal:
        """The value that the profile wants of a holding, in base currency.

        A fund that counts as cash keeps what cash and unfilled classes may have after the plan.
        """
        goal = self.whole * self.profile[holding.asset_class] / 100
        if holding.asset_class != CASH:
            return goal * cents(holding.value) / self.totals[holding.asset_class]
        return min(cash_kept(self) / self.cash_funds, Decimal(1)) * cents(holding.value)

    def goals_are_profile(self) -> bool:
        """Whether every class goes to its percentage: no lock, band or no-sell changes that."""
        if self.locked:
            return False
        asked = self.evidence.asked
        off = {name: value - self._goal(name) for name, value in self.totals.items()}
        if "band" in asked:
            inside = all(
                abs(off[name]) <= self.whole * band_width(self, name) / 100 for name in off
            )
            if inside or asked.get("to") == "edge":
                return False
        if "no-sell" not in asked:
            return True
        no_fund_sold = self.cash_funds <= cash_kept(self)
        return no_fund_sold and all(off[name] <= 0 for name in TRADED_CLASSES)

    def orders_reach_profile(self) -> bool:
        """Whether, besides, neither a smallest order nor a cap on turnover holds orders back."""
        return self.goals_are_profile() and not (self._leaves_out_orders() or self._is_capped())

    def _goal(self, name: str) -> Decimal:
        return self.whole * self.profile[name] / 100

    def _leaves_out_orders(self) -> bool:
        """Whether a smallest order was asked for, and something off its target has no order."""
        asked = self.evidence.asked
        if not amount_asked(asked, "min-trade"):
            return False
        ordered = {id(holding) for _, holding in self.pairs}
        return any(
            id(holding) not in ordered and abs(self.target_of(holding) - holding.value) > CENT
            for holding in self.traded
        )

    def _is_capped(self) -> bool:
        """Whether a cap on turnover was asked for that all orders together may come to."""
        asked = self.evidence.asked
        if "max-turnover" not in asked:
            return False
        most = sum(
            (
                abs(self.target_of(holding) - holding.value) + step_value(holding)
                for holding in self.traded
            ),
            ZERO,
        )
        return most > self.whole * amount_asked(asked, "max-turnover") / 100


def always(case: Case) -> bool:
    """That a check applies to every plan."""
    return True


class Check(NamedTuple):
    """A check: its name in the report, what it finds wrong, and whether it applies to a case."""

    name: str
    problems: Callable[[Case], Problems]
    applies: Callable[[Case], bool] = always


def make_case(document: PlanDocument, evidence: Evidence) -> Case:
    """The case of `document` against `evidence`."""
    profile = read_data("core/profiles.json")["profiles"][document["profile"]]
    totals = {**dict.fromkeys(ASSET_CLASSES, ZERO), CASH: cents(evidence.cash)}
    for row in evidence.holdings:
        for name, value in row.in_classes:
            totals[name] += value
    funds = (row for row in evidence.holdings if row.asset_class == CASH and not row.locked)
    return Case(
        document=document,
        evidence=evidence,
        pairs=_pairs(document["trades"], evidence),
        profile={name: Decimal(profile[name]) for name in totals},
        totals=totals,
        weights={k: Decimal(str(part)) for k, part in document["target_allocation"].items()},
        cash_funds=sum((cents(row.value) for row in funds), ZERO),
    )


def _pairs(
    trades: list[DocumentPart], evidence: Evidence
) -> list[tuple[DocumentPart, Holding | None]]:
    """Each trade with its holding: of the same name, class and contract, the one of its price."""
    by_name: dict[tuple[str, ...], list[Holding]] = {}
    for row in evidence.holdings:
        if row.asset_class and not row.locked:
            name = (plain(row.symbol), plain(row.conid), plain(row.currency), row.asset_class)
            by_name.setdefault(name, []).append(row)
    alike = {name: _Alike(rows) for name, rows in by_name.items()}
    pairs: list[tuple[DocumentPart, Holding | None]] = []
    for trade in trades:
        name = tuple(trade[part] for part in ("symbol", "conid", "currency", "asset_class"))
        found = alike[name].take(Decimal(trade["price"])) if name in alike else None
        pairs.append((trade, found))
    return pairs


class _Alike:
    """Holdings that only their price tells apart."""

    def __init__(self, rows: list[Holding]) -> None:
        priced = [(row.value / row.quantity, -row.quantity, row) for row in rows]
        self._all = sorted(priced, key=lambda one: one[:2])
        self._refill()

    def _refill(self) -> None:
        self._rows = [row for _, _, row in self._all]
        self._prices = [price for price, _, _ in self._all]

    def take(self, price: Decimal) -> Holding:
        """The holding nearest to `price`, the larger of those as near; each once before any twice.

        Of several at one price the larger comes first, as among the trades.
        """
        if len(self._all) == 1:
            return self._all[0][2]
        from bisect import bisect_left

        if not self._rows:
            self._refill()
        above = bisect_left(self._prices, price)
        places = [above] if above < len(self._rows) else []
        if above:
            places.append(bisect_left(self._prices, self._prices[above - 1]))
        place = min(
            places, key=lambda at: (abs(self._prices[at] - price), -self._rows[at].quantity)
        )
        del self._prices[place]
        return self._rows.pop(place)


def step_value(holding: Holding) -> Decimal:
    """What the smallest amount that can be traded of a holding is worth, in base currency."""
    return holding.value / holding.quantity * LOT_SIZE["face" if holding.by_face else "shares"]


def cents(number: Decimal) -> Decimal:
    """`number` to the cent, halves away from zero."""
    return number.quantize(CENT, ROUND_HALF_UP)


def total(rows: list[DocumentPart], field: str, action: str = "") -> Decimal:
    """The sum of a field over the trades, or over those of one action."""
    return sum((Decimal(row[field]) for row in rows if action in ("", row["action"])), ZERO)


def name_of(trade: DocumentPart) -> str:
    """How a problem names a trade."""
    return f"{trade['action']} {trade['symbol']} ({trade['currency']})"


def cash_kept(case: Case) -> Decimal:
    """What the profile leaves in cash: its share, and those of the classes without holdings."""
    unheld = (case.profile[name] for name in TRADED_CLASSES if not case.totals[name])
    return case.whole * (case.profile[CASH] + sum(unheld, ZERO)) / 100


def cash_class_after(case: Case) -> Decimal:
    """What the class of cash comes to after the plan, its funds included."""
    funds = case.totals[CASH] - cents(case.evidence.cash)
    trades = [trade for trade in case.trades if trade["asset_class"] == CASH]
    funds += total(trades, "amount", "BUY") - total(trades, "amount", "SELL")
    return funds + Decimal(case.document["summary"]["cash_after"])


def band_width(case: Case, name: str) -> Decimal:
    """The half width of the asked band around a class's target, in percentage points."""
    points, slash, share = case.evidence.asked["band"].partition("/")
    width = amount_asked({"band": points}, "band")
    if not slash:
        return width
    return min(width, case.profile[name] * amount_asked({"band": share}, "band") / 100)
