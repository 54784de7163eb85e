"""The self-check of a household's review: every sum again from the raw rows of all accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from ...core.plain_text import plain
from .household_evidence import (
    CENT,
    ZERO,
    HouseholdCase,
    Problems,
    RawMember,
    cash_of,
    company_of,
    contract_of,
    household_case,
    long_positions,
    sum_of,
)
from .household_loss_checks import actions, buyers, losses, soon_long_term
from .household_money_checks import bonds, cash, costs, income
from .review_evidence import RawAccount, RawPosition, differs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.household.household_document import HouseholdTotals
    from ...core.plan_document import CheckResult
    from ...core.reviews.household_review_document import HouseholdReviewDocument


_DIGIT = Decimal("0.00011")  # of a percentage with four decimals
_SUMS = ("net_asset_value", "investable_value", "concentration", "costs", "bonds", "income")
_LISTS = ("classes", "losses", "long_term_soon", "debits", "idle_currencies", "actions")


def check_household(
    document: HouseholdReviewDocument,
    members: Sequence[RawMember],
    totals: HouseholdTotals,
    empty: Sequence[RawAccount] = (),
) -> list[CheckResult]:
    """The result of each check of the household's part of `document`.

    The accounts' own parts have checks of their own; `members` are in the order of these, `totals`
    is what their checked plans come to, `empty` are the accounts that were left out.
    """
    return run_checks(CHECKS, household_case(document, members, empty, totals))


def run_checks(
    checks: Iterable[tuple[str, Callable[[HouseholdCase], Problems]]], case: HouseholdCase
) -> list[CheckResult]:
    """The result of each of `checks`."""
    results: list[CheckResult] = []
    for name, check in checks:
        problems = list(check(case))
        detail = "; ".join(problems[:3])
        results.append({"name": name, "passed": not problems, "detail": detail})
    return results


def accounts(case: HouseholdCase) -> Problems:
    """Every account is there under its masked name; nothing is added up of two base currencies."""
    rows, household = case.household["members"], case.household
    if [row["account"] for row in rows] != [one.name for one in case.members]:
        yield f"the accounts are {', '.join(one.name for one in case.members)}"
    if [one["account"] for one in case.accounts] != [one.name for one in case.members]:
        yield "the accounts' own parts are of others"
    for row, one in zip(rows, case.members):
        plan = one.member.plan
        told = (row["retirement"], row["base_currency"], row["as_of"], row["trades"])
        if told != (one.rows.retired, one.rows.base, plan["as_of"], len(plan["trades"])):
            yield f"{one.name}: {told}"
        if Decimal(row["net_asset_value"]) != Decimal(plan["net_asset_value"]):
            yield f"{one.name}: a value of {row['net_asset_value']}"
        if differs(row["cash"], one.member.evidence.cash):
            yield f"{one.name}: cash of {row['cash']}, not {one.member.evidence.cash}"
    if case.household["trades"] != sum(row["trades"] for row in rows):
        yield "the orders are not those of all accounts"
    if (household["base_currency"] is None) == case.adds_up:
        yield "whether there are sums is told wrongly"
    if not case.adds_up:
        if any(household.get(name) is not None for name in _SUMS if name in household):
            yield "values of several base currencies are added up"
        if any(household[name] for name in _LISTS if name in household):
            yield "rows of several base currencies are ranked"
    elif Decimal(household["net_asset_value"]) != sum_of(row["net_asset_value"] for row in rows):
        yield f"the whole is not {household['net_asset_value']}"


def classes(case: HouseholdCase) -> Problems:
    """Each class is what the plans have in it, before and after, beside their one target."""
    if not case.adds_up:
        return
    assert case.totals is not None
    targets = {row["asset_class"]: Decimal(row["target_pct"]) for row in case.totals["classes"]}
    if [row["asset_class"] for row in case.household["classes"]] != list(targets):
        yield f"the classes are {', '.join(targets)}"
        return
    plans = [one.member.plan for one in case.members]
    sides = (("current", "current_value", "current_pct"), ("after", "after_value", "after_pct"))
    for name, value, share in sides:
        sums = {
            row["asset_class"]: sum_of(
                other[value]
                for plan in plans
                for other in plan["classes"]
                if other["asset_class"] == row["asset_class"]
            )
            for row in case.household["classes"]
        }
        whole = sum(sums.values(), ZERO)
        for row in case.household["classes"]:
            found = sums[row["asset_class"]]
            if Decimal(row[value]) != found:
                yield f"{row['asset_class']} {name}: {row[value]}, not {found}"
            if whole and abs(Decimal(row[share]) - found / whole * 100) > _DIGIT:
                yield f"{row['asset_class']} {name}: {row[share]}%"
    for row in case.household["classes"]:
        wanted = targets[row["asset_class"]]
        drift = Decimal(row["current_pct"]) - wanted
        if Decimal(row["target_pct"]) != wanted or abs(drift - Decimal(row["drift_pct"])) > _DIGIT:
            yield f"{row['asset_class']} drifts by {drift} from {wanted}"
    whole = sum_of(plan["investable_value"] for plan in plans)
    if Decimal(case.household["investable_value"]) != whole:
        yield f"to invest are {whole}"


def positions(case: HouseholdCase) -> Problems:
    """Each contract is one position, with its value and the accounts that hold it."""
    if not case.adds_up:
        return
    part = case.household["concentration"]
    held: dict[str, list[tuple[str, RawPosition]]] = {}
    for one in case.members:
        for raw in long_positions(one):
            held.setdefault(contract_of(raw.row), []).append((one.name, raw))
    found = sorted(
        (
            plain(rows[0][1].symbol),
            sorted({name for name, _ in rows}),
            _cents(raw.value for _, raw in rows),
        )
        for rows in held.values()
    )
    claimed = sorted(
        (row["name"], row["accounts"], Decimal(row["value"])) for row in part["largest"]
    )
    if claimed != found:
        yield f"{len(claimed)} positions, {len(found)} are held, or they differ"
    values = [value for _, _, value in found]
    total = sum(values, ZERO)
    if part["positions"] != len(found) or Decimal(part["long_value"]) != total:
        yield f"{part['positions']} positions worth {part['long_value']}, not {total}"
    if total:
        effective = total**2 / sum(value * value for value in values)
        if differs(part["effective_positions"], effective):
            yield f"effective positions {part['effective_positions']}, not {effective:.4f}"
    yield from _shares(case, "largest")


def issuers(case: HouseholdCase) -> Problems:
    """Companies have the values of their positions in all accounts."""
    if not case.adds_up:
        return
    found = sorted((sum(rows, ZERO)) for rows in issuer_values(case).values())
    claimed = sorted(Decimal(row["value"]) for row in case.household["concentration"]["issuers"])
    if claimed != found:
        yield f"the issuers are worth {found}, not {claimed}"
    yield from _shares(case, "issuers")


def issuer_values(case: HouseholdCase) -> dict[str, list[Decimal]]:
    """The values of the positions of each company, to the cent."""
    found: dict[str, list[Decimal]] = {}
    for one in case.members:
        for raw in long_positions(one):
            code = company_of(raw)
            if code:
                found.setdefault(code, []).append(_cents([raw.value]))
    return found


def currencies(case: HouseholdCase) -> Problems:
    """Each currency is worth the positions and the cash of all accounts in it."""
    if not case.adds_up:
        return
    found: dict[str, Decimal] = {}
    for one in case.members:
        for raw in one.rows.positions:
            name = raw.row["currency"]
            found[name] = found.get(name, ZERO) + raw.worth
        for name, amount in cash_of(one):
            found[name] = found.get(name, ZERO) + amount * one.rows.rates[name]
    rows = case.household["concentration"]["currencies"]
    claimed = {row["name"]: row["value"] for row in rows}
    for name in {*claimed, *found}:
        if differs(claimed.get(name, "0"), found.get(name, ZERO)):
            yield f"{name}: {claimed.get(name)}, not {found.get(name)}"
    yield from _shares(case, "currencies")


def _shares(case: HouseholdCase, name: str) -> Problems:
    """Shares are values in percent of the whole, the largest value first."""
    rows = case.household["concentration"][name]
    whole = Decimal(case.household["net_asset_value"])
    values = [Decimal(row["value"]) for row in rows]
    if values != sorted(values, reverse=True):
        yield f"{name} are not in the order of their values"
    for row, value in zip(rows, values):
        if abs(Decimal(row["share_pct"]) - value / whole * 100) > _DIGIT + abs(50 * CENT / whole):
            yield f"{row['name']}: {row['share_pct']}%"


def _cents(values: Iterable[Decimal]) -> Decimal:
    return sum((value.quantize(CENT, rounding=ROUND_HALF_UP) for value in values), ZERO)


CHECKS: tuple[tuple[str, Callable[[HouseholdCase], Problems]], ...] = (
    ("accounts", accounts),
    ("classes together", classes),
    ("positions together", positions),
    ("issuers together", issuers),
    ("currencies together", currencies),
    ("costs together", costs),
    ("bonds together", bonds),
    ("income together", income),
    ("cash together", cash),
    ("losses together", losses),
    ("purchases elsewhere", buyers),
    ("long-term together", soon_long_term),
    ("actions together", actions),
)
