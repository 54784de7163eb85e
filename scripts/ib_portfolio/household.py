"""Several accounts: one plan each, and their classes together. Loaded for --account all only.

No money moves between accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from .checked_plan import (
    Account,
    checked_document,
    require_policy_accounts,
    statement_account,
    statement_path,
)
from .core.asset_classes import ASSET_CLASSES, CLASS_LABELS
from .core.format import money, percent, shown_drift, shown_money, shown_percent
from .core.messages import Ours, Refusal, Usage, say
from .core.numbers import ZERO
from .core.plain_text import plain
from .core.portfolio import Portfolio, mask_account
from .core.record import Record
from .reports.document.household_targets import targets_together
from .reports.document.plan_writer import with_notes
from .reports.text_table import paragraph, table_lines
from .reports.text_trades import trades_in_a_line
from .request.request import Request
from .sources.flex_account import AccountDay, account_days
from .sources.flex_xml import FIELDS, read_flex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .core.plan_document import HouseholdDocument, HouseholdTotals, PlanDocument

_AMOUNTS = ("contribute", "withdraw")


def household_plans(request: Request, today: str | None) -> list[PlanDocument]:
    """The checked plan of each account in the statement of `request`, ordered by account number.

    Refusal when one of the accounts has no plan, naming it (masked); Usage with an amount that
    would have to belong to one account.
    """
    household = read_household(request, FIELDS)
    documents = [
        for_account(one, lambda one=one: checked_document(*one.account, one.request, today))
        for one in household.accounts
    ]
    if household.empty:
        note = household.empty_note
        documents[0] = with_notes(documents[0], heading_notes=[note])
    return documents


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
    for option in _AMOUNTS:
        if option in request.options:
            raise Usage("account_all_amount", option=f"--{option}")
    if request.options.get("reserve", "none").strip().lower() != "none":
        raise Usage("account_all_amount", option="--reserve")
    # Where one account has positions, the file has that section: another may hold cash alone.
    statements = read_flex(statement_path(request), fields)
    require_policy_accounts(request, statements)
    days = account_days(statements)
    may_be_all_cash = any(day.of("OpenPosition") for day in days)
    names = distinct_masks([day.account for day in days])
    household = ReadHousehold([], [])
    for day in days:
        # A typed lock may be held in another account: here it is like one of the settings.
        one = request._replace(account=day.account, settings=request.options)
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
    """Each account masked, with more of its last characters where two would look the same."""
    masks = {name: plain(mask_account(name)) for name in accounts}
    for shown in range(5, max(map(len, accounts), default=0)):
        if len(set(masks.values())) == len(accounts):
            break
        masks = {name: plain(f"{name[:1]}***{name[-shown:]}") for name in accounts}
    return masks


def _require_named_held(portfolios: list[Portfolio], request: Request) -> None:
    """Refusal for a typed lock, lot, or class, of what is held in none of the accounts."""
    from .planning.adjusted_portfolio import require_locks_held, require_lots_held
    from .planning.counted_as import require_stated_held
    from .request.preferences import read_preferences
    from .request.stated_classes import stated_classes

    preferences = read_preferences(request.options, portfolios[0].base_currency, request.settings)
    held = [position for one in portfolios for position in one.positions]
    require_locks_held(preferences, held)
    require_stated_held(stated_classes(request.options, request.settings), held)
    require_lots_held(preferences, held)


def household_document(documents: list[PlanDocument]) -> HouseholdDocument:
    """{"accounts": the plans, "household": their classes together}."""
    return {"accounts": documents, "household": _together(documents)}


def _together(documents: list[PlanDocument]) -> HouseholdTotals:
    """The classes of all accounts added up; only accounts of one base currency can be."""
    currencies = {document["base_currency"] for document in documents}
    if len(currencies) > 1:
        return {"base_currency": None, "classes": [], "investable_value": None}
    before = _class_sums(documents, "current_value")
    after = _class_sums(documents, "after_value")
    total, total_after = sum(before.values(), ZERO), sum(after.values(), ZERO)
    targets = targets_together(documents)
    return {
        "base_currency": currencies.pop(),
        "investable_value": money(total),
        "classes": [
            {
                "asset_class": name,
                "current_value": money(before[name]),
                "current_pct": percent(before[name], total),
                "target_pct": targets[name],
                "drift_pct": percent(before[name] - total * Decimal(targets[name]) / 100, total),
                "after_pct": percent(after[name], total_after),
            }
            for name in ASSET_CLASSES
        ],
    }


def _class_sums(documents: list[PlanDocument], field: str) -> dict[str, Decimal]:
    sums = dict.fromkeys(ASSET_CLASSES, ZERO)
    for document in documents:
        for share in document["classes"]:
            sums[share["asset_class"]] += Decimal(share[field])
    return sums


def household_text(document: HouseholdDocument, reports: Sequence[str]) -> str:
    """The `reports` of the accounts, then the household's classes in one table."""
    return "\n".join([*reports, _household_table(document)])


def _household_table(document: HouseholdDocument) -> str:
    household = document["household"]
    heading = say("household_heading", count=len(document["accounts"]))
    if not household["classes"]:
        return "\n".join([heading, "", *paragraph(say("household_currencies"))]) + "\n"
    header = ("Asset Class", "Current Value", "Current %", "Target %", "Drift", "After %")
    rows = [
        (
            CLASS_LABELS[row["asset_class"]],
            shown_money(row["current_value"], household["base_currency"]),
            shown_percent(row["current_pct"]),
            shown_percent(row["target_pct"]),
            shown_drift(row["drift_pct"]),
            shown_percent(row["after_pct"]),
        )
        for row in household["classes"]
    ]
    table = table_lines(header, rows, right=(1, 2, 3, 4, 5))
    note = say("household_note")
    return "\n".join([heading, "", *table, "", note, "", *_in_a_line(document)]) + "\n"


def _in_a_line(document: HouseholdDocument) -> list[str]:
    """The plans of all accounts in one line."""
    accounts = document["accounts"]
    sells = sum(trade["action"] == "SELL" for one in accounts for trade in one["trades"])
    count = sum(one["summary"]["total_trades"] for one in accounts)
    sold, bought, commission = (
        money(sum((Decimal(one["summary"][field]) for one in accounts), ZERO))
        for field in ("total_sell", "total_buy", "total_commission")
    )
    after = [share["after_pct"] for share in document["household"]["classes"]]
    return trades_in_a_line((sells, count - sells), (sold, bought, commission), after)
