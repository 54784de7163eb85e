"""A run on a server of the user's: what to fetch, the answers kept, the target, the report.

The hook and the scripts by hand go through the same steps. The state of a run is in its folder:
what was asked, the server's answers as they came, and which calls belong to it.
"""

from __future__ import annotations

import datetime
import json

from ..checked_plan import checked_plan
from ..core.format import shown_drift, shown_percent
from ..core.messages import Ours, Refusal, say
from ..core.record import Record
from ..planning.plan import Plan
from ..rebalance import Outcome, files_written
from ..reports.document.plan_writer import with_cross_check, with_notes
from ..request.request import Request
from .run_folder import RunFolder
from .server_cross_check import cross_check
from .server_failure import Failure, our_words, server_failure
from .server_warnings import server_warnings
from .servers.draft_orders import order_type_of
from .servers.fetch_text import fetch_text
from .servers.server_source import IB_SEC_MCP, Answer, Kept, ServerSource, sources_of
from .tool_answer import exact_json, read_answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..core.plan_document import PlanDocument

PREFIX = "mcp__ib-sec-mcp__"
POSITIONS, SUMMARY = IB_SEC_MCP.reads
GENERATE, SIMULATE = IB_SEC_MCP.closing
FILE_LIST = "ib://portfolio/list"
FEW_WEIGHTS = 12
_LIMITS = frozenset(("min-trade", "max-turnover", "few-orders", "contribute"))


class ServerRun(Record):
    """A started run: what was asked, of which dates, on which day."""

    folder: RunFolder
    request: Request
    start: str
    end: str
    today: str
    started: str  # UTC, as the client's transcript writes it

    @property
    def trade_tool(self) -> str:
        """The trade tool of the run's mode."""
        return SIMULATE if self.request.dry_run else GENERATE

    @property
    def call_input(self) -> dict[str, object]:
        """The dates, and the account, that every call of this run is made with."""
        found: dict[str, object] = {"start_date": self.start, "end_date": self.end}
        if self.request.account:
            found["account_index"] = int(self.request.account)
        return found


def start_server_run(request: Request, folder: RunFolder | None) -> str:
    """Opens a run and returns the [fetch] text: which calls of which server to make.

    Refusal when there is no usable data folder, or --account is not the server's index, and as
    `sources_of` says.
    """
    if folder is None:
        raise Refusal("no_data_folder")
    sources = sources_of(request)
    if request.draft:
        order_type_of(request.options)
    if request.account == "all":
        raise Refusal("account_all_server")
    if request.account and not (request.account.isdecimal() and int(request.account) <= 9):
        raise Refusal("account_index")
    today = datetime.date.today().isoformat()
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    run = ServerRun(folder, request, f"{today[:4]}-01-01", today, today, now[:23] + "Z")
    try:
        folder.open()
        _save(run)
    except OSError as error:
        raise Refusal("data_folder_unusable", cause=error.strerror or "") from None
    return "[fetch]\n" + fetch_text(sources, run.start, request.account, run.trade_tool)


def load_run(folder: RunFolder) -> ServerRun | None:
    """The run in `folder`, None when there is none that can be read."""
    text = folder.read("run.json")
    if text is None:
        return None
    try:
        kept = json.loads(text)
        return ServerRun(
            folder,
            Request(**kept["request"]),
            kept["start"],
            kept["end"],
            kept["today"],
            kept["started"],
        )
    except (ValueError, KeyError, TypeError):
        return None


def _save(run: ServerRun) -> None:
    kept = {
        "request": run.request._asdict(),
        "start": run.start,
        "end": run.end,
        "today": run.today,
        "started": run.started,
    }
    run.folder.write("run.json", json.dumps(kept, ensure_ascii=False))


def use_dates(run: ServerRun, start: str, end: str) -> ServerRun:
    """The run with the dates of a saved statement; answers of other dates are dropped."""
    changed = run._replace(start=start, end=end)
    for tool in IB_SEC_MCP.reads:
        run.folder.remove(IB_SEC_MCP.file_of(tool))
    _save(changed)
    return changed


def keep_answer(
    run: ServerRun,
    tool: str,
    answer: Answer,
    source: ServerSource = IB_SEC_MCP,
    server: str = IB_SEC_MCP.name,
) -> None:
    """Keeps a server's answer as it came, for the plan and for its check."""
    at = datetime.datetime.now(datetime.timezone.utc).isoformat()
    kept = Kept(answer, server, at)._asdict()
    run.folder.write(source.file_of(tool), exact_json(kept))


def kept_answer(run: ServerRun, tool: str, source: ServerSource = IB_SEC_MCP) -> Kept | None:
    """The kept answer of `tool`, None when it has not come."""
    text = run.folder.read(source.file_of(tool))
    return None if text is None else Kept(**read_answer(text, run.folder.session))


def missing_calls(run: ServerRun, source: ServerSource = IB_SEC_MCP) -> list[str]:
    """Which of the answers that a plan needs have not come."""
    return [tool for tool in source.reads if kept_answer(run, tool, source) is None]


def plan_of(run: ServerRun, source: ServerSource = IB_SEC_MCP) -> tuple[Plan, PlanDocument]:
    """The plan, and its document, from the kept answers; Refusal where they do not allow one."""
    kept = [one for one in (kept_answer(run, tool, source) for tool in source.reads) if one]
    if len(kept) < len(source.reads):
        raise Refusal("fetch_first", calls=", ".join(missing_calls(run, source)))
    portfolio, evidence = source.account(kept, run.request)
    return checked_plan(portfolio, evidence, run.request, run.today)


def trade_input(run: ServerRun) -> dict[str, object]:
    """The complete input of the trade tool: the built weights, and the dates of the positions.

    With something held, or new money, the server gets the value that the weights apply to, or it
    would apply them to everything that it sees.
    """
    plan, document = plan_of(run)
    found = {"target_allocation": document["target_allocation"], **run.call_input}
    if plan.portfolio.held or run.request.options:
        found["total_portfolio_value"] = float(plan.portfolio.investable_value)
    return found


def target_facts(run: ServerRun) -> str:
    """The target allocation as facts: classes, weights when few, warnings."""
    _, document = plan_of(run)
    lines = [say("target_heading", profile=document["profile"])]
    lines += [
        f"{row['asset_class']}: current {shown_percent(row['current_pct'])}, target"
        f" {shown_percent(row['target_pct'])}, drift {shown_drift(row['drift_pct'])}"
        for row in document["classes"]
    ]
    weights = document["target_allocation"]
    if len(weights) <= FEW_WEIGHTS:
        named = ", ".join(f"{name} {part:g}" for name, part in weights.items())
        lines.append(say("target_weights", weights=Ours(named)))
    else:
        lines.append(say("target_count", count=len(weights)))
    lines += [f"Warning: {warning}" for warning in document["warnings"]]
    return "\n".join(lines)


class Finished(Record):
    """The plan of a run twice: as the user may see it, and as the model may be told of it.

    They differ only in a warning that holds the server's own words.
    """

    shown: Outcome
    told: Outcome


def finish(
    run: ServerRun,
    trades: Answer | None,
    failure: Failure | None = None,
    source: ServerSource = IB_SEC_MCP,
) -> Finished:
    """The checked plan of `run`, compared with `trades`, its files written.

    `trades` is the server's answer; None with the reason in `failure`, or with none where the
    source calculates no trades.
    """
    plan, document = plan_of(run, source)
    if run.folder.read("replaced") is not None:
        document = with_notes(document, heading_notes=[say("dictionary_replaced")])
    if trades is not None:
        document = _compared(document, plan, trades, run.request)
    document = _with_written_files(document, run.request)
    if trades is not None or failure is None:
        outcome = Outcome([document])
        return Finished(outcome, outcome)
    return Finished(*(Outcome([_not_compared(document, cause)]) for cause in failure))


def _not_compared(document: PlanDocument, cause: str) -> PlanDocument:
    return with_notes(document, warnings=[say("cross_check_missing", cause=cause)])


def _with_written_files(document: PlanDocument, request: Request) -> PlanDocument:
    """`document` with the files that were asked for; where that fails, with a warning.

    Here the answers would have to be fetched again, so the plan is not given up for a full disk.
    """
    try:
        return files_written(document, request)
    except Refusal as refusal:
        return with_notes(document, warnings=[str(refusal)])


def finish_with(run: ServerRun, response: object) -> Finished:
    """The finished plan with the trade tool's response, in any of the client's shapes.

    The plan does not need it: where it cannot be read, the report says that nothing was compared.
    """
    try:
        trades = read_answer(response, run.folder.session)
    except Refusal:
        return finish(run, None, our_words("trades_unreadable"))
    if "error" in trades:
        return finish(run, None, server_failure(str(trades["error"])))
    return finish(run, trades)


def _compared(document: PlanDocument, plan: Plan, trades: Answer, request: Request) -> PlanDocument:
    """`document` with the cross-check, or with the warning that there is none."""
    try:
        result = cross_check(plan, trades, limited=bool(_LIMITS & set(request.options)))
    except Refusal:
        return _not_compared(document, say("trades_unreadable"))
    document = with_notes(document, warnings=server_warnings(trades, document))
    return with_cross_check(
        document,
        {
            "rows": result.rows,
            "agreeing": result.agreeing,
            "known": list(result.known),
            "unknown": list(result.unknown),
        },
    )
