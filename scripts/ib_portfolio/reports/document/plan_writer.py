"""Fills the plan document: the only place that writes its keys."""

from __future__ import annotations

from decimal import Decimal

from ...core.asset_classes import ASSET_CLASSES
from ...core.counting import PLAIN
from ...core.format import money, percent, target_percent
from ...core.messages import say
from ...core.numbers import ZERO, plain_decimal
from ...core.plain_text import look_alike_key, plain
from ...core.portfolio import Position
from ...planning.plan import Plan, covered_reason
from ...planning.sleeves import class_percents
from ...taxes.realized_gains import gain_is_untold, realized_gains
from ..option_limits import limits_named
from .plan_costs import cost_notes, cost_warnings
from .plan_trades import trade_rows
from .unreached_targets import reserve_warnings, unreached_targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.plan_document import (
        CheckResult,
        ClassShare,
        CrossCheckResult,
        GainTotals,
        PlanDocument,
        ReservedCash,
        Summary,
        Unfilled,
        Untraded,
    )
    from .plan_counting import CountingSaid


def plan_document(
    plan: Plan,
    dry_run: bool,
    options: PlanDocument | None = None,
    heading_notes: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> PlanDocument:
    """`plan` with its numbers as decimal strings; without checks, which come `with_checks`.

    Only the weights of `target_allocation` are JSON numbers, as the trade tools want them. The
    percentages apply to the investable value, `after_pct` to what is left of it after all costs.
    `options` are the keys that options add; notes and warnings follow the plan's own.
    """
    portfolio, target = plan.portfolio, plan.target
    more: PlanDocument = dict(options or {})
    counted = _counting(plan)
    currencies = _currencies(plan, more)
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
        "trades": trade_rows(plan),
        "summary": _summary(plan),
        "tax": _tax(plan),
        "held": [
            _untraded(position, position.category, say(position.held_reason), position.value)
            for position in portfolio.held
        ],
        "locked": _locked(plan),
        "reserved": _reserved(plan),
        "set_aside": money(portfolio.set_aside),
        "counted_as": counted.rows if counted else [],
        "unfilled": _unfilled(plan),
        "warnings": [
            *(counted.questions if counted else []),
            *_warnings(plan, more),
            *currencies.pop("warnings", []),
            *portfolio.warnings,
            *warnings,
        ],
        "notes": [
            *_notes(plan),
            *currencies.pop("notes", []),
            *(counted.notes if counted else []),
        ],
        "heading_notes": [
            *heading_notes,
            *(counted.heading_notes if counted else []),
            *more.pop("heading_notes", []),
        ],
        "checks": [],
        "checks_not_applicable": [],
        **currencies,
        **_sleeves(plan),
        **({"captured_at": portfolio.captured_at} if portfolio.captured_at else {}),
        **_shared_symbols(portfolio.positions),
        **more,
    }


def shown_source(document: PlanDocument) -> str:
    """Where the plan's portfolio comes from, for people."""
    if "fetched" in document:
        return say("source.fetched", when=document["fetched"])
    return say(f"source.{document['source']}", captured_at=document.get("captured_at", ""))


def with_checks(
    document: PlanDocument, results: list[CheckResult], not_applicable: list[str]
) -> PlanDocument:
    """`document` with the results of its self-check and the names of checks that do not apply."""
    return {**document, "checks": results, "checks_not_applicable": not_applicable}


def with_cross_check(document: PlanDocument, result: CrossCheckResult) -> PlanDocument:
    """`document` with the comparison with a server's trades; unknown differences are warnings."""
    warnings = [*document["warnings"], *result["unknown"]]
    return {**document, "cross_check": result, "warnings": warnings}


def with_notes(
    document: PlanDocument,
    heading_notes: Sequence[str] = (),
    notes: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> PlanDocument:
    """`document` with more to say in its heading, under its summary, and among its warnings."""
    return {
        **document,
        "heading_notes": [*document["heading_notes"], *heading_notes],
        "notes": [*document["notes"], *notes],
        "warnings": [*document["warnings"], *warnings],
    }


def _counting(plan: Plan) -> CountingSaid | None:
    if plan.portfolio.counting == PLAIN:
        return None
    from .plan_counting import counting_said

    return counting_said(plan)


def _currencies(plan: Plan, options: PlanDocument) -> PlanDocument:
    if not plan.has_currencies:
        return {}
    # Loaded only when there is more than one currency.
    from .plan_currencies import currency_keys

    return currency_keys(plan, "keep-currencies" in options.get("options", {}))


def _shared_symbols(positions: Sequence[Position]) -> PlanDocument:
    """The key for symbols of which several share contracts are held, if there are any."""
    same: dict[tuple[str, str], list[Position]] = {}
    for row in (row for row in positions if row.category == "STK"):
        same.setdefault((look_alike_key(row.symbol), row.currency.upper()), []).append(row)
    shared = [row for rows in same.values() if len(rows) > 1 for row in rows]
    named = {(plain(row.symbol), plain(row.currency)) for row in shared}
    rows = [{"symbol": symbol, "currency": currency} for symbol, currency in sorted(named)]
    return {"shared_symbols": rows} if rows else {}


def _untraded(position: Position, asset_class: str, reason: str, value: Decimal) -> Untraded:
    return {
        "symbol": plain(position.symbol),
        "asset_class": plain(asset_class),
        "value": money(value),
        "reason": reason,
    }


def _locked(plan: Plan) -> list[Untraded]:
    """What is locked whole, then what only a part of must not be sold, with that part's value."""
    portfolio = plan.portfolio
    whole = [
        _untraded(position, position.asset_class, say(position.lock), position.value)
        for position in portfolio.locked
    ]
    return whole + [
        _untraded(position, position.asset_class, covered_reason(position), position.kept_value)
        for position in portfolio.covering
    ]


def _reserved(plan: Plan) -> list[ReservedCash]:
    return [
        {
            "symbol": plain(row.symbol),
            "kind": say(f"reserved.{row.kind}"),
            "amount": money(row.amount),
            "currency": plain(row.currency),
            "local_amount": plain_decimal(row.local_amount),
            "because": row.because,
        }
        for row in plan.portfolio.reserves
    ]


def _classes(plan: Plan) -> list[ClassShare]:
    portfolio, after = plan.portfolio, plan.values_after
    values, wanted = portfolio.class_values, class_percents(portfolio, plan.target.profile)
    total, total_after = portfolio.investable_value, sum(after.values(), ZERO)
    return [
        {
            "asset_class": name,
            "current_value": money(values[name]),
            "current_pct": percent(values[name], total),
            "target_pct": target_percent(wanted[name]),
            "drift_pct": percent(values[name] - total * wanted[name] / 100, total),
            "after_value": money(after[name]),
            "after_pct": percent(after[name], total_after),
        }
        for name in ASSET_CLASSES
    ]


def _sleeves(plan: Plan) -> PlanDocument:
    """The key for the parts of a target of the user's own, if there is one."""
    if not plan.target.profile.named:
        return {}
    # Loaded only for such a target.
    from .plan_sleeves import sleeve_rows, unidentified

    found: PlanDocument = {"sleeves": sleeve_rows(plan)}
    names = unidentified(plan)
    return {**found, "unidentified": names} if names else found


def _unfilled(plan: Plan) -> list[Unfilled]:
    """The classes and symbols of which nothing is held, and what is missing of them."""
    told = plan.target.profile.classes_told
    return [
        {"asset_class": name, "value": money(value)}
        if name in ASSET_CLASSES
        else {"asset_class": told.get(name, ""), "symbol": plain(name), "value": money(value)}
        for name, value in plan.target.unfilled.items()
    ]


def _summary(plan: Plan) -> Summary:
    return {
        "total_trades": len(plan.orders),
        "total_sell": money(plan.total_sell),
        "total_buy": money(plan.total_buy),
        "net_cash_movement": money(plan.total_sell - plan.total_buy),
        "total_commission": money(plan.total_commission),
        "exchange_cost": money(plan.exchange_cost),
        "taxes": money(plan.total_taxes),
        "accrued_interest": money(plan.accrued_interest),
        "cash_after": money(plan.cash_after),
    }


def _tax(plan: Plan) -> GainTotals:
    gains = realized_gains(plan.orders)
    won = sum((gain for gain in gains if gain > 0), ZERO)
    lost = -sum((gain for gain in gains if gain < 0), ZERO)
    return {"gains": money(won), "losses": money(lost), "net": money(won - lost)}


def _warnings(plan: Plan, more: PlanDocument) -> list[str]:
    """What the user should know before trading, most important first."""
    portfolio = plan.portfolio
    withdraws = "withdraw" in more.get("options", {})
    found = reserve_warnings(plan) + unreached_targets(plan, limits_named(more), withdraws)
    unknown = [plain(order.position.symbol) for order in plan.orders if gain_is_untold(order)]
    if unknown:
        found.append(say("gain_unknown", symbols=", ".join(unknown)))
    if plan.target.profile.named:
        from .plan_sleeves import others_sold

        found += others_sold(plan)
    free = [
        plain(order.position.symbol)
        for order in plan.orders
        if order.quantity < 0 and order.position.zero_cost
    ]
    if free:
        found.append(say("cost_of_zero", symbols=", ".join(free)))
    if portfolio.usd_rate is None and plan.orders:
        found.append(say("fees_without_rate", base=portfolio.base_currency))
    found += cost_warnings(plan)
    return found


def _notes(plan: Plan) -> list[str]:
    """How the figures were arrived at."""
    notes = [plan.portfolio.ledger] if plan.portfolio.ledger else []
    return notes + cost_notes(plan)
