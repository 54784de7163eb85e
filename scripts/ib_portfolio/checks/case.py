"""A plan's claims beside the evidence, matched up once for all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from ..core.asset_classes import ASSET_CLASSES, CASH, TRADED_CLASSES
from .data_files import read_data
from .evidence import Evidence, Holding, amount_asked
from .goals import class_goals
from .market.piece_rules import step_of, with_limits, with_matured_held
from .pairs import trade_pairs

if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart, PlanDocument


Problems = Iterator[str]

CENT = Decimal("0.01")
ZERO = Decimal(0)
COARSE = Decimal("0.01")  # of the whole: a unit above it is no matter of rounding


class Case(NamedTuple):
    """What every check gets: the document, the evidence, and what both come to."""

    document: PlanDocument
    evidence: Evidence
    pairs: list[tuple[DocumentPart, Holding | None]]  # each trade with the holding it is of
    profile: dict[str, Decimal]  # percent by asset class
    totals: dict[str, Decimal]  # value by asset class, from the evidence
    weights: dict[str, Decimal]
    goals: dict[str, Decimal]  # value by asset class that is aimed at where no option changes it
    whole: Decimal  # what the profile applies to, from the evidence
    cash_funds: Decimal  # what funds that count as cash, and may be sold, are worth
    traded: list[Holding]  # the holdings that may be traded
    locked: list[Holding]  # those that count in their class but may not be traded
    steps: dict[int, Decimal]  # of each traded holding, by its id
    units: dict[int, Decimal]  # what such a step is worth
    coarse: frozenset[int]  # the ids of those of which one unit is more than a percent of the whole

    @property
    def trades(self) -> list[DocumentPart]:
        """The trades of the document."""
        return self.document["trades"]

    @property
    def cash_before(self) -> dict[str, Decimal]:
        """The cash of each currency, in it, with what is contributed or withdrawn in base currency.

        All of it in base currency where the input does not tell.
        """
        base, asked = self.document["base_currency"], self.evidence.asked
        if not self.evidence.cash_rows:
            return {base: cents(self.evidence.cash)}
        told = {name: cents(amount) for name, amount in self.evidence.cash_rows}
        flow = cents(amount_asked(asked, "contribute") - amount_asked(asked, "withdraw"))
        told[base] = told.get(base, ZERO) + flow
        return {name: amount for name, amount in told.items() if amount}

    @property
    def currency_names(self) -> set[str]:
        """The currencies with cash, by the input, or with a trade."""
        held = set(self.cash_before) or {self.document["base_currency"]}
        return held.union(trade["currency"] for trade in self.trades)

    def target_of(self, holding: Holding) -> Decimal:
        """The value that the target wants of a holding in proportion, in base currency.

        A fund that counts as cash keeps what the cash may have after the plan.
        """
        if holding.asset_class != CASH:
            goal = self.goal_of(holding.asset_class)
            return goal * cents(holding.value) / self.totals[holding.asset_class]
        return min(cash_kept(self) / self.cash_funds, Decimal(1)) * cents(holding.value)

    def step(self, holding: Holding) -> Decimal:
        """The units that orders of a holding are multiples of: all of what is traded whole."""
        return self.steps[id(holding)]

    def step_value(self, holding: Holding) -> Decimal:
        """What the smallest order of a holding is worth, in base currency."""
        return self.units[id(holding)]

    def goal_of(self, name: str) -> Decimal:
        """What a class is to be worth, as `goals` says."""
        return self.goals[name]

    def raises_money(self) -> bool:
        """Whether a withdrawal takes more than there is in free cash, exchanges paid.

        Those are two for each currency at most; what is sold for them may make some needless.
        """
        free = cents(self.evidence.cash) - self.evidence.set_aside
        if self.document.get("exchanges"):
            least = Decimal(read_data("market/fees.json")["exchange"]["minimum"])
            most = 2 * len(self.currency_names) * least * self.evidence.usd
            free -= max(most, Decimal(self.document["summary"]["exchange_cost"]))
        return "withdraw" in self.evidence.asked and free < 0

    def is_coarse(self, holding: Holding) -> bool:
        """Whether one unit of a holding is more than a percent of the whole."""
        return id(holding) in self.coarse

    def goals_are_profile(self) -> bool:
        """Whether every class goes to its goal: no lock, short call, band or no-sell changes that.

        Nor a withdrawal, which is raised whatever the targets are.
        """
        if self.locked or any(row.kept for row in self.traded) or self.raises_money():
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
                abs(self.target_of(holding) - holding.value) + self.step_value(holding)
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
    evidence = with_matured_held(evidence)
    free = cents(evidence.cash) - evidence.set_aside
    totals = {**dict.fromkeys(ASSET_CLASSES, ZERO), CASH: free}
    for row in evidence.holdings:
        for name, value in row.in_classes:
            totals[name] += value
    percents = {name: Decimal(profile[name]) for name in totals}
    evidence = with_limits(evidence, totals, percents)
    traded = [row for row in evidence.holdings if row.asset_class and not row.locked]
    pieces = {id(row): step_of(row, evidence.asked) for row in traded}
    steps = {id(row): pieces[id(row)] or row.quantity for row in traded}
    units = {id(row): row.value / row.quantity * steps[id(row)] for row in traded}
    whole = sum(totals.values(), ZERO)
    funds = (row for row in traded if row.asset_class == CASH)
    return Case(
        document=document,
        evidence=evidence,
        pairs=trade_pairs(document["trades"], evidence),
        profile=percents,
        totals=totals,
        whole=whole,
        weights={k: Decimal(str(part)) for k, part in document["target_allocation"].items()},
        goals=class_goals(
            [(row, units[id(row)]) for row in traded if pieces[id(row)] is not None],
            percents,
            totals,
        ),
        cash_funds=sum((cents(row.value) for row in funds), ZERO),
        traded=traded,
        locked=[row for row in evidence.holdings if row.locked],
        steps=steps,
        units=units,
        coarse=frozenset(at for at, unit in units.items() if unit > whole * COARSE),
    )


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
    """What the goals leave in cash: its own, and what of missing classes is not elsewhere."""
    held = (case.goal_of(name) for name in TRADED_CLASSES if case.totals[name])
    return case.whole - sum(held, ZERO)


def cash_class_after(case: Case) -> Decimal:
    """What the class of cash comes to after the plan, its funds included, reserves left out."""
    # Both are with what is set aside in them, which is the same before and after.
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
