"""A session of the client with a run on IBKR's own connector: the hook's events as they come."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Tuple

from server_session import SESSION  # also puts tests/client on the path

from ib_portfolio.claude_code.run_folder import RunFolder
from ib_portfolio.claude_code.server_run import start_server_run
from ib_portfolio.claude_code.tool_hooks import answer_hook
from ib_portfolio.core.private.data_folder import MARKER, mark_data_folder
from ib_portfolio.request.request import parse_text

from ibkr_connector_answers import IbkrConnector  # isort: skip

READS = ("get_account_summary", "get_account_balances", "get_account_positions")
CREATE, DRAFTS, ORDERS = (
    "create_order_instruction",
    "get_order_instructions",
    "get_account_orders",
)


class ConnectorSession:
    """A started run, the stand-in behind it and what the hook made of every call."""

    def __init__(
        self,
        tmp_path: Any,
        case: str = "plain",
        words: str = "growth --source ibkr-connector",
        *,
        name: str = "ibkr",
        shows: bool = True,
        base: str = "USD",
    ) -> None:
        self.name, self.shows, self.prompt = name, shows, "prompt-1"
        self.data = str(tmp_path / "data")
        self.folder = RunFolder(mark_data_folder(self.data), SESSION)
        self.server = IbkrConnector(case, base)
        self.calls, self.screen = 0, [""]
        self.fetch = start_server_run(parse_text(words), self.folder)

    def hook(self, event: str, tool: str, call: str, server: str = "", **more: Any) -> Any:
        """The hook's whole output for one event, {} for none."""
        payload = {
            "session_id": SESSION,
            "prompt_id": self.prompt,
            "hook_event_name": event,
            "tool_name": f"mcp__{server or self.name}__{tool}",
            "tool_input": {},
            "tool_use_id": call,
            **more,
        }
        output = answer_hook(payload, self.folder, self.shows) or {}
        json.dumps(output)
        self.screen.append(str(output.get("systemMessage", "")))
        return output.get("hookSpecificOutput", {})

    def before(self, tool: str, server: str = "", **sent: Any) -> Tuple[str, Dict[str, Any]]:
        """The call's id and the hook's output before it."""
        self.calls += 1
        call = f"toolu_{self.calls}"
        return call, self.hook("PreToolUse", tool, call, server, tool_input=sent)

    def after(self, tool: str, call: str, sent: Dict[str, Any], server: str = "") -> str:
        """What the model reads once the connector has answered."""
        try:
            text = self.server.call(tool, sent)
        except ValueError as error:
            output = self.hook("PostToolUseFailure", tool, call, server, error=str(error))
            return f"{error}\n{output.get('additionalContext', '')}"
        output = self.hook("PostToolUse", tool, call, server, tool_input=sent, tool_response=text)
        return str(output.get("updatedToolOutput", text))

    def call(self, tool: str, server: str = "", **sent: Any) -> str:
        """What the model reads of a call that the user allows, the reason when it is denied."""
        call, output = self.before(tool, server, **sent)
        if output.get("permissionDecision") == "deny":
            return str(output["permissionDecisionReason"])
        return self.after(tool, call, output.get("updatedInput", sent), server)

    def fetch_all(self) -> str:
        """What the model reads of the last of the three answers."""
        return [self.call(tool) for tool in READS][-1]

    def files(self) -> List[str]:
        """The paths of all files in the data folder but its marker, relative to it."""
        found = [os.path.join(at, name) for at, _, names in os.walk(self.data) for name in names]
        return sorted(os.path.relpath(path, self.data) for path in found if MARKER not in path)
