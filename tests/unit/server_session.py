"""A session of the client with a run in it: the hook's events as the client sends them."""

from __future__ import annotations

import datetime
import json
import os
import sys
import threading
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ib_portfolio.claude_code.run_folder import RunFolder
from ib_portfolio.claude_code.server_run import PREFIX, start_server_run
from ib_portfolio.claude_code.tool_hooks import answer_hook
from ib_portfolio.core.private.data_folder import MARKER, mark_data_folder
from ib_portfolio.request.request import parse_text

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLIENT = os.path.join(TESTS, "client")
if CLIENT not in sys.path:
    sys.path.append(CLIENT)

from ib_sec_mcp_answers import IbSecMcp  # noqa: E402
from ib_sec_mcp_arithmetic import ServerError  # noqa: E402
from ib_sec_mcp_case import credentials_of, lay_out  # noqa: E402

SESSION = "00000000-0000-4000-8000-000000000000"
TODAY = str(datetime.date.today())
START = f"{TODAY[:4]}-01-01"
TOLD = "From the plugin rebalance-portfolio: "  # how all that the model is told begins
SHAPES = ("object", "result", "blocks", "content", "saved file")


def server_for(case: str, folder: str, end: str = TODAY) -> IbSecMcp:
    """The contract server on a recorded case laid out in `folder`."""
    os.makedirs(folder, exist_ok=True)
    lay_out(case, folder, f"{end[:4]}-01-01", end)
    return IbSecMcp(folder, TODAY, {"QUERY_ID": "", "TOKEN": "", **credentials_of(case)})


def shaped(text: str, shape: str, folder: str) -> object:
    """An answer's JSON text as the client hands it to a hook."""
    if shape == "object":
        return {"result": text}
    if shape == "result":
        return json.dumps({"result": text})
    if shape == "blocks":
        return [{"type": "text", "text": text}]
    if shape == "content":
        return {"content": [{"type": "text", "text": text}], "structuredContent": {"result": text}}
    path = os.path.join(folder, "tool-results", f"mcp-{len(text)}.txt")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"result": text}, file)
    return (
        f"Error: result ({len(text):,} characters) exceeds maximum allowed tokens. Output has been"
        f" saved to {path}.\nFormat: JSON with schema: {{result: string}}\nUse offset and limit."
    )


class ServerSession:
    """A started run, the server behind it and what the hook made of every call."""

    def __init__(
        self,
        tmp_path: Any,
        case: str = "a_seed_example",
        words: str = "growth",
        *,
        shape: str = "result",
        session: str = SESSION,
        end: str = TODAY,
        shows: bool = False,
    ) -> None:
        self.shows, self.screen = shows, [""]  # what each hook showed the user
        self.data = str(tmp_path / "data")
        self.place = str(tmp_path / "projects" / "-home-user" / session)
        self.folder = RunFolder(mark_data_folder(self.data), session)
        self.server = server_for(case, os.path.join(self.place, "project"), end)
        self.shape, self.session, self.calls = shape, session, 0
        self.asked: List[Tuple[str, Dict[str, Any]]] = []
        self.fetch = start_server_run(parse_text(words), self.folder)

    def hook(self, event: str, tool: str, sent: Any, call: str, **more: Any) -> Dict[str, Any]:
        """The hook's output for one event, {} for none."""
        payload = {
            "session_id": self.session,
            "hook_event_name": event,
            "tool_name": tool,
            "tool_input": sent,
            "tool_use_id": call,
            **more,
        }
        output = answer_hook(payload, self.folder, self.shows) or {}
        self.screen.append(str(output.get("systemMessage", "")))
        found: Dict[str, Any] = output.get("hookSpecificOutput", {})
        return found

    def before(self, tool: str, **sent: Any) -> Tuple[str, Dict[str, Any], Dict[str, Any]]:
        """Call id, the input the server gets, and the hook's output before the call."""
        self.calls += 1
        call = f"toolu_{self.calls}"
        output = self.hook("PreToolUse", PREFIX + tool, sent, call)
        return call, output.get("updatedInput", sent), output

    def after(self, tool: str, call: str, sent: Dict[str, Any]) -> str:
        """What the model reads once the server has answered: output, or error and context."""
        self.asked.append((tool, sent))
        try:
            text = self.server.call(tool, sent)
        except ServerError as error:
            output = self.hook("PostToolUseFailure", PREFIX + tool, sent, call, error=str(error))
            return f"{error}\n{output.get('additionalContext', '')}"
        response = shaped(text, self.shape, self.place)
        output = self.hook("PostToolUse", PREFIX + tool, sent, call, tool_response=response)
        return str(output.get("updatedToolOutput", response))

    def call(self, tool: str, **sent: Any) -> str:
        """What the model reads of a call, the reason when it is denied."""
        call, given, output = self.before(tool, **{"start_date": START, **sent})
        if output.get("permissionDecision") == "deny":
            return str(output["permissionDecisionReason"])
        return self.after(tool, call, given)

    def after_at_once(self, tools: Sequence[str], **sent: Any) -> List[str]:
        """What the model reads of several calls whose answers come at the same time."""
        calls = [(tool, *self.before(tool, start_date=START, **sent)[:2]) for tool in tools]
        said: List[str] = []

        def answer(row: Tuple[str, str, Dict[str, Any]]) -> None:
            said.append(self.after(*row))

        threads = [threading.Thread(target=answer, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return said

    def read(self, uri: str, response: object) -> str:
        """What the hook adds to a resource's answer, "" for nothing."""
        sent = {"server": "ib-sec-mcp", "uri": uri}
        output = self.hook("PostToolUse", "ReadMcpResourceTool", sent, "r1", tool_response=response)
        return str(output.get("additionalContext", ""))

    def fetch_all(self) -> str:
        """What the model reads of the batch's last answer."""
        self.call("get_positions")
        return self.call("get_account_summary")

    def report(self, tool: Optional[str] = None) -> str:
        """What the model reads of the trade call after the batch."""
        self.fetch_all()
        return self.call(tool or "generate_rebalancing_trades", target_allocation={})

    def files(self) -> List[str]:
        """The paths of all files in the data folder, relative to it.

        Without its marker, and without the record of when the server answered.
        """
        found = [os.path.join(at, name) for at, _, names in os.walk(self.data) for name in names]
        names = (os.path.relpath(path, self.data) for path in found)
        return sorted(name for name in names if name not in (MARKER, "servers.json"))


def resource(answer: object) -> Dict[str, Any]:
    """A resource's answer as the client hands it over."""
    return {"contents": [{"uri": "ib://x", "mimeType": "text/plain", "text": json.dumps(answer)}]}
