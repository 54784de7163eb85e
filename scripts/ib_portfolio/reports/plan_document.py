"""The plan as a document: the JSON that --json prints, schemas describe and reports are made of."""

from __future__ import annotations

from decimal import Context, Decimal

from ..core.format import money, percent, shown_money, shown_points
from ..core.messages import say
from ..core.numbers import ZERO, plain_decimal, to_cents
from ..core.plain_text import plain
from ..core.portfolio import Position
from ..core.profiles import ASSET_CLASSES
from ..planning.plan import Plan, drifts, realized_gain, realized_gains
from ..planning.sizing import Order, unit_of

Document = dict[str, object]

# Of a price in another currency: more digits are noise of the conversion to base currency and back.
_TEN_DIGITS = Context(prec=10)


def plan_document(plan: Plan, dry_run: bool, limits: str = "") -> Document:
    """`plan` with its numbers as decimal strings: money in base currency, to the cent; percent.

    `limits` names what of the run's options keeps orders away, for the warnings.

    Only the weights of `target_allocation` are JSON numbers, as the trade tools want them. The
    percentages apply to the investable value, `after_pct` to what is left of it after commissions.
    """
    portfolio, target = plan.portfolio, plan.target
    foreign = any(order.position.currency != portfolio.base_currency for order in plan.orders)
    return {
        "profile": target.profile.name,
        "dry_run": dry_run,
        "source": portfolio.source,
        "as_of": portfolio.as_of,
        "account": portfolio.account,
        "base_currency": portfolio.base_currency,
        "net_asset_value": money(portfolio.net_asset_value),
        "investable_value": money(portfolio.investable_value),
        "classes": _classes(plan),
        "target_allocation": {plain(name): float(part) for name, part in target.weights.items()},
        "trades": _trades(plan),
        "summary": _summary(plan),
        "tax": _tax(plan),
        "held": [_untraded(row, row.category, row.held_reason) for row in portfolio.held],
        "locked": [_untraded(row, row.asset_class, row.lock) for row in portfolio.locked],
        "unfilled": [
            {"asset_class": name, "value": money(value)} for name, value in target.unfilled.items()
        ],
        "warnings": _warnings(plan, limits),
        "notes": _notes(plan),
        "checks": [],
        **(_exchange(plan) if foreign else {}),
    }


def _untraded(row: Position, asset_class: str, reason: str) -> dict[str, str]:
    return {
        "symbol": plain(row.symbol),
        "asset_class": plain(asset_class),
        "value": money(row.value),
        "reason": say(reason),
    }


def _exchange(plan: Plan) -> Document:
    # Loaded only when an order is in another currency.
    from ..planning.currency_exchange import exchange_document

    return exchange_document(plan)


def _classes(plan: Plan) -> list[dict[str, str]]:
    values, after, drift = plan.portfolio.class_values, plan.values_after, drifts(plan)
    total, total_after = plan.portfolio.investable_value, sum(after.values(), ZERO)
    return [
        {
            "asset_class": name,
            "current_value": money(values[name]),
            "current_pct": percent(values[name], total),
            "target_pct": plain_decimal(plan.target.profile.percent[name]),
            "drift_pct": percent(drift[name], total),
            "after_value": money(after[name]),
            "after_pct": percent(after[name], total_after),
        }
        for name in ASSET_CLASSES
    ]


def _trades(plan: Plan) -> list[Document]:
    whole, drift = plan.portfolio.investable_value, drifts(plan)
    reasons = {name: _reason(name, drift[name], whole) for name in ASSET_CLASSES}
    return [
        {"priority": place, **_trade(order, whole), "reason": reasons[order.position.asset_class]}
        for place, order in enumerate(plan.orders, 1)
    ]


def _trade(order: Order, whole: Decimal) -> Document:
    row = order.position
    sells = order.quantity < 0
    gain = realized_gain(order)
    change = -order.amount if sells else order.amount
    return {
        "action": "SELL" if sells else "BUY",
        "symbol": plain(row.symbol),
        "conid": plain(row.conid),
        "asset_class": row.asset_class,
        "currency": plain(row.currency),
        "quantity": plain_decimal(abs(order.quantity)),
        "unit": unit_of(row),
        "price": plain_decimal(row.unit_value),
        "local_price": plain_decimal((row.unit_value / row.rate).normalize(_TEN_DIGITS)),
        "amount": money(order.amount),
        "commission": money(order.commission),
        "weight_change_pct": percent(change, whole),
        "estimated_realized_gain": None if gain is None else money(gain),
    }


def _reason(asset_class: str, drift: Decimal, whole: Decimal) -> str:
    points = shown_points(percent(abs(drift), whole))
    return say(
        "reason_over" if drift > 0 else "reason_under", asset_class=asset_class, points=points
    )


def _summary(plan: Plan) -> Document:
    return {
        "total_trades": len(plan.orders),
        "total_sell": money(plan.total_sell),
        "total_buy": money(plan.total_buy),
        "net_cash_movement": money(plan.total_sell - plan.total_buy),
        "total_commission": money(plan.total_commission),
        "cash_after": money(plan.cash_after),
    }


def _tax(plan: Plan) -> dict[str, str]:
    gains = realized_gains(plan.orders)
    won = sum((gain for gain in gains if gain > 0), ZERO)
    lost = -sum((gain for gain in gains if gain < 0), ZERO)
    return {"gains": money(won), "losses": money(lost), "net": money(won - lost)}


def _warnings(plan: Plan, limits: str) -> list[str]:
    """What the user should know before trading, most important first."""
    portfolio, target = plan.portfolio, plan.target
    found = [say("class_without_holdings", asset_class=name) for name in target.unfilled]
    found += [
        say("class_locked", asset_class=name, amount=_shown(plan, value))
        for name, value in target.stuck.items()
    ]
    if plan.cash_after < target.cash_floor:
        key = "cash_short_limited" if limits else "cash_short"
        missing = _shown(plan, to_cents(target.cash_floor - plan.cash_after))
        found.append(say(key, amount=missing, **({"limits": limits} if limits else {})))
    unknown = [
        plain(order.position.symbol)
        for order in plan.orders
        if order.quantity < 0 and order.position.unrealized_gain is None
    ]
    if unknown:
        found.append(say("gain_unknown", symbols=", ".join(unknown)))
    if portfolio.usd_rate is None and plan.orders:
        found.append(say("fees_without_rate", base=portfolio.base_currency))
    return found + list(portfolio.warnings)


def _shown(plan: Plan, amount: Decimal) -> str:
    return shown_money(money(amount), plan.portfolio.base_currency)


def _notes(plan: Plan) -> list[str]:
    """How the figures were arrived at."""
    fees = plan.fees
    foreign = sorted({order.position.currency for order in plan.orders} - {"USD"})
    notes = [plan.portfolio.ledger] if plan.portfolio.ledger else []
    if plan.orders:
        notes.append(say("fee_schedule", source=fees.source, as_of=fees.as_of))
    if foreign:
        notes.append(say("fee_schedule_assumed", currencies=", ".join(foreign)))
    return notes
