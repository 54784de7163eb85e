"""Checks of /wash-sale-check: every figure again from the raw rows, by a matcher of its own."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

from ...core.record import Record
from ..case import ZERO, Problems, cents
from .harvest_checks import (
    alternatives_counted,
    open_losses,
    recent_purchases,
    sums_of_losses,
)
from .open_lots import masked
from .raw_lots import over_a_year
from .raw_trades import RawLoss, RawStatement, RawTrades, contract_of, symbols_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult

_WINDOW = 30


class RawMatch(Record):
    """A loss, what of it each purchase replaces for certain, and how much more of it may be."""

    loss: RawLoss
    parts: dict[tuple[str, str], Decimal]  # by account and day
    possible: Decimal


class WashCase(Record):
    """The document beside the raw accounts, and the losses with what replaces them."""

    document: dict
    accounts: list[RawTrades]
    replaced: list[RawMatch]


def check_wash_sales(document: dict, raw: list[list[RawStatement]]) -> list[CheckResult]:
    """The result of each check of a document against the statements of each account."""
    accounts = [RawTrades(statements) for statements in raw]
    case = WashCase(document, accounts, replaced_losses(accounts))
    results: list[CheckResult] = []
    for name, problems_of in CHECKS.items():
        problems = list(problems_of(case))
        detail = "; ".join(problems[:3])
        results.append({"name": name, "passed": not problems, "detail": detail})
    return results


def losses_listed(case: WashCase) -> Problems:
    """Every loss of the period is listed once, with its lot and its amount."""
    wanted = sorted(_loss_key(row.loss) for row in case.replaced if _in_period(case, row.loss.day))
    found = sorted(
        (
            row["account"],
            row["contract"],
            row["sold_on"],
            row["opened"],
            Decimal(row["quantity"]),
            Decimal(row["loss"]),
        )
        for row in case.document["losses"]
    )
    if wanted != found:
        yield f"the statement has {len(wanted)} losses, {len(found)} are listed or they differ"


def replacements_found(case: WashCase) -> Problems:
    """What replaces each loss, and may, is what another matcher finds, within the 61 days."""
    wanted: dict[tuple, list] = {}
    for loss, blocks, possible in case.replaced:
        if _in_period(case, loss.day):
            parts = sorted((masked(account), day, size) for (account, day), size in blocks.items())
            wanted.setdefault(_loss_key(loss)[:5], []).append((parts, possible))
    unsure = "possible" if all(one.lists_executions for one in case.accounts) else "cannot tell"
    for row in case.document["losses"]:
        parts = sorted(
            (part["account"], part["bought_on"], Decimal(part["quantity"]))
            for part in row["replacements"]
        )
        key = (
            *(row[name] for name in ("account", "contract", "sold_on", "opened")),
            Decimal(row["quantity"]),
        )
        told = (parts, Decimal(row["possible_quantity"]))
        if told not in wanted.get(key, []):
            yield f"{row['symbol']} sold on {row['sold_on']} is replaced by other purchases"
        else:
            wanted[key].remove(told)
        if row["verdict"] != ("yes" if parts else unsure):
            yield f"{row['symbol']} sold on {row['sold_on']}: {row['verdict']} is not so"
        for part in row["replacements"]:
            if abs(_ordinal(part["bought_on"]) - _ordinal(row["sold_on"])) > _WINDOW:
                yield f"{part['bought_on']} is not within 30 days of {row['sold_on']}"


def parts_add_up(case: WashCase) -> Problems:
    """A part of a loss is its share of the quantity, and the parts sum to every total."""
    retired = {one.account for one in case.accounts if one.retired}
    wanted = sorted(
        _amounts(match, retired) for match in case.replaced if _in_period(case, match.loss.day)
    )
    names = ("loss", "disallowed", "lost_for_good", "allowed")
    found = sorted(
        (
            *(row["account"], row["contract"], row["sold_on"], row["opened"], row["term"]),
            *(Decimal(row[name]) for name in ("quantity", *names)),
            sorted(
                (part["account"], part["bought_on"], Decimal(part["disallowed"]))
                for part in row["replacements"]
            ),
        )
        for row in case.document["losses"]
    )
    for claim, raw in zip(found, wanted):
        if claim != raw:
            yield f"the loss of {raw[2]} comes to {raw[6]}, of which {raw[7]} is disallowed"
    for field, total in zip(names, ("losses", *names[1:])):
        own = sum((Decimal(row[field]) for row in case.document["losses"]), ZERO)
        if Decimal(case.document["totals"][total]) != own:
            yield f"the total of {total} is not the sum of the losses"


def _amounts(match: RawMatch, retired: set[str]) -> tuple:
    """What a document tells of a loss: its place, term, amounts, and the part of each purchase."""
    loss = match.loss
    parts = [
        (account, day, loss.amount * size / loss.quantity)
        for (account, day), size in match.parts.items()
    ]
    moved = cents(sum((part for _, _, part in parts), ZERO))
    gone = cents(sum((part for account, _, part in parts if account in retired), ZERO))
    place = (masked(loss.account), loss.contract, loss.day, loss.opened, term_of_loss(loss))
    told = sorted((masked(account), day, cents(part)) for account, day, part in parts)
    amount = cents(loss.amount)
    return (*place, loss.quantity, amount, moved, gone, amount - moved, told)


def holding_periods(case: WashCase) -> Problems:
    """New shares are held as many days longer as the old ones were; in an IRA nothing moves."""
    # Two accounts may be written alike, and only one of them be for retirement.
    retired = {(masked(one.account), one.retired) for one in case.accounts}
    held_since = _held_since(case)
    for row in case.document["losses"]:
        key = tuple(row[name] for name in ("account", "contract", "sold_on", "opened"))
        starts = held_since.get(key, set())
        for part in row["replacements"]:
            if (part["account"], part["lost_for_good"]) not in retired:
                yield f"{part['account']}: what is lost for good is told wrongly"
            wanted = {
                _iso(_ordinal(part["bought_on"]) - (_ordinal(row["sold_on"]) - _ordinal(start)))
                for start in starts
            }
            wanted = wanted if starts and not part["lost_for_good"] else {""}
            if part["held_since"] not in wanted:
                yield f"{row['symbol']}: it is not held since {part['held_since']}"


def free_days(case: WashCase) -> Problems:
    """Every loss of the last 30 days that still counts is guarded until the 31st day after it."""
    as_of = case.document["as_of"]
    stakes: dict[tuple[str, str], Decimal] = {}
    for loss, blocks, _ in case.replaced:
        left = loss.quantity - sum(blocks.values(), ZERO)
        if left > 0 and _ordinal(loss.day) + _WINDOW >= _ordinal(as_of):
            moved = sum((loss.amount * size / loss.quantity for size in blocks.values()), ZERO)
            key = (loss.contract, loss.day)
            stakes[key] = stakes.get(key, ZERO) + loss.amount - moved
    wanted = [
        (symbols_of(case.accounts, contract), day, _iso(_ordinal(day) + _WINDOW + 1), cents(stake))
        for (contract, day), stake in stakes.items()
    ]
    for row in case.document["open_windows"]:
        told = (row["sold_on"], row["free_from"], Decimal(row["at_stake"]))
        found = [one for one in wanted if row["symbol"] in one[0] and one[1:] == told]
        if not found:
            yield f"{row['symbol']} of {row['sold_on']}: buying again does harm to another amount"
        else:
            wanted.remove(found[0])
    if wanted:
        yield "the days on which buying again does harm are not all told"
    for row in case.document["recent_purchases"]:
        age = _ordinal(as_of) - _ordinal(row["bought_on"])
        if not 0 <= age <= _WINDOW:
            yield f"{row['symbol']} was not bought in the last 30 days"
        if _ordinal(row["free_from"]) != _ordinal(row["bought_on"]) + _WINDOW + 1:
            yield f"{row['symbol']}: {row['free_from']} is not the 31st day"


CHECKS: dict[str, Callable[[WashCase], Problems]] = {
    "losses listed": losses_listed,
    "replacements": replacements_found,
    "parts of losses": parts_add_up,
    "holding periods": holding_periods,
    "free days": free_days,
    "open losses": lambda case: open_losses(case.document, case.accounts),
    "late purchases": lambda case: recent_purchases(case.document, case.accounts),
    "sums of open losses": lambda case: sums_of_losses(case.document, case.accounts),
    "funds of a class": lambda case: alternatives_counted(case.document, case.accounts),
}


def _loss_key(loss: RawLoss) -> tuple:
    place = (masked(loss.account), loss.contract, loss.day, loss.opened)
    return (*place, loss.quantity, cents(loss.amount))


def _in_period(case: WashCase, day: str) -> bool:
    return case.document["from"] <= day <= case.document["to"]


def _ordinal(day: str) -> int:
    return datetime.date.fromisoformat(day).toordinal()


def _iso(ordinal: int) -> str:
    return datetime.date.fromordinal(ordinal).isoformat()


def replaced_losses(accounts: list[RawTrades]) -> list[RawMatch]:
    """Each loss with the certain parts of purchases, by account and day.

    Purchases are a flat list of remaining sizes; what was sold of them by the day of a loss is
    taken off first, and what took a loss over is never given twice.
    """
    lots: dict[str, list[list]] = {}  # by contract: day, retired, account, size, used
    for one in accounts:
        for (contract, day), size in one.bought().items():
            if size > 0:
                lots.setdefault(contract, []).append([day, one.retired, one.account, size, ZERO])
    for own_lots in lots.values():
        own_lots.sort(key=lambda lot: lot[:3])
    gone: dict[tuple[str, str, str], list[tuple[str, Decimal]]] = {}
    for one in accounts:
        for contract, opened, day, size in one.sold():
            gone.setdefault((one.account, contract, opened), []).append((day, size))
    losses = [loss for one in accounts if not one.retired for loss in one.losses()]
    losses.sort(key=lambda loss: (loss.day, loss.moment, loss.opened, loss.account))
    found = []
    for loss in losses:
        parts: dict[tuple[str, str], Decimal] = {}
        open_quantity, possible = loss.quantity, ZERO
        first, last = (_iso(_ordinal(loss.day) + step) for step in (-_WINDOW, _WINDOW))
        for lot in lots.get(loss.contract, ()):
            day, _, account, size, used = lot
            if not first <= day <= last:
                continue
            own = (account, day) == (loss.account, loss.opened)
            out = gone.get((account, loss.contract, day), ())
            sold = sum((quantity for at, quantity in out if at <= loss.day), ZERO)
            left = size - min(sold, size)
            part = min(open_quantity, max(left - used, ZERO))
            if part > 0 and not own and (loss.opened or day > loss.day):
                parts[account, day] = part
                lot[4] = used + part
                open_quantity -= part
            possible += min(left, size - lot[4]) if own else max(size - lot[4], ZERO)
        found.append(RawMatch(loss, parts, max(min(possible, open_quantity), ZERO)))
    return found


def term_of_loss(loss: RawLoss) -> str:
    """long or short by when the lot was held from, "" where that is not told."""
    if not loss.held_since:
        return ""
    return "long" if over_a_year(loss.held_since, loss.day) else "short"


def _held_since(case: WashCase) -> dict[tuple[str, ...], set[str]]:
    """The days from which the holding period of a lot sold may count, by where it stands."""
    found: dict[tuple[str, ...], set[str]] = {}
    for one in case.accounts:
        for lot in one.closed if one.has_lots else ():
            at = one.day(lot.get("tradeDate") or lot.get("dateTime", ""))
            opened = one.day(lot.get("openDateTime", ""))
            start = one.day(lot.get("holdingPeriodDateTime", "")) or opened
            if start:
                key = (masked(one.account), contract_of(lot), at, opened)
                found.setdefault(key, set()).add(start)
    return found
