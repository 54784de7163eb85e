"""/rebalance-portfolio --account all: one target over all accounts, and the plan of each.

No money moves between accounts, and nothing is sold in one that is bought in another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from .checked_plan import (
    Account,
    checked_plan,
    require_policy_accounts,
    seen_account,
    statement_account,
    statement_path,
)
from .checks.household.household_checks import check_household_plan
from .core.messages import Ours, Refusal, say
from .core.plain_text import plain
from .core.portfolio import Portfolio, mask_account
from .core.record import Record
from .planning.household.joint_plan import Member, MemberPlan, joint_goals, joint_plans
from .planning.plan import Plan
from .reports.document.plan_writer import with_notes
from .reports.household.household_writer import household_document
from .reports.output_files import files_of_accounts, write_files_of_all
from .request.amounts_by_account import AMOUNTS, options_by_account
from .request.policy.account_kinds import account_kinds
from .request.policy.untaxed_account import is_tax_free, without_choice_by_tax
from .request.request import Request
from .sources.flex_account import AccountDay, account_days
from .sources.flex_xml import FIELDS, read_flex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.household.household_document import HouseholdDocument
    from .core.plan_document import PlanDocument
    from .planning.household.joint_plan import JointGoals

# What the household's goals hold: of its accounts it is no more asked.
_OF_THE_WHOLE = ("band", "to", "no-sell")


class HouseholdAccount(Record):
    """One account of a household with the request for it alone, and the rows that it is read of."""

    day: AccountDay
    account: Account
    request: Request


class ReadHousehold(Record):
    """The accounts of a statement that hold something, by number, and those that are empty."""

    accounts: list[HouseholdAccount]
    empty: list[HouseholdAccount]

    @property
    def everyone(self) -> list[HouseholdAccount]:
        """All accounts of the statement."""
        return [*self.accounts, *self.empty]

    @property
    def empty_note(self) -> str:
        """That accounts were left out, "" where none was."""
        names = ", ".join(one.account.portfolio.account for one in self.empty)
        return say("account_empty", accounts=names) if self.empty else ""


Made = TypeVar("Made")


def read_household(request: Request, fields: Mapping[str, tuple[str, ...]]) -> ReadHousehold:
    """Every account in the statement of `request`; `fields` is what is read, by element.

    Refusal for one that cannot be read, naming it (masked), and where none holds anything; Usage
    with an amount that would have to belong to one account.
    """
    # Where one account has positions, the file has that section: another may hold cash alone.
    statements = read_flex(statement_path(request), fields)
    require_policy_accounts(request, statements)
    days = account_days(statements)
    may_be_all_cash = any(day.of("OpenPosition") for day in days)
    names = distinct_masks([day.account for day in days])
    household = ReadHousehold([], [])
    options = options_by_account(request.options, names)
    for day in days:
        # A typed lock may be held in another account: here it is like one of the settings.
        asked = options[day.account]
        one = request._replace(account=day.account, options=asked, settings=asked)
        try:
            account = statement_account(day, one, may_be_all_cash)
        except Refusal as refusal:
            raise _refused(names[day.account], refusal) from None
        portfolio = account.portfolio._replace(account=names[day.account])
        own = HouseholdAccount(day, account._replace(portfolio=portfolio), one)
        full = portfolio.positions or portfolio.cash
        (household.accounts if full else household.empty).append(own)
    if not household.accounts:
        raise Refusal("no_positions_in_statement", line=Ours(say("no_positions")))
    if {"lock", "lot", "count-as"} & set(request.options):
        _require_named_held([one.account.portfolio for one in household.accounts], request)
    return household


def for_account(one: HouseholdAccount, make: Callable[[], Made]) -> Made:
    """What `make` returns; a Refusal of it names the account (masked)."""
    try:
        return make()
    except Refusal as refusal:
        raise _refused(one.account.portfolio.account, refusal) from None


def _refused(account: str, refusal: Refusal) -> Refusal:
    return Refusal("account_refused", account=account, reason=str(refusal))


def distinct_masks(accounts: Sequence[str]) -> dict[str, str]:
    """Each account masked, with more of its last characters where two would look the same.

    Where only their whole numbers would tell them apart, their places do: *** (2).
    """
    masks = {name: plain(mask_account(name)) for name in accounts}
    for shown in range(5, max(map(len, accounts), default=0)):
        if len(set(masks.values())) == len(accounts):
            break
        masks = {name: plain(f"{name[:1]}***{name[-shown:]}") for name in accounts}
    if len(set(masks.values())) == len(accounts):
        return masks
    return {name: f"{mask} ({at})" for at, (name, mask) in enumerate(masks.items(), 1)}


def _require_named_held(portfolios: list[Portfolio], request: Request) -> None:
    """Refusal for a typed lock, lot, or class, of what is held in none of the accounts."""
    from .planning.adjusted_portfolio import require_locks_held, require_lots_held
    from .planning.counted_as import require_stated_held
    from .request.preferences import read_preferences
    from .request.stated_classes import stated_classes

    # Without the amounts, which belong to one account each and were read there.
    options = {name: text for name, text in request.options.items() if name not in AMOUNTS}
    preferences = read_preferences(options, portfolios[0].base_currency, request.settings)
    held = [position for one in portfolios for position in one.positions]
    require_locks_held(preferences, held)
    require_stated_held(stated_classes(request.options, request.settings), held)
    require_lots_held(preferences, held)


class PlannedHousehold(Record):
    """The checked plan of each account, with its document, and what all come to together."""

    plans: list[Plan]
    documents: list[PlanDocument]
    joint: JointGoals | None  # None where each account is planned by itself


def plan_household(request: Request, today: str | None) -> HouseholdDocument:
    """The checked plans of the accounts in the statement of `request`, and all of them together.

    The files that it asks for (with absolute paths) are written, those of each account.
    Refusal when one of the accounts has no plan, naming it (masked); Usage with an amount that
    names no account.
    """
    household = read_household(request, FIELDS)
    names = [one.account.portfolio.account for one in household.accounts]
    files = files_of_accounts([one.request.options for one in household.accounts], names)
    planned = planned_accounts(household.accounts, today)
    if household.empty:
        note = household.empty_note
        planned.documents[0] = with_notes(planned.documents[0], heading_notes=[note])
    document = checked_household(planned, household.accounts)
    accounts = document["accounts"]
    document["accounts"] = [
        with_notes(one, heading_notes=written.said, notes=written.tickets)
        for one, written in zip(accounts, write_files_of_all(list(zip(accounts, files))))
    ]
    return document


def checked_household(
    planned: PlannedHousehold, accounts: Sequence[HouseholdAccount]
) -> HouseholdDocument:
    """The document of `planned`, all checks of the household passed; Refusal("check_failed")."""
    document = household_document(planned.documents, planned.joint)
    if planned.joint is None:
        return document
    evidences = [one.account.evidence for one in accounts]
    results, not_applicable = check_household_plan(document, evidences)
    failed = [result for result in results if not result["passed"]]
    if failed:
        named = "; ".join(f"{result['name']} ({result['detail']})" for result in failed)
        raise Refusal("check_failed", named=named)
    document["household"].update(checks=results, checks_not_applicable=not_applicable)
    return document


def planned_accounts(accounts: Sequence[HouseholdAccount], today: str | None) -> PlannedHousehold:
    """The plan of each account for its part of the target of all.

    Accounts of different base currencies cannot be added up: each has the target by itself. Where
    gains are not taxed, no sale is chosen by tax.
    """
    in_vain = ["tax-aware" in one.request.options and _is_tax_free(one) for one in accounts]
    seen = [_in_proportion(one) if free else one for one, free in zip(accounts, in_vain)]
    planned = _planned_accounts(seen, today)
    note = say("tax_aware_free")
    return planned._replace(
        documents=[
            with_notes(document, heading_notes=[note]) if free else document
            for document, free in zip(planned.documents, in_vain)
        ]
    )


def _planned_accounts(accounts: Sequence[HouseholdAccount], today: str | None) -> PlannedHousehold:
    if len({one.account.portfolio.base_currency for one in accounts}) > 1:
        made = [
            for_account(one, lambda one=one: checked_plan(*one.account, one.request, today))
            for one in accounts
        ]
        return PlannedHousehold([plan for plan, _ in made], [told for _, told in made], None)
    members = [for_account(one, lambda one=one: _member(one)) for one in accounts]
    joint = joint_goals(members)
    parts = joint_plans(members, joint)
    made = [
        for_account(one, lambda one=one, part=part: _checked(one, part, today))
        for one, part in zip(accounts, parts)
    ]
    return PlannedHousehold([plan for plan, _ in made], [told for _, told in made], joint)


def _is_tax_free(one: HouseholdAccount) -> bool:
    return is_tax_free(one.request, one.day.account, bool(one.day.is_retirement))


def _in_proportion(one: HouseholdAccount) -> HouseholdAccount:
    request = without_choice_by_tax(one.request)
    evidence = one.account.evidence._replace(asked=request.options)
    return HouseholdAccount(one.day, one.account._replace(evidence=evidence), request)


def _member(one: HouseholdAccount) -> Member:
    kind = account_kinds(one.request.options).get(one.day.account)
    seen = seen_account(one.account.portfolio, one.request)
    return Member(seen, _is_tax_free(one), kind.home_of if kind else "")


def _checked(
    one: HouseholdAccount, planned: MemberPlan, today: str | None
) -> tuple[Plan, PlanDocument]:
    options = {
        name: text for name, text in one.request.options.items() if name not in _OF_THE_WHOLE
    }
    request = one.request._replace(options=options, settings=options)
    evidence = one.account.evidence._replace(asked=options)
    return checked_plan(one.account.portfolio, evidence, request, today, planned)
