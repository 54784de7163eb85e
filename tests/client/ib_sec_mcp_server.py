"""An MCP server on stdio that answers like ib-sec-mcp; every call is logged before its answer.

It serves the statements below --folder (default: where it is started) and knows the environment
variables QUERY_ID and TOKEN, like the real one.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys

import anyio
import mcp_types as types
from ib_sec_mcp_answers import IbSecMcp, ResourceError, recorded
from ib_sec_mcp_arithmetic import ServerError
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError


def wire(entry: dict) -> dict:
    """Returns a recorded definition with the wire's name for its metadata."""
    return {("_meta" if key == "meta" else key): value for key, value in entry.items()}


def tool_result(server: IbSecMcp, tool: str, arguments: dict) -> types.CallToolResult:
    """Returns the answer twice, as text and as structured content, or a refusal as text only."""
    try:
        text = server.call(tool, arguments)
    except ServerError as error:
        block = types.TextContent(type="text", text=str(error))
        return types.CallToolResult(content=[block], is_error=True)
    block = types.TextContent(type="text", text=text)
    return types.CallToolResult(content=[block], structured_content={"result": text})


def build(server: IbSecMcp, calls: str | None) -> Server:
    """Returns the MCP server; calls names the file that gets a JSON line for each call and read."""

    def log(entry: dict) -> None:
        if calls:
            with open(calls, "a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    async def list_tools(context, params) -> types.ListToolsResult:
        tools = [types.Tool.model_validate(wire(tool)) for tool in recorded("list_tools")]
        return types.ListToolsResult(tools=tools)

    async def call_tool(context, params) -> types.CallToolResult:
        arguments = params.arguments or {}
        log({"tool": params.name, "arguments": arguments})
        return tool_result(server, params.name, arguments)

    async def list_resources(context, params) -> types.ListResourcesResult:
        rows = [wire(row) for row in recorded("list_resources")["resources"]]
        return types.ListResourcesResult(resources=list(map(types.Resource.model_validate, rows)))

    async def list_templates(context, params) -> types.ListResourceTemplatesResult:
        rows = [wire(row) for row in recorded("list_resources")["templates"]]
        templates = [types.ResourceTemplate.model_validate(row) for row in rows]
        return types.ListResourceTemplatesResult(resource_templates=templates)

    async def read_resource(context, params) -> types.ReadResourceResult:
        uri = str(params.uri)
        log({"resource": uri})
        try:
            text = server.read(uri)
        except ResourceError as error:
            raise MCPError(code=error.code, message=error.text) from None
        content = types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)
        return types.ReadResourceResult(contents=[content])

    handshake = recorded("initialize")["result"]
    return Server(
        handshake["serverInfo"]["name"],
        version=handshake["serverInfo"]["version"],
        instructions=handshake["instructions"],
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )


def serve(server: IbSecMcp, calls: str | None) -> None:
    """Answers on stdin and stdout until the client closes them."""

    async def run() -> None:
        mcp_server = build(server, calls)
        async with stdio_server() as (read, write):
            await mcp_server.run(read, write, mcp_server.create_initialization_options())

    anyio.run(run)


def parse_options(arguments: list) -> argparse.Namespace:
    """Returns the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default=".", help="where data/raw is")
    parser.add_argument("--today", default=str(datetime.date.today()), help="the server's clock")
    parser.add_argument("--calls", help="file that gets one JSON line for every call and read")
    parser.add_argument("--fail-resources", action="store_true", help="every read is an error")
    return parser.parse_args(arguments)


def main() -> int:
    """Returns 0 when the client closes the connection."""
    options = parse_options(sys.argv[1:])
    credentials = {name: os.environ.get(name, "") for name in ("QUERY_ID", "TOKEN")}
    server = IbSecMcp(options.folder, options.today, credentials, options.fail_resources)
    serve(server, options.calls)
    return 0


if __name__ == "__main__":
    sys.exit(main())
