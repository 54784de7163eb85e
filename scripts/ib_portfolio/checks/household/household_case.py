"""What the checks of a household know: each account as its own checks do, and all as one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ...core.asset_classes import CASH
from ...core.record import Record
from ..case import Case, cents, make_case
from ..evidence import Evidence, Holding, amount_asked
from ..market.piece_rules import with_matured_held
from ..targets.class_values import bought_less_sold, shares_after
from ..targets.shares import Shares, covered_evidence, is_inside, shares_of, wanted_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.household.household_document import HouseholdDocument

ZERO = Decimal(0)
# What is asked of all accounts together, and so of none of them.
_TOGETHER = ("band", "to", "no-sell")


class HouseholdCase(Record):
    """The document of a household beside what the raw input of all its accounts comes to."""

    document: HouseholdDocument
    cases: list[Case]  # of the accounts, in their order
    together: Evidence  # of all accounts as if they were one
    shares: Shares  # of the target, over all accounts
    wanted: dict[str, Decimal] | None  # value by share; None where an option leaves that open
    inside: bool  # the band that was asked for

    @property
    def asked(self) -> dict[str, str]:
        """The options as they were typed."""
        return self.together.asked

    @property
    def whole(self) -> Decimal:
        """What the target applies to."""
        return self.shares.whole

    @property
    def traded(self) -> list[tuple[Case, Holding]]:
        """The holdings of all accounts that may be traded, each with its account."""
        return [(case, row) for case in self.cases for row in case.traded]

    @property
    def after(self) -> dict[str, Decimal]:
        """What each share of the target is worth after the plans of all accounts."""
        sums = dict.fromkeys(self.shares.percents, ZERO)
        for case in self.cases:
            for name, value in shares_after(case).items():
                sums[name] = sums.get(name, ZERO) + value
        return sums

    def gap(self, name: str) -> Decimal:
        """What a share lacks of its target, below zero for what it has too much."""
        percent, held = (of.get(name, ZERO) for of in (self.shares.percents, self.shares.totals))
        return self.whole * percent / 100 - held


def household_case(document: HouseholdDocument, evidences: Sequence[Evidence]) -> HouseholdCase:
    """The case of a household's document against the evidence of its accounts, in their order."""
    together = _together(evidences)
    accounts = document["accounts"]
    base, profile = accounts[0]["base_currency"], accounts[0]["profile"]
    together = covered_evidence(with_matured_held(together), base)
    free = cents(together.cash) - together.set_aside
    shares = shares_of(together, profile, free)
    asked = together.asked
    open_ended = "no-sell" in asked or ("band" in asked and asked.get("to") == "edge")
    inside = "band" in asked and is_inside(shares, together)
    if inside:
        wanted = dict(shares.totals)
    else:
        wanted = None if open_ended else wanted_values(shares, together)
    if inside and amount_asked(asked, "contribute") + amount_asked(asked, "withdraw"):
        wanted = None
    cases = [_account_case(*pair) for pair in zip(accounts, evidences)]
    return HouseholdCase(document, cases, together, shares, wanted, inside)


def _together(evidences: Sequence[Evidence]) -> Evidence:
    """All accounts as one; what is contributed and withdrawn of all is added up."""
    asked = dict(evidences[0].asked)
    for option in ("contribute", "withdraw"):
        amount = sum((amount_asked(one.asked, option) for one in evidences), ZERO)
        asked.pop(option, None)
        if amount:
            asked[option] = str(amount)
    return evidences[0]._replace(
        holdings=tuple(row for one in evidences for row in one.holdings),
        cash=sum((cents(one.cash) for one in evidences), ZERO),
        set_aside=sum((one.set_aside for one in evidences), ZERO),
        asked=asked,
    )


def _account_case(document: dict, evidence: Evidence) -> Case:
    asked = {name: text for name, text in evidence.asked.items() if name not in _TOGETHER}
    part = {name: Decimal(value) for name, value in document["part"].items()}
    kept = Decimal(document["kept_cash"])
    return make_case(document, evidence._replace(asked=asked, part=part, kept_cash=kept))


def added(case: Case, name: str) -> Decimal:
    """What the trades of an account add to a share of the target, below zero for sales."""
    return bought_less_sold(case.trades_of(name))


def cash_of(case: Case) -> tuple[Decimal, Decimal]:
    """The free cash of an account before and after its plan, with funds that may be sold for it."""
    kept = sum((row.kept * row.unit for row in case.traded if row.share == CASH), ZERO)
    before = cents(case.evidence.cash) - case.evidence.set_aside + case.cash_funds - kept
    return before, before + shares_after(case)[CASH] - case.totals[CASH]


def costs_of(case: Case) -> Decimal:
    """What the orders and exchanges of an account cost."""
    summary = case.document["summary"]
    fields = ("total_commission", "taxes", "exchange_cost")
    return sum((Decimal(summary[field]) for field in fields), ZERO)
