"""Checks of the losses that can be taken: each figure of an open lot, and what is in its way."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ...core.plain_text import plain
from ...core.record import Record
from ..case import ZERO, Problems, cents
from ..funds.fund_lines import fund_lines
from ..reviews.review_evidence import RawPosition, review_evidence
from .open_lots import masked, open_losses_again
from .raw_lots import over_a_year
from .raw_trades import RawTrades, contract_of, is_ruled

_WINDOW = datetime.timedelta(days=30)
_DAY = datetime.timedelta(days=1)
# The price of one unit is told to ten decimals or twelve digits, and half a cent is rounded.
_HALF_CENT, _OF_PRICE = Decimal("0.005"), Decimal("1e-10")


class OpenLoss(Record):
    """An open lot, or a position without clear lots, that is worth less than it cost."""

    account: str  # as a document writes it
    contract: str
    opened: str  # "" without clear lots
    quantity: Decimal
    term: str
    held_since: str
    loss: Decimal  # not rounded, as is the value
    value: Decimal


def open_losses(document: Mapping, accounts: list[RawTrades]) -> Problems:
    """Every lot worth less than it cost is listed with its quantity, term, loss and value."""
    wanted = sorted(_losses(accounts, document["base_currency"]), key=_order)
    found = sorted(
        (
            OpenLoss(
                *(row["account"], row["contract"], row["opened"]),
                *(Decimal(row["quantity"]), row["term"], row["long_from"]),
                *(Decimal(row["loss"]), Decimal(row["value"])),
            )
            for row in document["harvest"]
        ),
        key=_order,
    )
    if [one[:5] for one in wanted] != [one[:5] for one in found]:
        yield f"{len(found)} losing lots are listed, the rows have {len(wanted)} or others"
        return
    for claim, raw in zip(found, wanted):
        near = _HALF_CENT + max(raw.quantity, raw.value) * _OF_PRICE
        for name, told, own in (
            ("loss", claim.loss, raw.loss),
            ("value", claim.value, raw.value),
        ):
            if abs(told - own) > near:
                yield f"{raw.contract} of {raw.opened}: a {name} of {told}, not {own:.2f}"
        if not _turns_long(raw, claim.held_since):
            yield f"{raw.contract} of {raw.opened} is not long-term from {claim.held_since}"


def _order(one: OpenLoss) -> tuple:
    return (*one[:5], one.loss)


def _turns_long(raw: OpenLoss, day: str) -> bool:
    """Whether a short-term lot becomes long-term on a day; of others none is told."""
    if raw.term != "short":
        return not day
    before = (datetime.date.fromisoformat(day) - _DAY).isoformat() if day else ""
    if not day:
        return False
    return over_a_year(raw.held_since, day) and not over_a_year(raw.held_since, before)


def _losses(accounts: list[RawTrades], base: str) -> Iterator[OpenLoss]:
    for row in open_losses_again(accounts):
        yield OpenLoss(*row)
    for one in accounts:
        for raw in () if one.retired else _positions(one, base):
            if not _lots_are_clear(raw) and raw.gain is not None and raw.gain < 0:
                contract = contract_of(raw.row)
                figures = (raw.quantity, "", "", -raw.gain, raw.value)
                yield OpenLoss(masked(one.account), contract, "", *figures)


def _positions(one: RawTrades, base: str) -> Iterator[RawPosition]:
    """The long securities of an account that are worth something."""
    rows = one.newest
    for raw in review_evidence(rows.rows, base, rows.dates.slashed).positions:
        if is_ruled(raw.row) and raw.quantity > 0 and raw.value > 0:
            yield raw


def _lots_are_clear(raw: RawPosition) -> bool:
    whole = sum((lot.quantity for lot in raw.lots), ZERO)
    told = all(lot.quantity > 0 and lot.cost is not None and lot.opened for lot in raw.lots)
    return bool(raw.lots) and told and whole == raw.quantity


def recent_purchases(document: Mapping, accounts: list[RawTrades]) -> Problems:
    """What was bought in the last 30 days and is held is listed, and stands in the way of lots."""
    wanted = sorted(_bought_lately(document, accounts))
    found = sorted(map(_recent, document["recent_purchases"]))
    if wanted != found:
        yield f"{len(wanted)} late purchases are held, {len(found)} are listed or differ"
    names = [masked(one.account) for one in accounts]
    for lot in document["harvest"]:
        in_the_way = list(map(_recent, lot["obstacles"]))
        own = (lot["account"], lot["opened"])
        left = [row for row in found if row[1] == lot["contract"]]
        for row in in_the_way:
            if row not in left or ((row[0], row[2]) == own and names.count(row[0]) < 2):
                yield f"{lot['symbol']} of {lot['opened']}: {row[3]} of {row[2]} is not in its way"
            else:
                left.remove(row)
        if any((row[0], row[2]) != own for row in left):
            yield f"{lot['symbol']} of {lot['opened']} has more in its way"
        if lot["free_from"] != max((row[4] for row in in_the_way), default=""):
            yield f"{lot['symbol']} is not free from {lot['free_from']}"


def _recent(row: Mapping) -> tuple[str, str, str, Decimal, str]:
    names = ("account", "contract", "bought_on")
    account, contract, day = (row[name] for name in names)
    return account, contract, day, Decimal(row["quantity"]), row["free_from"]


def _bought_lately(
    document: Mapping, accounts: list[RawTrades]
) -> Iterator[tuple[str, str, str, Decimal, str]]:
    last = datetime.date.fromisoformat(max(one.last for one in accounts))
    begin = (last - _WINDOW).isoformat()
    for one in accounts:
        held: dict[str, Decimal] = {}
        rows = one.newest
        evidence = review_evidence(rows.rows, document["base_currency"], rows.dates.slashed)
        for raw in evidence.positions:
            if is_ruled(raw.row):
                held[contract_of(raw.row)] = raw.quantity
        for (contract, day), size in one.bought().items():
            kept = min(size, held.get(contract, ZERO))
            if begin <= day <= last.isoformat() and kept > 0:
                free = datetime.date.fromisoformat(day) + _WINDOW + _DAY
                yield masked(one.account), contract, day, kept, free.isoformat()


def sums_of_losses(document: Mapping, accounts: list[RawTrades]) -> Problems:
    """The open losses by term, and what losses are worth at the rate that was typed, add up."""
    losses = [(row["term"] or "unknown", Decimal(row["loss"])) for row in document["harvest"]]
    for term, claim in document["harvest_totals"].items():
        own = sum((loss for name, loss in losses if name == term), ZERO)
        if Decimal(claim) != own:
            yield f"the open losses of term {term} come to {own}"
    if "at_rate" in document:
        told, totals = document["at_rate"], document["totals"]
        whole = sum((loss for _, loss in losses), ZERO)
        amounts = (Decimal(totals["disallowed"]), Decimal(totals["allowed"]), whole)
        for name, amount in zip(("disallowed", "allowed", "harvest"), amounts):
            worth = cents(amount * Decimal(told["rate_pct"]) / 100)
            if Decimal(told[name]) != worth:
                yield f"at the rate {name} is worth {worth}"
    own_rows = sum(
        sum(1 for _ in one.rows_of("WashSale"))
        + sum(row.get("levelOfDetail", "").upper() == "WASH_SALE" for row in one.rows_of("Trade"))
        for one in accounts
    )
    if document["own_wash_sales"] != own_rows:
        yield f"IBKR lists {own_rows} wash sales of its own"


def alternatives_counted(document: Mapping, accounts: list[RawTrades]) -> Problems:
    """A losing fund's class has as many other funds in its currency as the table lists."""
    for claim in document["alternatives"]:
        currencies = {
            row.get("currency", "")
            for one in accounts
            for row in (*one.whole_rows(), *one.open_lots())
            if plain(row.get("symbol", "")) == claim["symbol"]
        }
        counts = {
            max(fund_lines().count(claim["class"], currency) - 1 - len(claim["held"]), 0)
            for currency in currencies
        }
        if claim["others"] not in counts:
            yield f"of the class of {claim['symbol']} the table has {sorted(counts)} others"
