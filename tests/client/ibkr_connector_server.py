"""An MCP server on stdio that answers in the shapes of IBKR's own connector; every call is logged.

Drafts are kept in a file, so that they outlive the process. With --logged-out it offers nothing but
the two stand-ins that the client shows until the login is done.
"""

from __future__ import annotations

import argparse
import json
import sys

import anyio
import mcp_types as types
from ibkr_connector_answers import IbkrConnector
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

READS = (
    "get_account_summary",
    "get_account_balances",
    "get_account_positions",
    "get_account_orders",
    "get_order_instructions",
)
LOGIN = ("authenticate", "complete_authentication")
NOTHING = {"type": "object", "properties": {}, "additionalProperties": False}
DRAFT = {
    "type": "object",
    "properties": {
        "side": {"type": "string", "enum": ["BUY", "SELL"]},
        "contract_id_ex": {"type": "string"},
        "contract_id": {"type": "integer"},
        "quantity": {"type": "number"},
        "order_type": {"type": "string", "enum": ["MARKET", "LIMIT"]},
        "limit_price": {"type": "number"},
        "time_in_force": {"type": "string", "enum": ["DAY", "GTC", "OVT", "OND", "OPG"]},
    },
    "required": ["side"],
    "additionalProperties": False,
}


def tool(name: str) -> types.Tool:
    """Returns a tool's definition: reads take nothing and say that they only read."""
    schema = DRAFT if name == "create_order_instruction" else NOTHING
    hints = types.ToolAnnotations(read_only_hint=name in READS)
    return types.Tool(name=name, description=name, input_schema=schema, annotations=hints)


def offered(logged_out: bool) -> list:
    """Returns the names of the tools that the client sees."""
    return list(LOGIN if logged_out else (*READS, "create_order_instruction"))


def answer(server: IbkrConnector, name: str, arguments: dict) -> types.CallToolResult:
    """Returns the answer twice, as text and as structured content, or a refusal as text only."""
    try:
        text = server.call(name, arguments)
    except (ValueError, KeyError) as error:
        block = types.TextContent(type="text", text=str(error))
        return types.CallToolResult(content=[block], is_error=True)
    block = types.TextContent(type="text", text=text)
    return types.CallToolResult(content=[block], structured_content=json.loads(text))


def build(server: IbkrConnector, options: argparse.Namespace) -> Server:
    """Returns the MCP server."""

    async def list_tools(context, params) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool(name) for name in offered(options.logged_out)])

    async def call_tool(context, params) -> types.CallToolResult:
        arguments = params.arguments or {}
        with open(options.calls, "a", encoding="utf-8") as file:
            file.write(json.dumps({"tool": params.name, "arguments": arguments}) + "\n")
        return answer(server, params.name, arguments)

    return Server(
        "ibkr-cpapi-mcp", version="1.2.2", on_list_tools=list_tools, on_call_tool=call_tool
    )


def parse_options(arguments: list) -> argparse.Namespace:
    """Returns the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="plain", help="the account of ibkr_connector_answers")
    parser.add_argument("--calls", required=True, help="file that gets one JSON line for each call")
    parser.add_argument("--logged-out", action="store_true", help="offers only the login")
    return parser.parse_args(arguments)


def main() -> int:
    """Returns 0 when the client closes the connection."""
    options = parse_options(sys.argv[1:])
    server = build(IbkrConnector(options.case), options)

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
