"""The middle of every story: an account's portfolio as a plan that passed its self-check."""

from __future__ import annotations

import os

from .checks.evidence import Evidence, statement_evidence
from .checks.self_check import check_plan
from .core.dates import weekdays_between
from .core.format import money
from .core.messages import Refusal, say
from .core.portfolio import Portfolio, mask_account
from .core.profiles import Profile, find_profile
from .core.record import Record
from .planning.plan import Plan, plain_plan
from .reports.document.plan_writer import plan_document, with_checks, with_notes
from .request.request import Request
from .sources.flex_account import AccountDay, account_day, account_numbers
from .sources.flex_statement import portfolio_of
from .sources.flex_xml import FlexStatement, read_flex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.plan_document import PlanDocument
    from .planning.household.joint_plan import MemberPlan
    from .planning.tailored_plan import Seen

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(_ROOT, "samples", "statement.xml")
_FRESH_WEEKDAYS = 3


class Account(Record):
    """What a plan is made from, and the same account read a second time by the checks' own code."""

    portfolio: Portfolio
    evidence: Evidence


def plan_from_statement(request: Request, today: str | None = None) -> PlanDocument:
    """The checked plan of the one account that `request` names; writes nothing."""
    statements = read_flex(statement_path(request))
    require_policy_accounts(request, statements)
    day = account_day(statements, request.account)
    if "tax-aware" in request.options:
        from .request.policy.untaxed_account import is_tax_free, without_choice_by_tax

        if is_tax_free(request, day.account, bool(day.is_retirement)):
            request = without_choice_by_tax(request)
            document = checked_document(*statement_account(day, request), request, today)
            return with_notes(document, heading_notes=[say("tax_aware_free")])
    return checked_document(*statement_account(day, request), request, today)


def require_policy_accounts(request: Request, statements: list[FlexStatement]) -> None:
    """Refusal("policy_mistake") where a policy names an account that the statement has not."""
    if "policy" in request.options:
        from .request.policy.policy_options import require_accounts

        require_accounts(request.options, account_numbers(statements))


def statement_path(request: Request) -> str:
    """The file that `request` names: the sample, or the statement with ~ made the home folder."""
    return SAMPLE if request.sample else os.path.expanduser(request.statement)


def statement_account(day: AccountDay, request: Request, may_be_all_cash: bool = False) -> Account:
    """The account's day as what a plan of `request` is made from and checked against."""
    source = "sample" if request.sample else "statement"
    portfolio = portfolio_of(day, source, may_be_all_cash)
    evidence = statement_evidence(
        day.rows, request.options, day.dates.slashed, day.to_date, day.from_date
    )
    return Account(portfolio, evidence)


def checked_document(
    portfolio: Portfolio, evidence: Evidence, request: Request, today: str | None
) -> PlanDocument:
    """The document of `checked_plan`."""
    return checked_plan(portfolio, evidence, request, today)[1]


def checked_plan(
    portfolio: Portfolio,
    evidence: Evidence,
    request: Request,
    today: str | None,
    planned: MemberPlan | None = None,
) -> tuple[Plan, PlanDocument]:
    """The plan of `portfolio` for `request` and its document, all checks against `evidence` passed.

    `planned` is the plan where the account is one of a household that has one target.

    Refusal("negative_total") or ("negative_net_asset_value") where there is nothing to divide;
    Refusal("check_failed") that names the failed checks: then no plan is shown.
    """
    plan, option_keys = _of_household(planned, request) if planned else _plan(portfolio, request)
    _require_worth(portfolio)
    document = plan_document(
        plan,
        request.dry_run,
        option_keys,
        heading_notes=_heading_notes(request, portfolio.account),
        warnings=warnings_of_date(portfolio, today),
    )
    if request.fetched:
        document["fetched"] = request.fetched
    if planned:
        document["part"] = {name: money(value) for name, value in planned.part.items()}
        document["kept_cash"] = money(planned.kept_cash)
        evidence = evidence._replace(part=planned.part, kept_cash=planned.kept_cash)
    if request.settings is not request.options:  # a household takes all options for settings
        evidence = evidence._replace(untyped=request.settings)
    results, not_applicable = check_plan(document, evidence)
    failed = [result for result in results if not result["passed"]]
    if failed:
        named = "; ".join(f"{result['name']} ({result['detail']})" for result in failed)
        raise Refusal("check_failed", named=named)
    return plan, with_checks(document, results, not_applicable)


def _plan(portfolio: Portfolio, request: Request) -> tuple[Plan, PlanDocument | None]:
    """The plan, and the keys that the options add to its document."""
    portfolio = _counted(portfolio, request)
    if not request.options:
        return plain_plan(portfolio, find_profile(request.profile)), None
    # What goes beyond the profile is loaded only when it is asked for.
    from .planning.tailored_plan import tailored_plan
    from .reports.document.plan_options import option_keys

    tailored = tailored_plan(portfolio, _profile(request), request.options, request.settings)
    return tailored.plan, option_keys(tailored, request.options)


def seen_account(portfolio: Portfolio, request: Request) -> Seen:
    """`portfolio` as the options of `request` see it, before anything is planned.

    Refuses as `checked_plan`.
    """
    from .planning.tailored_plan import seen_portfolio

    portfolio = _counted(portfolio, request)
    _require_worth(portfolio)
    return seen_portfolio(portfolio, _profile(request), request.options, request.settings)


def _of_household(planned: MemberPlan, request: Request) -> tuple[Plan, PlanDocument]:
    from .reports.document.plan_options import option_keys

    return planned.tailored.plan, option_keys(planned.tailored, request.options)


def _profile(request: Request) -> Profile:
    """The profile that is asked for; of a target of the user's own only its name."""
    own = "target" in request.options
    return Profile(request.profile, {}, "") if own else find_profile(request.profile)


def _require_worth(portfolio: Portfolio) -> None:
    """Refusal for an account that owes as much as it holds: its cash is not its own to invest."""
    total = portfolio.net_asset_value
    if total <= 0:
        currency = portfolio.base_currency
        raise Refusal("negative_net_asset_value", total=f"{total:,}", currency=currency)


def _counted(portfolio: Portfolio, request: Request) -> Portfolio:
    """`portfolio` with its funds, and what the user states, in the classes that they count in."""
    if not (request.options or any(row.may_be_fund for row in portfolio.positions)):
        return portfolio
    # Tables of funds are loaded only where there may be one.
    from .planning.counted_as import count_holdings

    if not request.options:
        return count_holdings(portfolio)
    from .request.stated_classes import stated_classes

    stated = stated_classes(request.options, request.settings)
    if "price" in request.options:
        from .request.policy.stated_prices import read_prices

        # What is to be bought need not be held to count as something.
        stated = stated._replace(
            typed=stated.typed.difference(read_prices(request.options["price"]))
        )
    return count_holdings(portfolio, stated)


def _heading_notes(request: Request, account: str) -> list[str]:
    """What was taken by default, which words were left out, and what the user calls the account.

    `account` is as it is shown, masked.
    """
    notes = []
    if "policy" in request.options:
        from .request.policy.policy_options import account_names

        names = account_names(request.options).items()
        notes += [
            say("account_name", account=account, name=name)
            for number, name in names
            if mask_account(number) == account
        ]
    if request.profile_origin == "default":
        notes.append(say("profile_default", profile=request.profile))
    if request.not_understood:
        notes.append(say("not_understood", words=request.not_understood))
    return notes


def warnings_of_date(portfolio: Portfolio, today: str | None) -> list[str]:
    """A warning when the prices are older than three weekdays, or of a day to come.

    The sample has no age.
    """
    if portfolio.source == "sample" or not portfolio.as_of:
        return []
    if today is None:
        import datetime

        today = datetime.date.today().isoformat()
    if portfolio.as_of > today:
        return [say("in_future", as_of=portfolio.as_of, today=today)]
    days = weekdays_between(portfolio.as_of, today)
    return [say("stale", as_of=portfolio.as_of, days=days)] if days > _FRESH_WEEKDAYS else []
