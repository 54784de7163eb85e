"""What a run needs to know of a server: its calls, and how their answers become an account.

A run's answers are kept as they came, each with its server and the moment of the hook.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from ...checked_plan import Account
from ...checks.connector_evidence import connector_evidence
from ...checks.server_evidence import server_evidence
from ...core.messages import Refusal, Usage
from ...core.record import Record
from ...request.options import quote_names
from ...request.request import Request
from ...sources.ib_sec_mcp import SERVER, server_portfolio
from ...sources.ibkr_connector.connector_portfolio import SOURCE, connector_portfolio
from ...sources.ibkr_connector.connector_rows import BALANCES, POSITIONS, SUMMARY
from ...sources.server_ledger import reconcile_answers

Answer = dict[str, object]

_MOST_APART = datetime.timedelta(minutes=10)


class Kept(Record):
    """An answer, the server that gave it (by its part of the tool's name), and when (UTC, ISO)."""

    answer: Answer
    server: str
    at: str


class ServerSource(Record):
    """A kind of server: `reads` are the calls that a plan needs, `closing` those that end a run.

    Without `closing` the last of the reads ends it. `account` is what a plan is made from and
    checked against, from the kept answers to `reads` in their order; Refusal where they do not
    allow one.
    """

    name: str
    reads: tuple[str, ...]
    closing: tuple[str, ...]
    account: Callable[[list[Kept], Request], Account]

    def file_of(self, tool: str) -> str:
        """Where a run keeps the answer to `tool`: two servers have tools of the same name."""
        return f"{tool}.json" if self.closing else f"{self.name}-{tool}.json"


def _account_of_answers(kept: list[Kept], request: Request) -> Account:
    positions, summary = (one.answer for one in kept)
    portfolio = server_portfolio(positions, summary)
    reconcile_answers(positions, summary)
    return Account(portfolio, server_evidence(positions, summary, request.options))


def _account_of_login(kept: list[Kept], request: Request) -> Account:
    """The account of the connector's three answers, which are of one server and one moment."""
    if len({one.server for one in kept}) > 1:
        raise Refusal("connector_two_servers")
    times = [datetime.datetime.fromisoformat(one.at) for one in kept]
    if max(times) - min(times) > _MOST_APART:
        raise Refusal("connector_apart")
    answers = [one.answer for one in kept]
    captured_at = max(times).astimezone().isoformat(" ", "minutes")
    portfolio = connector_portfolio(*answers, f"{captured_at[:16]} {captured_at[16:]}")
    return Account(portfolio, connector_evidence(*answers, request.options))


IB_SEC_MCP = ServerSource(
    name=SERVER,
    reads=("get_positions", "get_account_summary"),
    closing=("generate_rebalancing_trades", "simulate_rebalancing"),
    account=_account_of_answers,
)
CONNECTOR = ServerSource(
    name=SOURCE, reads=(SUMMARY, BALANCES, POSITIONS), closing=(), account=_account_of_login
)


def sources_of(request: Request) -> tuple[ServerSource, ...]:
    """The servers that `request` can be answered by: the one that is named, or either.

    An account is named for ib-sec-mcp only, a draft is made by the connector only. Usage for a
    source that is neither, Refusal for one that cannot do what is asked.
    """
    names = [IB_SEC_MCP.name, CONNECTOR.name]
    source = request.source.strip().casefold()
    if source and source not in names:
        wanted = quote_names(names, " / ")
        raise Usage("bad_value", option="--source", value=request.source, wanted=wanted)
    if request.draft and source == IB_SEC_MCP.name:
        raise Refusal("draft_needs_connector")
    if source == CONNECTOR.name or request.draft:
        if request.account:
            raise Refusal("connector_account")
        return (CONNECTOR,)
    if source or request.account:
        return (IB_SEC_MCP,)
    return IB_SEC_MCP, CONNECTOR
