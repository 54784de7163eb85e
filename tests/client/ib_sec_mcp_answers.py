"""ib-sec-mcp's answers without its transport, from the statements in a folder.

It looks for data/raw/<account>_<from>_<to>.xml, and never reaches a network. tests/contract
compares its answers with the recordings of the real server.
"""

from __future__ import annotations

import datetime
import glob
import json
import os

from ib_sec_mcp_arithmetic import (
    Account,
    ServerError,
    positions_answer,
    read_accounts,
    summary_answer,
)
from ib_sec_mcp_context import context_answer
from ib_sec_mcp_rebalancing import check_target, generate_answer, simulate_answer

FIXTURES = os.path.join(os.path.dirname(__file__), os.pardir, "fixtures", "ib_sec_mcp", "_server")
NO_CREDENTIALS = "Failed to load credentials. Ensure QUERY_ID and TOKEN are set in .env file"
NO_NETWORK = (
    "IB API error: SendRequest failed: HTTPSConnectionPool(host='ndcdyn.interactivebrokers.com', "
    "port=443): Max retries exceeded with url: /AccountManagement/FlexWebService/SendRequest"
    '?t={TOKEN}&q={QUERY_ID}&v=3 (Caused by NameResolutionError("HTTPSConnection('
    "host='ndcdyn.interactivebrokers.com', port=443): Failed to resolve "
    "'ndcdyn.interactivebrokers.com' ([Errno -3] Temporary failure in name resolution)\"))"
)
PYDANTIC = (
    "1 validation error for call[{tool}]\n{field}\n  {problem} [type={kind}, "
    "input_value={value!r}, input_type={type}]\n    For further information visit "
    "https://errors.pydantic.dev/2.14/v/{kind}"
)
REBALANCING = {
    "generate_rebalancing_trades": generate_answer,
    "simulate_rebalancing": simulate_answer,
}
NOT_FOUND, READ_FAILED = -32002, 0


class ResourceError(Exception):
    """A failed resource read: its JSON-RPC code and text."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


def recorded(name: str):
    """Returns what the real server said: initialize, list_tools or list_resources."""
    with open(os.path.join(FIXTURES, f"{name}.json"), encoding="utf-8") as file:
        return json.load(file)


def invalid(tool: str, field: str, problem: str, kind: str, value) -> ServerError:
    """Returns the refusal of arguments that do not fit the tool's schema."""
    return ServerError(
        PYDANTIC.format(
            tool=tool,
            field=field,
            problem=problem,
            kind=kind,
            value=value,
            type=type(value).__name__,
        )
    )


def check_arguments(tool: str, schema: dict, arguments: dict) -> dict:
    """Returns the arguments with numbers as floats and defaults filled in; raises ServerError."""
    for name in schema["required"]:
        if name not in arguments:
            raise invalid(tool, name, "Missing required argument", "missing_argument", arguments)
    for name, value in arguments.items():
        if name not in schema["properties"]:
            kind = "unexpected_keyword_argument"
            raise invalid(tool, name, "Unexpected keyword argument", kind, value)
    filled = {name: rule.get("default") for name, rule in schema["properties"].items()}
    filled.update(arguments)
    if "target_allocation" in filled:
        filled["target_allocation"] = check_weights(tool, filled["target_allocation"])
        total = filled["total_portfolio_value"]
        filled["total_portfolio_value"] = None if total is None else float(total)
    return filled


def check_weights(tool: str, target) -> dict:
    """Returns the target with float weights ("60" is one too); raises ServerError."""
    if not isinstance(target, dict):
        problem = "Input should be a valid dictionary"
        raise invalid(tool, "target_allocation", problem, "dict_type", target)
    weights = {}
    for symbol, weight in target.items():
        try:
            weights[symbol] = float(weight)
        except (TypeError, ValueError):
            problem = "Input should be a valid number, unable to parse string as a number"
            field = f"target_allocation.{symbol}"
            raise invalid(tool, field, problem, "float_parsing", weight) from None
    return weights


def check_day(field: str, text: str) -> str:
    """Returns an ISO date as it came; raises ServerError."""
    try:
        return str(datetime.datetime.strptime(text, "%Y-%m-%d").date())
    except ValueError:
        raise ServerError(
            f"Validation error for '{field}': Invalid date format. "
            f"Expected YYYY-MM-DD, got '{text}'"
        ) from None


def check_dates(arguments: dict, today: str) -> dict:
    """Returns {"from", "to"}, the end being today when it is not given; raises ServerError."""
    start = check_day("start_date", arguments["start_date"])
    end = check_day("end_date", arguments["end_date"] or today)
    if start > end:
        raise ServerError(
            f"Validation error for 'date_range': Start date ({start}) "
            f"cannot be after end date ({end})"
        )
    return {"from": start, "to": end}


def check_index(index: int) -> int:
    """Returns the account index; raises ServerError outside 0 to 9."""
    if index < 0:
        problem = f"Account index must be non-negative, got {index}"
    elif index > 9:
        problem = f"Account index ({index}) exceeds maximum (9)"
    else:
        return index
    raise ServerError(f"Validation error for 'account_index': {problem}")


class IbSecMcp:
    """The server's answers without its transport; folder holds data/raw."""

    def __init__(self, folder: str, today: str, credentials: dict, fail_resources: bool = False):
        self.folder, self.today = folder, today
        self.credentials, self.fail_resources = credentials, fail_resources
        self.schemas = {tool["name"]: tool["inputSchema"] for tool in recorded("list_tools")}

    def call(self, tool: str, arguments: dict) -> str:
        """Returns a tool's answer as JSON text; raises ServerError with the text of the refusal."""
        if tool not in self.schemas:
            raise ServerError(f"Unknown tool: '{tool}'")
        try:
            answer = self.answer(tool, check_arguments(tool, self.schemas[tool], arguments))
        except (OSError, ValueError, LookupError):
            raise ServerError(f"Error calling tool '{tool}'") from None
        return json.dumps(answer, indent=2)

    def answer(self, tool: str, arguments: dict) -> dict:
        """Returns a tool's answer; raises LookupError for a tool this server only lists."""
        if tool in REBALANCING:
            weights = check_target(arguments["target_allocation"])
            dates, account = self.account(arguments)
            override = arguments["total_portfolio_value"]
            return REBALANCING[tool](account, dates, weights, override)
        if tool == "fetch_ib_data":
            check_dates(arguments, self.today)
            raise self.missing()
        if tool not in ("get_positions", "get_account_summary"):
            raise LookupError(tool)
        dates, account = self.account(arguments)
        if tool == "get_account_summary":
            return summary_answer(account, dates)
        return positions_answer(account, dates, arguments["symbol"], arguments["asset_class"])

    def account(self, arguments: dict) -> tuple:
        """Returns the dates and the account of the file with exactly these dates."""
        dates = check_dates(arguments, self.today)
        index = check_index(arguments["account_index"])
        pattern = f"*_{dates['from']}_{dates['to']}.xml"
        found = glob.glob(os.path.join(self.folder, "data", "raw", pattern))
        if not found or not arguments["use_cache"]:
            raise self.missing()
        accounts = read_accounts(found[0])
        if index >= len(accounts):
            raise ServerError(
                f"Validation error: account_index {index} out of range (0-{len(accounts) - 1})"
            )
        return dates, accounts[index]

    def missing(self) -> ServerError:
        """Returns the refusal of a fetch, leaving the real server's empty folders behind."""
        for name in ("raw", "processed"):
            os.makedirs(os.path.join(self.folder, "data", name), exist_ok=True)
        if all(self.credentials.values()):
            return ServerError(NO_NETWORK.format(**self.credentials))
        return ServerError(NO_CREDENTIALS)

    def read(self, uri: str) -> str:
        """Returns a resource's text; raises ResourceError."""
        if not any(resource["uri"] == uri for resource in recorded("list_resources")["resources"]):
            text = f"Resource not found: Unknown resource: '{uri}'"
            raise ResourceError(NOT_FOUND, text)
        try:
            answer = self.resource(uri)
        except (OSError, ValueError, LookupError):
            raise ResourceError(READ_FAILED, f"Error reading resource '{uri}'") from None
        return json.dumps(answer, indent=None if {"error", "message"} & set(answer) else 2)

    def resource(self, uri: str) -> dict:
        """Returns a resource; raises LookupError for one this server only lists."""
        if self.fail_resources:
            raise LookupError(uri)
        raw = os.path.join(self.folder, "data", "raw")
        files = sorted(glob.glob(os.path.join(raw, "*.xml")), key=os.path.getmtime, reverse=True)
        if uri == "ib://portfolio/list":
            if not os.path.isdir(raw):
                return {"files": [], "message": "No data directory found"}
            return {"files": [file_row(path) for path in files], "count": len(files)}
        if uri not in ("ib://portfolio/latest", "ib://strategy/rebalancing-context"):
            raise LookupError(uri)
        if not files:
            missing = "No XML files found" if os.path.isdir(raw) else "No data directory found"
            return {"error": missing}
        account = read_accounts(files[0])[0]
        if uri == "ib://portfolio/latest":
            return latest_answer(files[0], account)
        return context_answer(account)


def file_row(path: str) -> dict:
    """Returns one row of ib://portfolio/list."""
    name = os.path.basename(path)
    return {
        "filename": name,
        "path": f"data/raw/{name}",
        "size_bytes": os.path.getsize(path),
        "modified": os.path.getmtime(path),
    }


def latest_answer(path: str, account: Account) -> dict:
    """Returns ib://portfolio/latest; the dates are those of the file's name."""
    name = os.path.basename(path)
    start, end = name[: -len(".xml")].split("_")[-2:]
    return {
        "file": name,
        "account_id": account.account_id,
        "base_currency": "USD",
        "total_cash": str(account.total_cash),
        "total_value": str(account.total_value),
        "num_trades": len(account.trades),
        "num_positions": len(account.positions),
        "date_range": {"from": start, "to": end},
    }
