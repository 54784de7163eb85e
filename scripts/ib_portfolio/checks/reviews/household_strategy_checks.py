"""The self-check of a household's strategy: its sums, its order and its clashes derived again."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from ...core.plain_text import plain
from .bond_checks import bond_pairs
from .household_checks import run_checks
from .household_evidence import (
    CENT,
    ZERO,
    HouseholdCase,
    MemberEvidence,
    Problems,
    RawMember,
    contract_of,
    household_case,
    sum_of,
)
from .household_loss_checks import buyers_of
from .lot_day_checks import days_bought
from .review_evidence import RawAccount, RawPosition, differs
from .strategies.household_parts import parts_of_accounts
from .strategies.strategy_case import dearest_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult, DocumentPart
    from ...core.reviews.household_review_document import HouseholdReviewDocument
    from ...core.reviews.household_strategy_document import HouseholdStrategyDocument


def check_household_strategy(
    document: HouseholdStrategyDocument,
    reviewed: HouseholdReviewDocument,
    members: Sequence[RawMember],
    empty: Sequence[RawAccount] = (),
) -> list[CheckResult]:
    """The result of each check of the household's part of `document`.

    `reviewed` is the checked review beside it; `members` and `empty` are as in check_household.
    """
    return run_checks(CHECKS, household_case(document, members, empty, reviewed=reviewed))


def orders(case: HouseholdCase) -> Problems:
    """The orders of each account are those of its checked plan, the gains those of its orders."""
    rows = case.household["orders"]
    if [row["account"] for row in rows] != [one.name for one in case.members]:
        yield "the orders are of other accounts"
    for row, one, document in zip(rows, case.members, case.accounts):
        trades, summary = one.member.plan["trades"], one.member.plan["summary"]
        told = (row["base_currency"], row["orders"], row["commission"])
        if told != (one.rows.base, len(trades), summary["total_commission"]):
            yield f"{one.name}: {told}"
        for name, side in (("sells", "SELL"), ("buys", "BUY")):
            found = sum_of(trade["amount"] for trade in trades if trade["action"] == side)
            if Decimal(row[name]) != found:
                yield f"{one.name}: {name} {row[name]}, not {found}"
        for term in ("short", "long"):
            own = [order[term] for order in document["orders"] if order[term] is not None]
            if differs(row[term], sum_of(own) if own else None, len(own)):
                yield f"{one.name}: {term} {row[term]}"
    if case.household["trades"] != sum(row["orders"] for row in rows):
        yield "the orders are not those of all accounts"


def before_and_after(case: HouseholdCase) -> Problems:
    """Classes, cash, bonds beyond the horizon and the largest contract, of all accounts."""
    claims = {row["name"]: row for row in case.household["before_after"]}
    if not case.adds_up:
        if claims:
            yield "figures of several base currencies are added up"
        return
    for row in case.reviewed["classes"]:
        claim = claims[row["asset_class"]]
        if (claim["before"], claim["after"]) != (row["current_pct"], row["after_pct"]):
            yield f"{row['asset_class']} is not the review's"
    plans = [one.member.plan for one in case.members]
    cash = (
        sum_of(one["before"] for table in _tables(case) for one in table if one["name"] == "cash"),
        sum_of(plan["summary"]["cash_after"] for plan in plans),
    )
    yield from _two_sides(claims, "cash", cash, 0)
    if case.household["until"]:
        for name, field in (("beyond", "value"), ("beyond_higher", "higher")):
            before, after, rows = _beyond(case, field)
            yield from _two_sides(claims, name, (before, after), rows + len(plans))
    yield from _largest(case, claims["largest"])


def _tables(case: HouseholdCase) -> Iterator[list[dict]]:
    return (document["before_after"] for document in case.accounts)


def _two_sides(
    claims: dict[str, dict], name: str, found: tuple[Decimal, Decimal], rows: Decimal | int
) -> Problems:
    for side, value in zip(("before", "after"), found):
        if differs(claims[name][side], value, rows):
            yield f"{name} {side}: {claims[name][side]}, not {value}"


def _beyond(case: HouseholdCase, field: str) -> tuple[Decimal, Decimal, Decimal]:
    """What the bonds that mature after the horizon come to, before and after the orders.

    Last, of how many roundings to the cent both are, since each figure is told to the cent.
    """
    before = after = rows = ZERO
    for document, reviewed, one in zip(case.accounts, case.reviews, case.members):
        changes = {
            id(raw): Decimal(trade["quantity"]) * (1 if trade["action"] == "BUY" else -1)
            for trade, raw in _traded(one)
        }
        for claim, raw in bond_pairs(reviewed, one.rows):
            if claim["maturity"] > document["until"]:
                kept = 1 + changes.get(id(raw), ZERO) / raw.quantity
                before += Decimal(claim[field])
                after += Decimal(claim[field]) * kept
                rows += 1 + abs(kept)
    return before, after, rows


def _largest(case: HouseholdCase, claim: dict) -> Problems:
    now: dict[str, Decimal] = {}
    then: dict[str, Decimal] = {}
    for one in case.members:
        for raw in one.rows.positions:
            key = contract_of(raw.row)
            now[key] = now.get(key, ZERO) + raw.value
            then[key] = then.get(key, ZERO) + raw.value
        for trade in one.member.plan["trades"]:
            key = trade["conid"] or f"{trade['symbol']} {trade['currency']}"
            sign = 1 if trade["action"] == "BUY" else -1
            then[key] = then.get(key, ZERO) + sign * Decimal(trade["amount"])
    whole = sum_of(one.member.plan["net_asset_value"] for one in case.members)
    paid = sum_of(one.member.plan["summary"]["total_commission"] for one in case.members)
    for side, values, total in (("before", now, whole), ("after", then, whole - paid)):
        share = max([*values.values(), ZERO]) / total * 100
        step = Decimal("0.001") + 4 * CENT / abs(total) * 100  # values are of whole cents
        if abs(Decimal(claim[side] or 0) - share) > step:
            yield f"largest {side}: {claim[side]}, not {share:.4f}"


def clashes(case: HouseholdCase) -> Problems:
    """Each sale at a loss in a taxable account names every other account that buys or bought it."""
    names = ("account", "symbol", "buyer", "bought_on", "lost_for_good", "currency")
    rows = [
        (tuple(row[name] for name in names), Decimal(row["loss"]))
        for row in case.household["clashes"]
    ]
    found = [row for one in case.members for row in _clashes(case, one)]
    if sorted(key for key, _ in rows) != sorted(key for key, _ in found):
        yield f"the losses that a purchase spoils are {[key for key, _ in found]}"
        return
    for (key, claim), (_, own) in zip(sorted(rows), sorted(found)):
        if abs(claim - own) > CENT:
            yield f"{key[1]} of {key[0]}: a loss of {claim}, not {own:.2f}"
    if [loss for _, loss in rows] != sorted(loss for _, loss in rows):
        yield "the largest loss does not stand first"


Found = tuple[tuple[object, ...], Decimal]


def _clashes(case: HouseholdCase, one: MemberEvidence) -> Iterator[Found]:
    day = one.member.plan["as_of"]
    if one.rows.retired or not day:
        return
    first = (datetime.date.fromisoformat(day) - datetime.timedelta(days=30)).isoformat()
    others = [(other.name, other.rows) for other in case.members if other is not one]
    for trade, raw in _traded(one):
        if trade["action"] == "BUY":
            continue
        loss = _lost(raw, Decimal(trade["quantity"]))
        if loss > -CENT / 2:
            continue
        symbol = plain(raw.symbol)
        last = {other.name: "" for other in buyers_of(case, one, raw)}
        for name, rows in (*others, *case.empty):
            bought = [at for at in days_bought(raw, rows) if at >= first]
            if bought:
                last[name] = max(bought)
        retired = {name for name, rows in (*others, *case.empty) if rows.retired}
        for name, at in last.items():
            yield (one.name, symbol, name, at, name in retired, one.rows.base), loss


def _traded(one: MemberEvidence) -> Iterator[tuple[DocumentPart, RawPosition]]:
    """Each order of the plan with the raw position that it is of."""
    left = [raw for raw in one.rows.positions if raw.quantity]
    for trade in one.member.plan["trades"]:
        price = Decimal(trade["price"])
        own = [
            raw
            for raw in left
            if plain(raw.row.get("conid", "")) == trade["conid"]
            and plain(raw.symbol) == trade["symbol"]
        ]
        if own:
            nearest = min(own, key=lambda raw, price=price: abs(raw.value / raw.quantity - price))
            left.remove(nearest)
            yield trade, nearest


def _lost(raw: RawPosition, quantity: Decimal) -> Decimal:
    """What a sale loses, below zero: of its lots, the dearest first, else of its share."""
    lots, price, lost = dearest_first(raw), raw.value / raw.quantity, ZERO
    if not lots:
        return min(raw.gain or ZERO, ZERO) * quantity / raw.quantity
    for lot in lots:
        part = min(quantity, lot.quantity)
        quantity -= part
        lost += min(part * price - part * (lot.cost or ZERO) / lot.quantity, ZERO)
    return lost


def steps(case: HouseholdCase) -> Problems:
    """The steps of each stage are those of all accounts: by days, losses as they are ordered."""
    for place, stage in enumerate(case.household["stages"]):
        own = [
            (one.name, step["kind"], step["sentence"], step["figure"], step["day"])
            for one, document in zip(case.members, case.accounts)
            for step in document["stages"][place]["steps"]
        ]
        claimed = [
            (step["account"], step["kind"], step["sentence"], step["figure"], step["day"])
            for step in stage["steps"]
        ]
        if sorted(map(str, claimed)) != sorted(map(str, own)):
            yield f"{stage['stage']}: the steps are not those of the accounts"
        days = [row[4] for row in claimed]
        if stage["stage"] in ("quarter", "later") and days != sorted(days):
            yield f"{stage['stage']}: the days are not in their order"
        if stage["stage"] == "year_end" and case.adds_up:
            wanted = [
                (row["account"], row["total"], row["free_from"]) for row in case.reviewed["losses"]
            ]
            if [(row[0], row[3], row[4]) for row in claimed] != wanted:
                yield "the losses are not in the order of the review"
    if case.household["losses"] != case.reviewed["losses"]:
        yield "the losses are not those of the review"


def horizons(case: HouseholdCase) -> Problems:
    """Each horizon counts the bonds of all accounts that mature after it."""
    rows = case.household["horizons"]
    if not case.adds_up:
        if rows:
            yield "horizons of several base currencies are added up"
        return
    for place, row in enumerate(rows):
        later: list[dict] = []
        for document, reviewed in zip(case.accounts, case.reviews):
            until = document["horizons"][place]["until"]
            bonds = reviewed["bonds"]["rows"] if until else []
            later += [bond for bond in bonds if bond["maturity"] > until]
        if row["bonds"] != len(later):
            yield f"{row['horizon']}: {row['bonds']} bonds, not {len(later)}"
        for field in ("value", "higher"):
            found = sum_of(bond[field] for bond in later)
            if differs(row[field], found, len(later) + len(case.members)):
                yield f"{row['horizon']}: {field} {row[field]}, not {found}"


def thresholds(case: HouseholdCase) -> Problems:
    """An order is due five points from the target, or a quarter of it where that is less."""
    classes = {row["asset_class"]: row for row in case.reviewed["classes"]}
    if [row["asset_class"] for row in case.household["watch"]] != list(classes):
        yield "the classes are others"
    for row in case.household["watch"]:
        own = classes[row["asset_class"]]
        target = Decimal(own["target_pct"])
        width = target / 4 if target < 20 else Decimal(5)
        if row["now_pct"] != own["current_pct"]:
            yield f"{row['asset_class']} is {own['current_pct']}%"
        if (Decimal(row["low_pct"]), Decimal(row["high_pct"])) != (target - width, target + width):
            yield f"{row['asset_class']}: {row['low_pct']} and {row['high_pct']} around {target}"


CHECKS: tuple[tuple[str, Callable[[HouseholdCase], Problems]], ...] = (
    ("orders together", orders),
    ("before and after together", before_and_after),
    ("losses spoiled elsewhere", clashes),
    ("stages together", steps),
    ("horizons together", horizons),
    ("thresholds together", thresholds),
    ("parts of the accounts", parts_of_accounts),
)
