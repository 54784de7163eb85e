"""What can be done about a portfolio, the largest figure first: each with its cost and command.

An action is an arithmetic consequence of what is held and of the profile: no forecast, no opinion.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ...analysis.horizon import contract_of
from ...analysis.portfolio_review import Review
from ...analysis.tax_timing import SOON
from ...core.asset_classes import SHORT_LABELS
from ...core.format import money, percent, shown_amount, shown_money, shown_orders, shown_points
from ...core.messages import Ours, say
from ...core.numbers import ZERO, to_cents
from ...core.plain_text import plain
from ...core.record import Record
from ...planning.plan import drifts
from ...planning.sleeves import class_percents

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import PlanDocument
    from ...core.reviews.review_document import ActionRow

# Of one company, percent. Source: the limit of diversified EU funds, Directive 2009/65/EC, Art. 52.
MOST_OF_ONE_ISSUER = 10
_MOST_NAMED = 4


class _Action(Record):
    kind: str
    figure: Decimal
    cost: Decimal
    sentence: str
    command: str


def actions_of(
    review: Review, plan: PlanDocument, typed: str, account: str = ""
) -> list[ActionRow]:
    """The actions by figure, the largest first; of equal figures the cheaper first.

    `typed` are the options of the plan as they are typed, which its commands repeat; `account`
    names the account to those that take no other options.
    """
    found = [
        *_rebalance(review, plan, typed),
        *_debits(review, plan, typed),
        *_losses(review, account),
        *_turning(review, plan, typed),
        *_maturing(review, plan, typed),
        *_idle(review),
        *_issuers(review),
        *_overlaps(review),
    ]
    found = [one for one in found if to_cents(one.figure) > 0]
    found.sort(key=lambda one: (-one.figure, one.cost, one.kind, one.sentence))
    return [
        {
            "rank": place,
            "kind": one.kind,
            "figure": money(one.figure),
            "cost": money(one.cost),
            "sentence": one.sentence,
            "command": one.command,
        }
        for place, one in enumerate(found, 1)
    ]


def typed_source(source: str) -> str:
    """What is typed behind a command so that it works on the same portfolio as far as is known."""
    return " --sample" if source == "sample" else ""


def typed_profile(profile: str, option: str = "") -> str:
    """A profile as it is typed behind a command; an own target is typed, or set, by itself."""
    return "" if profile == "custom" else f" {option}{profile}"


def _command(plan: PlanDocument, more: str) -> str:
    profile = typed_profile(plan["profile"], "--profile ")
    return f"/rebalance-portfolio{profile}{more}{typed_source(plan['source'])}"


def _shown(review: Review, amount: Decimal) -> str:
    return shown_money(money(amount), review.portfolio.base_currency)


def _distances(review: Review) -> dict[str, Decimal]:
    """How far each class, and each part of an own target, is over its share, in base currency."""
    portfolio, profile = review.plan.portfolio, review.plan.target.profile
    values, wanted = portfolio.class_values, class_percents(portfolio, profile)
    off = {name: values[name] - portfolio.investable_value * wanted[name] / 100 for name in values}
    own = drifts(review.plan)
    for name in profile.named:
        off[name] = max(own[name], off.get(name, ZERO), key=abs)
    return off


def _rebalance(review: Review, plan: PlanDocument, typed: str) -> Iterator[_Action]:
    """The orders that bring the classes to the profile."""
    if not plan["trades"]:
        return
    whole = review.plan.portfolio.investable_value
    off = _distances(review)
    name = max(off, key=lambda one: abs(off[one]))
    direction = "over" if off[name] > 0 else "under"
    points = shown_points(percent(abs(off[name]), whole))
    summary = plan["summary"]
    yield _Action(
        "rebalance",
        abs(off[name]),
        Decimal(summary["total_commission"]) + _exchanged(plan),
        say(
            "action.rebalance",
            asset_class=SHORT_LABELS.get(name, name),
            points=points,
            direction=direction,
            orders=shown_orders(summary["total_trades"]),
            sold=shown_amount(summary["total_sell"]),
            bought=shown_amount(summary["total_buy"]),
        ),
        _command(plan, typed),
    )


def _exchanged(plan: PlanDocument) -> Decimal:
    """What the exchanges of the plan cost beside its commissions."""
    return sum((Decimal(row["cost"]) for row in plan.get("exchanges", [])), ZERO)


def _debits(review: Review, plan: PlanDocument, typed: str) -> Iterator[_Action]:
    for row in review.debits:
        owed = shown_money(money(-row.amount), row.currency)
        if row.beside:
            sentence = say("action.debit", owed=owed, beside=row.beside)
            yield _Action("debit", -row.value, row.cost, sentence, say("by_hand"))
        else:
            sentence = say("action.debit_alone", owed=owed)
            yield _Action("debit", -row.value, row.cost, sentence, _command(plan, typed))


def _losses(review: Review, account: str) -> Iterator[_Action]:
    if not review.losses:
        return
    total = -sum((row.total for row in review.losses), ZERO)
    cost = sum((review.sale_cost(row.position, row.quantity) for row in review.losses), ZERO)
    symbols = short_list([row.position.symbol for row in review.losses])
    waits = [row for row in review.losses if row.free_from > review.portfolio.as_of]
    sentence = say("action.losses", symbols=symbols)
    if waits:
        named = short_list([f"{row.position.symbol} {row.free_from}" for row in waits])
        sentence += " " + say("action.losses_wait", symbols=named)
    bought = {contract_of(order.position) for order in review.plan.orders if order.quantity > 0}
    both = [row.position.symbol for row in review.losses if contract_of(row.position) in bought]
    if both:
        sentence += " " + say("action.losses_bought", symbols=short_list(both))
    elsewhere = {row.position.symbol: row.buyers for row in review.losses if row.buyers}
    if elsewhere:
        accounts = dict.fromkeys(one.account for row in elsewhere.values() for one in row)
        named = {"symbols": short_list(list(elsewhere)), "accounts": ", ".join(accounts)}
        sentence += " " + say("action.losses_elsewhere", **named)
    command = f"/wash-sale-check{account}{typed_source(review.portfolio.source)}"
    yield _Action("losses", total, cost, sentence, command)


def short_list(symbols: Sequence[str]) -> str:
    """The first four symbols, or names of accounts, and how many are left."""
    shown = ", ".join(plain(symbol) for symbol in symbols[:_MOST_NAMED])
    left = len(symbols) - _MOST_NAMED
    return f"{shown} (+{left})" if left > 0 else shown


def _turning(review: Review, plan: PlanDocument, typed: str) -> Iterator[_Action]:
    """Lots with a gain that the plan would sell some days before they are long-term."""
    sold = {contract_of(order.position) for order in review.plan.orders if order.quantity < 0}
    for row in review.turning:
        symbol = plain(row.position.symbol)
        if contract_of(row.position) in sold:
            sentence = say("action.turning", symbol=symbol, day=row.day, opened=row.lot.opened)
            command = _command(plan, f"{typed} --lock {symbol}")
            yield _Action("turning", row.gain, ZERO, sentence, Ours(command))


def _maturing(review: Review, plan: PlanDocument, typed: str) -> Iterator[_Action]:
    """Bonds that pay back within a quarter, whose money needs a place."""
    if not review.bonds.rows:
        return
    last = datetime.date.fromisoformat(review.portfolio.as_of) + datetime.timedelta(days=SOON)
    for row in review.bonds.rows:
        if row.terms.maturity <= last:
            day = row.terms.maturity.isoformat()
            sentence = say("action.maturing", symbol=row.position.symbol, day=day)
            source = typed_source(plan["source"])
            profile = typed_profile(plan["profile"], "--profile ")
            command = f"/investment-strategy{profile}{typed}{source}"
            yield _Action("maturing", row.redemption, ZERO, sentence, command)


def _idle(review: Review) -> Iterator[_Action]:
    base = review.portfolio.base_currency
    for row in review.idle:
        amount = shown_money(money(row.amount), row.currency)
        sentence = say("action.idle", amount=amount, base=base)
        yield _Action("idle", row.value, row.cost, sentence, say("by_hand"))


def _issuers(review: Review) -> Iterator[_Action]:
    whole = review.portfolio.net_asset_value
    most = whole * MOST_OF_ONE_ISSUER / 100
    for share in review.concentration.issuers:
        over = share.value - most
        if over <= 0:
            continue
        largest = max(share.positions, key=lambda row: row.value)
        count = min(over / largest.unit_value, largest.quantity)
        sentence = say(
            "action.issuer",
            symbols=short_list([row.symbol for row in share.positions]),
            percent=shown_points(percent(share.value, whole)),
            most=MOST_OF_ONE_ISSUER,
            over=_shown(review, over),
        )
        yield _Action("issuer", over, review.sale_cost(largest, count), sentence, say("by_hand"))


def _overlaps(review: Review) -> Iterator[_Action]:
    """Funds of one kind: all of their value but the largest one's, and what moving it costs."""
    for one in review.overlaps:
        own = sorted(one.positions, key=lambda row: -row.value)
        moved = sum((row.value for row in own[1:]), ZERO)
        cost = sum((review.sale_cost(row) for row in own[1:]), ZERO)
        cost += review.plan.fees.commission(own[0], moved / own[0].unit_value, moved)
        kind = say(f"overlap.{one.what}")
        sentence = say(
            "action.overlap", kind=kind, symbols=short_list([row.symbol for row in one.positions])
        )
        yield _Action("overlap", moved, cost, sentence, say("by_hand"))
