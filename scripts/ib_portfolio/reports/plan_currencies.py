"""What the plan document says of currencies. Loaded only when an order is in a foreign one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.format import money
from ..core.plain_text import plain
from ..planning.currency_exchange import Exchange, Flow, currency_flows, exchanges
from ..planning.plan import Plan

if TYPE_CHECKING:
    from ..core.plan_document import CurrencyFlow, PlanDocument
    from ..core.plan_document import Exchange as ExchangeRow


def currency_keys(plan: Plan) -> PlanDocument:
    """The keys `currencies` and `exchanges` of a plan's document."""
    flows = currency_flows(plan)
    base = plan.portfolio.base_currency
    return {
        "currencies": [_flow(flow) for flow in flows],
        "exchanges": [_exchange(exchange, base) for exchange in exchanges(plan, flows)],
    }


def _flow(flow: Flow) -> CurrencyFlow:
    return {
        "currency": plain(flow.currency),
        "cash_before": None if flow.cash is None else money(flow.cash),
        "sells": money(flow.sells),
        "buys": money(flow.buys),
        "commissions": money(flow.commissions),
        "cash_after": None if flow.cash is None else money(flow.cash + flow.net),
    }


def _exchange(exchange: Exchange, base: str) -> ExchangeRow:
    return {
        "action": exchange.action,
        "pair": f"{plain(exchange.currency)}.{base}",
        "amount": money(exchange.amount),
        "currency": plain(exchange.currency),
        "value": money(exchange.value),
        "cost": money(exchange.cost),
    }
