"""What the plan document says of currencies. Loaded only when there is more than one."""

from __future__ import annotations

from ...core.format import money, shown_money
from ...core.messages import say
from ...core.plain_text import plain
from ...planning.currencies.exchanges import Amounts, Exchange, exchanged
from ...planning.currencies.flows import Flow, currency_flows
from ...planning.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...core.plan_document import CurrencyFlow, PlanDocument
    from ...core.plan_document import Exchange as ExchangeRow


def currency_keys(plan: Plan, keeps_currencies: bool = False) -> PlanDocument:
    """The keys `currencies` and `exchanges` of a plan's document, with its `warnings` and `notes`
    on them.

    `keeps_currencies` says that nothing is exchanged because that was asked for.
    """
    flows = currency_flows(plan.portfolio, plan.orders)
    changes = exchanged(flows, plan.exchanges)
    shown = [flow for flow in flows if _is_shown(flow, plan, changes)]
    return {
        "currencies": [_flow(flow, changes) for flow in shown],
        "exchanges": [_exchange(exchange) for exchange in plan.exchanges],
        "warnings": _warnings(plan, shown, changes, keeps_currencies),
        "notes": [say("exchange_note")] if plan.exchanges else [],
    }


def _is_shown(flow: Flow, plan: Plan, changes: Amounts) -> bool:
    names = {order.position.currency for order in plan.orders}
    if flow.currency in names | {plan.portfolio.base_currency}:
        return True
    return bool(flow.cash or changes[flow.currency])


def _flow(flow: Flow, changes: Amounts) -> CurrencyFlow:
    change = changes[flow.currency]
    return {
        "currency": plain(flow.currency),
        "cash_before": money(flow.cash) if flow.is_told else None,
        "sells": money(flow.sells),
        "buys": money(flow.buys),
        "commissions": money(flow.commissions),
        "exchanged": money(change),
        "cash_after": money(flow.after_orders + change) if flow.is_told else None,
    }


def _exchange(exchange: Exchange) -> ExchangeRow:
    return {
        "action": exchange.action,
        "pair": plain(exchange.pair.name),
        "amount": money(exchange.amount),
        "currency": plain(exchange.pair.base),
        "value": money(exchange.value),
        "cost": money(exchange.cost),
    }


def _warnings(plan: Plan, flows: list[Flow], changes: Amounts, keeps_currencies: bool) -> list[str]:
    """Debits that stay, pairs that are not known, and cash of which the currency is not told."""
    base = plan.portfolio.base_currency
    found = []
    for flow in flows if flows[0].is_told else ():
        after = flow.after_orders + changes[flow.currency]
        if after < 0:
            debit = -after * flow.rate
            # Two exchanges where the pair is not quoted.
            is_small = debit <= 2 * plan.fees.exchange(debit)
            key = "debit_small" if is_small else "debit_stays"
            shown = shown_money(money(after), flow.currency)
            key = "debit_kept" if keeps_currencies else key
            found.append(say(key, currency=flow.currency, amount=shown))
    if not flows[0].is_told:
        found.append(say("currencies_not_told", base=base))
    unlisted = {one.pair.name for one in plan.exchanges if not one.pair.listed}
    if unlisted:
        found.append(say("pairs_unlisted", pairs=", ".join(sorted(unlisted))))
    return found
