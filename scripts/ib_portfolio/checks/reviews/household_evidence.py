"""What the checks of a household know: the raw rows of every account, and the checked plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ...core.plain_text import plain
from ...core.record import Record
from ..evidence import Evidence
from .review_evidence import RawAccount, RawPosition, ReviewEvidence, review_evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.household.household_document import HouseholdTotals
    from ...core.plan_document import PlanDocument


Problems = Iterator[str]
ZERO, CENT = Decimal(0), Decimal("0.01")
FUNDS = ("ETF", "ETC", "ETN", "ETP", "FUND", "CLOSED-END FUND", "OPEN-END FUND", "")


class RawMember(Record):
    """One account: its rows, the same as the checks of its plan read them, and that plan."""

    raw: RawAccount
    evidence: Evidence
    plan: PlanDocument


class MemberEvidence(Record):
    """One account read for the checks, with its masked name."""

    name: str
    member: RawMember
    rows: ReviewEvidence


class HouseholdCase(Record):
    """The household's part of a document, the accounts' documents, and what both are checked by."""

    household: dict
    accounts: Sequence[dict]
    members: tuple[MemberEvidence, ...]
    empty: tuple[tuple[str, ReviewEvidence], ...]  # by masked name: what holds nothing
    totals: HouseholdTotals | None  # of the checked plan of all
    reviewed: dict  # the household's part of the checked review
    reviews: Sequence[dict]  # the accounts' parts of it

    @property
    def adds_up(self) -> bool:
        """Whether all accounts have one base currency."""
        return len({one.rows.base for one in self.members}) == 1


def household_case(
    document: dict,
    members: Sequence[RawMember],
    empty: Sequence[RawAccount] = (),
    totals: HouseholdTotals | None = None,
    reviewed: dict | None = None,
) -> HouseholdCase:
    """The case of a document, its accounts in the order of `members`.

    `empty` are the accounts that hold nothing; `totals` is what the checked plan of all comes to,
    beside a review; `reviewed` is the review beside a strategy.
    """
    names = masks([*(one.raw.account for one in members), *(one.account for one in empty)])
    read = (MemberEvidence(name, one, _evidence(one.raw)) for name, one in zip(names, members))
    rest = ((name, _evidence(one)) for name, one in zip(names[len(members) :], empty))
    household = document["household"]
    review = reviewed or document
    return HouseholdCase(
        household=household,
        accounts=document["accounts"],
        members=tuple(read),
        empty=tuple(rest),
        totals=totals,
        reviewed=review["household"],
        reviews=review["accounts"],
    )


def _evidence(raw: RawAccount) -> ReviewEvidence:
    return review_evidence(raw.rows, raw.base, raw.slashed)


def masks(numbers: Sequence[str]) -> list[str]:
    """The numbers as they may be shown: four last characters, or more to tell them apart."""
    short = [f"{one[0]}***{one[-4:]}" if len(one) > 5 else "***" for one in numbers]
    last = 5
    while len(set(short)) < len(numbers) and last < max(map(len, numbers)):
        short = [f"{one[:1]}***{one[-last:]}" for one in numbers]
        last += 1
    return [plain(one) for one in short]


def contract_of(row: dict[str, str]) -> str:
    """What tells the contract of a raw row: its conid, else symbol and currency."""
    return row.get("conid") or f"{plain(row.get('symbol', ''))} {row.get('currency', '')}"


def long_positions(one: MemberEvidence) -> Iterator[RawPosition]:
    """What an account holds long and worth a cent."""
    for row in one.rows.positions:
        if row.quantity > 0 and row.value >= CENT / 2:
            yield row


def company_of(raw: RawPosition) -> str:
    """The company's code, "" for funds and governments; without one the contract is its own."""
    kind = raw.row.get("subCategory", "").upper()
    cusip, isin = raw.row.get("cusip", "").upper(), raw.row.get("isin", "").upper()
    is_bond = raw.category in ("BOND", "BILL")
    treasury = raw.category == "BILL" or (is_bond and cusip.startswith("912"))
    if kind == "GOVT" or treasury:
        return ""
    if not (is_bond or (raw.category == "STK" and kind not in FUNDS)):
        return ""
    north = isin[:2] in ("US", "CA")
    return cusip[:6] or (isin[2:8] if north else f"= {contract_of(raw.row)}")


def cash_of(one: MemberEvidence) -> tuple[tuple[str, Decimal], ...]:
    """The cash of each currency; all in base currency where it is not told or a rate is missing."""
    evidence = one.member.evidence
    told = evidence.cash_rows
    if told and all(name in one.rows.rates for name, _ in told):
        return told
    return ((one.rows.base, evidence.cash),)


def sum_of(values: Iterable[str | Decimal]) -> Decimal:
    """The sum of amounts."""
    return sum((Decimal(value) for value in values), ZERO)
