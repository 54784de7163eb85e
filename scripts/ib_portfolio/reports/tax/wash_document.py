"""Fills the document of /wash-sale-check: the only place that writes its keys."""

from __future__ import annotations

from decimal import Decimal

from ...core.format import money, shown_money, shown_quantity
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal, to_cents
from ...core.portfolio import mask_account
from ...market.holding_period import is_long_term
from ...taxes.harvest import HarvestLot, symbol_of
from ...taxes.trade_history import AccountHistory, position_key
from ...taxes.wash_matching import Replacement
from ...taxes.wash_review import LossReview, RecentPurchase, WashReview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import DocumentPart

_UNKNOWN = "?"


def wash_document(
    accounts: list[AccountHistory],
    review: WashReview,
    harvest: list[HarvestLot],
    rate: Decimal | None,
) -> dict[str, object]:
    """The document without source, period and notes, which the story adds.

    Money is a decimal string in base currency to the cent, losses above zero; each sum is that of
    the rounded parts.
    """
    currency = accounts[0].activity.base_currency
    losses = [_loss(one, currency) for one in review.losses]
    lots = [_lot(one, currency) for one in harvest]
    document: dict[str, object] = {
        "base_currency": currency,
        "losses": losses,
        "totals": {
            "losses": _sum(losses, "loss"),
            "disallowed": _sum(losses, "disallowed"),
            "lost_for_good": _sum(losses, "lost_for_good"),
            "allowed": _sum(losses, "allowed"),
        },
        "open_windows": [
            {
                "symbol": one.symbol,
                "sold_on": one.sold_on,
                "free_from": one.free_from,
                "at_stake": money(one.at_stake),
            }
            for one in review.open_windows
        ],
        "recent_purchases": [_recent(one) for one in review.recent],
        "harvest": lots,
        "harvest_totals": {
            term or "unknown": _sum([row for row in lots if row["term"] == term], "loss")
            for term in ("short", "long", "")
        },
        "unclear": [
            {"symbol": symbol, "sentence": say(key, symbol=symbol)}
            for symbol, key in review.unclear
        ],
    }
    if rate is not None:
        document["at_rate"] = _at_rate(document, rate)
    return document


def _loss(one: LossReview, currency: str) -> DocumentPart:
    loss = one.match.loss
    amount, disallowed = to_cents(loss.amount), to_cents(one.match.disallowed)
    lost = sum((part.disallowed for part in one.match.replacements if part.is_lost), ZERO)
    term = ""
    if loss.held_since:
        term = "long" if is_long_term(loss.held_since, loss.day) else "short"
    row = {
        "account": mask_account(loss.account),
        "symbol": one.symbol,
        "contract": loss.contract,
        "sold_on": loss.day,
        "quantity": plain_decimal(loss.quantity),
        "opened": loss.opened,
        "term": term,
        "loss": money(amount),
        "verdict": one.verdict,
        "disallowed": money(disallowed),
        "lost_for_good": money(lost),
        "allowed": money(amount - disallowed),
        "possible_quantity": plain_decimal(one.match.possible),
        "replacements": [_replacement(part) for part in one.match.replacements],
        "options": [{"symbol": part.symbol, "date": part.day} for part in one.options],
        "unseen_before": one.unseen_before,
        "unseen_after": one.unseen_after,
    }
    return {**row, "sentence": " ".join(_loss_sentences(row, currency))}


def _replacement(part: Replacement) -> DocumentPart:
    return {
        "account": mask_account(part.purchase.account),
        "bought_on": part.purchase.day,
        "quantity": plain_decimal(part.quantity),
        "disallowed": money(part.disallowed),
        "held_since": part.held_since,
        "lost_for_good": part.is_lost,
    }


def _loss_sentences(row: DocumentPart, currency: str) -> list[str]:
    """What is to be said of one loss: yes, possible or cannot tell, and why."""
    verdict = say(f"wash.{row['verdict'].replace(' ', '_')}")
    found = [
        say(
            "wash_verdict",
            symbol=row["symbol"],
            quantity=shown_quantity(row["quantity"]),
            day=row["sold_on"],
            verdict=verdict,
        )
    ]
    for part in row["replacements"]:
        key = "wash_lost" if part["lost_for_good"] else "wash_moved"
        fields = {
            "quantity": shown_quantity(part["quantity"]),
            "day": part["bought_on"],
            "amount": shown_money(part["disallowed"], currency),
        }
        where = {"account": part["account"]} if key == "wash_lost" else {}
        found.append(say(key, **fields, **where))
        if part["held_since"]:
            found.append(say("wash_held_since", day=part["held_since"]))
    if row["possible_quantity"] != "0":
        found.append(say("wash_maybe", quantity=shown_quantity(row["possible_quantity"])))
    if row["options"]:
        named = ", ".join(f"{part['symbol']} {part['date']}" for part in row["options"])
        found.append(say("wash_option", options=named))
    if row["unseen_before"]:
        found.append(say("wash_unseen_before", day=row["unseen_before"]))
    if row["unseen_after"]:
        found.append(say("wash_unseen_after", day=row["unseen_after"]))
    return found


def _recent(one: RecentPurchase) -> DocumentPart:
    return {
        "account": mask_account(one.account),
        "symbol": one.symbol,
        "contract": one.contract,
        "bought_on": one.day,
        "quantity": plain_decimal(one.quantity),
        "free_from": one.free_from,
    }


def _lot(one: HarvestLot, currency: str) -> DocumentPart:
    loss = to_cents(one.loss)
    return {
        "account": mask_account(one.account),
        "symbol": symbol_of(one),
        "contract": position_key(one.position),
        "opened": one.opened,
        "quantity": plain_decimal(one.quantity),
        "value": money(one.value),
        "loss": money(loss),
        "term": one.term,
        "long_from": one.long_from,
        "free_from": one.free_from,
        "obstacles": [_recent(part) for part in one.obstacles],
    }


def _at_rate(document: dict, rate: Decimal) -> DocumentPart:
    """What the losses are worth at the user's own rate: rate x loss, to the cent."""
    open_losses = sum((Decimal(row["loss"]) for row in document["harvest"]), ZERO)
    totals = document["totals"]
    return {
        "rate_pct": plain_decimal(rate),
        "disallowed": money(Decimal(totals["disallowed"]) * rate / 100),
        "allowed": money(Decimal(totals["allowed"]) * rate / 100),
        "harvest": money(open_losses * rate / 100),
    }


def _sum(rows: list[DocumentPart], field: str) -> str:
    return money(sum((Decimal(row[field]) for row in rows), ZERO))
