"""A plan's claims beside the evidence, matched up once for all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from ..core.asset_classes import CASH
from ..core.record import Record
from .data_files import read_data
from .evidence import Evidence, Holding, amount_asked
from .market.piece_rules import step_of, with_limits, with_matured_held
from .pairs import trade_pairs
from .targets.asked import bands_by_share, points_of_few
from .targets.shares import (
    Shares,
    class_percents,
    class_values,
    covered_evidence,
    goals_of,
    is_inside,
    shares_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import DocumentPart, PlanDocument


Problems = Iterator[str]

CENT = Decimal("0.01")
ZERO = Decimal(0)
COARSE = Decimal("0.01")  # of the whole: a unit above it is no matter of rounding


class Case(Record):
    """What every check gets: the document, the evidence, and what both come to."""

    document: PlanDocument
    evidence: Evidence
    pairs: list[tuple[DocumentPart, Holding | None]]  # each trade with the holding it is of
    shares: Shares  # of the target: an own one's classes and symbols, or the classes of a profile
    class_profile: dict[str, Decimal]  # percent by asset class
    class_totals: dict[str, Decimal]  # value by asset class, from the evidence
    weights: dict[str, Decimal]
    goals: dict[str, Decimal]  # value by share that is aimed at where no option changes it
    by_share: dict[str, list[DocumentPart]]  # the trades of each share
    whole: Decimal  # what the target applies to, from the evidence
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
    def profile(self) -> dict[str, Decimal]:
        """Percent by share of the target."""
        return self.shares.percents

    @property
    def totals(self) -> dict[str, Decimal]:
        """Value by share of the target, from the evidence."""
        return self.shares.totals

    @property
    def traded_shares(self) -> list[str]:
        """The shares of the target but the cash."""
        return [name for name in self.shares.percents if name != CASH]

    def trades_of(self, share: str) -> list[DocumentPart]:
        """The trades of the holdings that count in a share of the target."""
        return self.by_share.get(share, [])

    def can_hold(self, share: str) -> bool:
        """Whether something of a share is held, or could be bought for its price is known."""
        return bool(self.totals.get(share)) or any(row.share == share for row in self.traded)

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
        if holding.closes:
            return ZERO
        share = holding.own_share or holding.asset_class
        if share != CASH:
            goal = self.goals[share]
            if not holding.quantity:
                return goal
            return goal * cents(holding.value) / self.shares.totals[share]
        return min(cash_kept(self) / self.cash_funds, Decimal(1)) * cents(holding.value)

    def step(self, holding: Holding) -> Decimal:
        """The units that orders of a holding are multiples of: all of what is traded whole."""
        return self.steps[id(holding)]

    def step_value(self, holding: Holding) -> Decimal:
        """What the smallest order of a holding is worth, in base currency."""
        return self.units[id(holding)]

    @property
    def weighed(self) -> Decimal:
        """What the weights are parts of: the whole, with a debt that stays, which has no weight."""
        return self.whole - min(cash_kept(self), ZERO)

    def goal_of(self, name: str) -> Decimal:
        """What a share is to be worth, as `goals` says."""
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

    @property
    def near(self) -> Decimal:
        """How far from the end of the full plan few orders may leave a share; 0 with all orders."""
        return self.whole * (points_of_few(self.evidence) or ZERO) / 100

    def is_coarse(self, holding: Holding) -> bool:
        """Whether one unit of a holding is more than a percent of the whole."""
        return id(holding) in self.coarse

    def goals_are_profile(self) -> bool:
        """Whether every share goes to its goal: no lock, short call, band or no-sell changes that.

        Nor a withdrawal, which is raised whatever the targets are. What bands of single shares, or
        half way, make of the target is part of the goals.
        """
        if self.locked or any(row.kept for row in self.traded) or self.raises_money():
            return False
        asked = self.evidence.asked
        off = {name: value - self._goal(name) for name, value in self.totals.items()}
        if (
            "band" in asked
            and not bands_by_share(asked)
            and (is_inside(self.shares, self.evidence) or asked.get("to") == "edge")
        ):
            return False
        if "no-sell" not in asked:
            return True
        no_fund_sold = self.cash_funds <= cash_kept(self)
        return no_fund_sold and all(off[name] <= 0 for name in self.traded_shares)

    def orders_reach_profile(self) -> bool:
        """Whether, besides, neither a smallest order nor a cap on turnover holds orders back."""
        return self.goals_are_profile() and not (self._leaves_out_orders() or self._is_capped())

    def larger_orders_reach_profile(self) -> bool:
        """Whether, besides, no cap on turnover holds orders back; a smallest order may."""
        return self.goals_are_profile() and not self._is_capped()

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


class Check(Record):
    """A check: its name in the report, what it finds wrong, and whether it applies to a case."""

    name: str
    problems: Callable[[Case], Problems]
    applies: Callable[[Case], bool] = always


def make_case(document: PlanDocument, evidence: Evidence) -> Case:
    """The case of `document` against `evidence`."""
    evidence = covered_evidence(with_matured_held(evidence), document["base_currency"])
    free = cents(evidence.cash) - evidence.set_aside
    shares = shares_of(evidence, document["profile"], free)
    evidence = with_limits(evidence, shares.totals, shares.percents)
    traded = [row for row in evidence.holdings if row.asset_class and not row.locked]
    pieces = {id(row): step_of(row, evidence.asked) for row in traded}
    steps = {id(row): pieces[id(row)] or row.quantity or Decimal(1) for row in traded}
    units = {id(row): row.unit * steps[id(row)] for row in traded}
    whole = shares.whole
    funds = (row for row in traded if row.share == CASH and not row.closes)
    weights = {k: Decimal(str(part)) for k, part in document["target_allocation"].items()}
    bought = [(row, units[id(row)]) for row in traded if pieces[id(row)] is not None]
    pairs = trade_pairs(document["trades"], evidence)
    by_share: dict[str, list[DocumentPart]] = {}
    for trade, row in pairs:
        by_share.setdefault(row.share if row else trade["asset_class"], []).append(trade)
    return Case(
        document=document,
        evidence=evidence,
        pairs=pairs,
        shares=shares,
        class_profile=class_percents(shares, evidence, _told_classes(document)),
        class_totals=class_values(evidence, free),
        whole=whole,
        weights=weights,
        goals=goals_of(shares, evidence, bought, weights),
        by_share=by_share,
        cash_funds=sum((cents(row.value) for row in funds), ZERO),
        traded=traded,
        locked=[row for row in evidence.holdings if row.locked],
        steps=steps,
        units=units,
        coarse=frozenset(at for at, unit in units.items() if unit > whole * COARSE),
    )


def _told_classes(document: PlanDocument) -> dict[str, str]:
    """The classes that a plan tells of the parts of its target; another check compares them."""
    return {row["name"]: row["asset_class"] for row in document.get("sleeves", [])}


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
    """What the goals leave in cash: its own, and what of missing shares is not elsewhere."""
    held = (case.goal_of(name) for name in case.traded_shares if case.can_hold(name))
    return case.whole - sum(held, ZERO)


def cash_share_after(case: Case) -> Decimal:
    """What the share of cash comes to after the plan, its funds included, reserves left out."""
    # Both are with what is set aside in them, which is the same before and after.
    funds = case.totals[CASH] - cents(case.evidence.cash)
    trades = case.trades_of(CASH)
    funds += total(trades, "amount", "BUY") - total(trades, "amount", "SELL")
    return funds + Decimal(case.document["summary"]["cash_after"])
