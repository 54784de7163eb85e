"""The contract server answers every recorded call exactly as ib-sec-mcp did."""

import decimal
import glob
import json
import os
import sys

import pytest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "client"))

from ib_sec_mcp_answers import IbSecMcp, ResourceError  # noqa: E402
from ib_sec_mcp_arithmetic import ServerError  # noqa: E402
from ib_sec_mcp_case import credentials_of, lay_out  # noqa: E402


@pytest.fixture(autouse=True)
def the_servers_precision():
    """The real server calculates with Python's default precision, the plugin with more."""
    with decimal.localcontext(decimal.Context(prec=28)):
        yield


RECORDINGS = os.path.join(TESTS, "fixtures", "ib_sec_mcp", "recordings")
TODAY = "2026-11-22"
TOOLS = (
    "get_positions",
    "get_account_summary",
    "generate_rebalancing_trades",
    "simulate_rebalancing",
    "fetch_ib_data",
    "rebalance",
)
RESOURCES = (
    "ib://strategy/rebalancing-context",
    "ib://portfolio/list",
    "ib://portfolio/latest",
    "ib://strategy/nope",
)


def recordings():
    """Returns (case, call, recording) of every recorded call that the contract server answers."""
    found = []
    for path in sorted(glob.glob(os.path.join(RECORDINGS, "*", "[!_]*.json"))):
        with open(path, encoding="utf-8") as file:
            recording = json.load(file)
        if recording.get("tool") in TOOLS or recording.get("uri") in RESOURCES:
            case, call = path.split(os.sep)[-2:]
            found.append((case, call[: -len(".json")], recording))
    return found


def prepare(case, folder):
    """Lays out the folder in which the case was recorded."""
    lay_out(case, str(folder), "2026-01-01", TODAY)


def server_for(case, folder):
    """Returns the contract server of a case."""
    return IbSecMcp(str(folder), TODAY, {"QUERY_ID": "", "TOKEN": "", **credentials_of(case)})


def ask(server, recording):
    """Returns ("json" | "text" | "protocol_error", what came back)."""
    try:
        if recording["kind"] == "resource":
            return "json", server.read(recording["uri"])
        return "json", server.call(recording["tool"], recording["arguments"])
    except ServerError as error:
        return "text", str(error)
    except ResourceError as error:
        return "protocol_error", f"McpError: {error.text}"


def cut(value, model):
    """Returns value with its lists shortened where the recording was shortened ("... 22 more")."""
    if isinstance(model, dict):
        return {key: cut(item, model[key]) if key in model else item for key, item in value.items()}
    if isinstance(model, list) and model and str(model[-1]).endswith(" more"):
        kept = len(model) - 1
        return [*value[:kept], f"... {len(value) - kept} more"]
    return value


def without_clock(answer):
    """Returns the answer without the one number that is the clock's: a file's modification time."""
    for row in answer.get("files", []):
        row.pop("modified")
    return answer


ALL = recordings()


def test_there_are_recordings_of_every_case():
    assert len(ALL) >= 110
    assert len({case for case, _, _ in ALL}) == 10
    assert {kind for _, _, row in ALL for kind in ("json", "text", "protocol_error") if kind in row}


@pytest.mark.parametrize(("case", "call", "recording"), ALL, ids=[f"{c}-{n}" for c, n, _ in ALL])
def test_answers_like_the_recording(case, call, recording, tmp_path):
    prepare(case, tmp_path)
    if call == "resource_second_read_after_failed_tool_call":
        with pytest.raises(ServerError):
            server_for(case, tmp_path).call("get_positions", {"start_date": "2026-01-01"})
    kind, answer = ask(server_for(case, tmp_path), recording)
    assert kind in recording, answer
    if kind == "json":
        expected = without_clock(recording["json"])
        assert cut(without_clock(json.loads(answer)), expected) == expected
        if "files" not in expected:
            assert len(answer.encode()) == recording["text_bytes"]
    else:
        assert answer == recording[kind]


def test_a_file_of_yesterday_is_found_only_by_its_own_end_date(tmp_path):
    prepare("a_seed_example", tmp_path)
    server = IbSecMcp(str(tmp_path), "2026-11-23", {"QUERY_ID": "", "TOKEN": ""})
    with pytest.raises(ServerError, match="Failed to load credentials"):
        server.call("get_positions", {"start_date": "2026-01-01"})
    answer = server.call("get_positions", {"start_date": "2026-01-01", "end_date": TODAY})
    assert json.loads(answer)["position_count"] == 3


def test_a_tool_it_only_lists_is_refused(tmp_path):
    arguments = {
        "account_id": "U1234567",
        "contract_id": 1,
        "symbol": "CSPX",
        "side": "BUY",
        "quantity": "1",
    }
    with pytest.raises(ServerError, match="Error calling tool 'place_order'"):
        server_for("x_no_data_dir", tmp_path).call("place_order", arguments)
