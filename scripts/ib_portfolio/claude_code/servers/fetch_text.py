"""The [fetch] text: which calls of which server the model is to make."""

from __future__ import annotations

from collections.abc import Sequence

from ...core.messages import Ours, say
from .server_source import CONNECTOR, IB_SEC_MCP, ServerSource


def fetch_text(sources: Sequence[ServerSource], start: str, account: str, trade_tool: str) -> str:
    """The calls of the one of `sources` that the user has, and what to reply without any.

    `start`, `account` (the server's index, "" for none) and `trade_tool` are of ib-sec-mcp's.
    """
    index = f", account_index={account}" if account else ""
    ours = say("fetch", start=start, account=index, trade_tool=trade_tool)
    theirs = say("fetch_connector", login=Ours(say("connector_login")))
    if len(sources) > 1:
        text = say(
            "fetch_either", first=Ours(ours), second=Ours(theirs), both=Ours(say("both_sources"))
        )
    else:
        text = {IB_SEC_MCP: ours, CONNECTOR: theirs}[sources[0]]
    return f"{text}\n{say('fetch_nothing', connect=Ours(say('connect')))}"
