"""The warnings that ib-sec-mcp's simulation gives, each told in our words; none is dropped."""

from __future__ import annotations

import re

from ..core.format import shown_money
from ..core.messages import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument

_MOST = 10
_COMMISSIONS = re.compile(r"Estimated commissions exceed 1% of portfolio value\b")
_OPEN = re.compile(r"New positions to open: (.+?)(?:\. |\.?\Z)")
_CLOSE = re.compile(r"Positions to fully close: (.+?)\.?\Z")


def server_warnings(answer: dict[str, object], document: PlanDocument) -> list[str]:
    """What the server warns of in the answer to simulate_rebalancing, as sentences beside the plan.

    [] for answers without warnings, as those of generate_rebalancing_trades.
    """
    given = answer.get("warnings")
    texts = [text for text in given if isinstance(text, str)] if isinstance(given, list) else []
    return [_told(text, document) for text in texts[:_MOST]]


def _told(text: str, document: PlanDocument) -> str:
    if _COMMISSIONS.match(text):
        cost = shown_money(document["summary"]["total_commission"], document["base_currency"])
        return say("server_warns_commissions", cost=cost)
    opened, closed = _OPEN.match(text), _CLOSE.match(text)
    if opened:
        cash = f"{document['base_currency']}.CASH"
        key = "server_warns_cash" if opened[1].strip() == cash else "server_warns_open"
        return say(key, symbols=opened[1])
    return (
        say("server_warns_close", symbols=closed[1]) if closed else say("server_warns", text=text)
    )
