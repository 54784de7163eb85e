"""Checks of /wash-sale-check: every figure again from the raw rows, by a matcher of its own."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

from ...core.record import Record
from ..case import CENT, ZERO, Problems, cents
from .open_lots import masked, open_losses_again
from .raw_lots import over_a_year
from .raw_trades import RawLoss, RawStatement, RawTrades, contract_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CheckResult

_WINDOW = 30


class WashCase(Record):
    """The document beside the raw accounts, and the losses with what replaces them."""

    document: dict
    accounts: list[RawTrades]
    replaced: list[tuple[RawLoss, dict[tuple[str, str], Decimal]]]


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
    wanted = sorted(_loss_key(loss) for loss, _ in case.replaced if _in_period(case, loss.day))
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
    """What replaces each loss is what another matcher finds, within the 61 days."""
    wanted: dict[tuple, list] = {}
    for loss, blocks in case.replaced:
        if _in_period(case, loss.day):
            parts = sorted((masked(account), day, size) for (account, day), size in blocks.items())
            wanted.setdefault(_loss_key(loss)[:5], []).append(parts)
    for row in case.document["losses"]:
        parts = sorted(
            (part["account"], part["bought_on"], Decimal(part["quantity"]))
            for part in row["replacements"]
        )
        key = (
            *(row[name] for name in ("account", "contract", "sold_on", "opened")),
            Decimal(row["quantity"]),
        )
        if parts not in wanted.get(key, []):
            yield f"{row['symbol']} sold on {row['sold_on']} is replaced by other purchases"
        else:
            wanted[key].remove(parts)
        if (row["verdict"] == "yes") != bool(parts):
            yield f"{row['symbol']} sold on {row['sold_on']}: {row['verdict']} is not so"
        for part in row["replacements"]:
            if abs(_ordinal(part["bought_on"]) - _ordinal(row["sold_on"])) > _WINDOW:
                yield f"{part['bought_on']} is not within 30 days of {row['sold_on']}"


def parts_add_up(case: WashCase) -> Problems:
    """A part of a loss is its share of the quantity, and the parts sum to every total."""
    sums = dict.fromkeys(("losses", "disallowed", "lost_for_good", "allowed"), ZERO)
    for row in case.document["losses"]:
        loss, whole = Decimal(row["loss"]), Decimal(row["quantity"])
        moved, lost = ZERO, ZERO
        for part in row["replacements"]:
            share = loss * Decimal(part["quantity"]) / whole
            if abs(share - Decimal(part["disallowed"])) > CENT:
                yield f"{row['symbol']}: {part['disallowed']} is not the part of {part['quantity']}"
            moved += share
            lost += share if part["lost_for_good"] else ZERO
        stated = Decimal(row["disallowed"])
        if abs(moved - stated) > CENT or stated + Decimal(row["allowed"]) != loss:
            yield f"{row['symbol']}: {stated} and {row['allowed']} do not make {loss}"
        if abs(lost - Decimal(row["lost_for_good"])) > CENT:
            yield f"{row['symbol']}: {row['lost_for_good']} is not what is lost for good"
        for name, field in zip(sums, ("loss", "disallowed", "lost_for_good", "allowed")):
            sums[name] += Decimal(row[field])
    if {name: Decimal(text) for name, text in case.document["totals"].items()} != sums:
        yield "the totals are not the sums of the losses"


def holding_periods(case: WashCase) -> Problems:
    """New shares are held as many days longer as the old ones were; in an IRA nothing moves."""
    retired = {masked(one.account) for one in case.accounts if one.retired}
    held_since = _held_since(case)
    for row in case.document["losses"]:
        key = tuple(row[name] for name in ("account", "contract", "sold_on", "opened"))
        starts = held_since.get(key, set())
        for part in row["replacements"]:
            if part["lost_for_good"] != (part["account"] in retired):
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
    wanted = set()
    for loss, blocks in case.replaced:
        left = loss.quantity - sum(blocks.values(), ZERO)
        if left > 0 and _ordinal(loss.day) + _WINDOW >= _ordinal(as_of):
            wanted.add((loss.day, _iso(_ordinal(loss.day) + _WINDOW + 1)))
    found = {(row["sold_on"], row["free_from"]) for row in case.document["open_windows"]}
    if wanted != found:
        yield "the days on which buying again does harm are told wrongly"
    for row in case.document["recent_purchases"]:
        age = _ordinal(as_of) - _ordinal(row["bought_on"])
        if not 0 <= age <= _WINDOW:
            yield f"{row['symbol']} was not bought in the last 30 days"
        if _ordinal(row["free_from"]) != _ordinal(row["bought_on"]) + _WINDOW + 1:
            yield f"{row['symbol']}: {row['free_from']} is not the 31st day"


def open_losses(case: WashCase) -> Problems:
    """The lots that can be taken are those of the raw rows that cost more than they are worth."""
    wanted = sorted(open_losses_again(case.accounts))
    found = sorted(
        (row["account"], row["contract"], row["opened"], Decimal(row["quantity"]), row["term"])
        for row in case.document["harvest"]
        if row["opened"]
    )
    if [row[:5] for row in wanted] != found:
        yield f"{len(found)} losing lots are listed, the rows have {len(wanted)} or others"
        return
    sizes = sorted(Decimal(row["loss"]) for row in case.document["harvest"] if row["opened"])
    if any(abs(a - b) > CENT for a, b in zip(sizes, sorted(row[5] for row in wanted))):
        yield "the losses that can be taken are not cost less value"
    for row in case.document["harvest"]:
        days = [part["free_from"] for part in row["obstacles"]]
        if row["free_from"] != max(days, default=""):
            yield f"{row['symbol']} is not free from {row['free_from']}"


CHECKS: dict[str, Callable[[WashCase], Problems]] = {
    "losses listed": losses_listed,
    "replacements": replacements_found,
    "parts of losses": parts_add_up,
    "holding periods": holding_periods,
    "free days": free_days,
    "open losses": open_losses,
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


def replaced_losses(
    accounts: list[RawTrades],
) -> list[tuple[RawLoss, dict[tuple[str, str], Decimal]]]:
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
        open_quantity = loss.quantity
        first, last = (_iso(_ordinal(loss.day) + step) for step in (-_WINDOW, _WINDOW))
        for lot in lots.get(loss.contract, ()):
            day, _, account, size, used = lot
            own = (account, day) == (loss.account, loss.opened)
            if not first <= day <= last or own or (not loss.opened and day <= loss.day):
                continue
            out = gone.get((account, loss.contract, day), ())
            sold = sum((quantity for at, quantity in out if at <= loss.day), ZERO)
            part = min(open_quantity, max(size - min(sold, size) - used, ZERO))
            if part > 0:
                parts[account, day] = part
                lot[4] = used + part
                open_quantity -= part
        found.append((loss, parts))
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
