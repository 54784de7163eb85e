"""The server's answers and our run state, held to their schemas: recordings and contract server."""

from __future__ import annotations

import copy
import glob
import json
import os
from typing import Any, Dict, Iterator, List, Tuple

import pytest
from jsonschema import Draft202012Validator
from server_session import START, TESTS, TODAY, ServerSession, server_for

SCHEMAS = os.path.join(os.path.dirname(TESTS), "schemas")
RECORDINGS = os.path.join(TESTS, "fixtures", "ib_sec_mcp", "recordings")
OF_TOOL = {
    "get_positions": "server-get-positions",
    "get_account_summary": "server-get-account-summary",
    "generate_rebalancing_trades": "server-generate-rebalancing-trades",
    "simulate_rebalancing": "server-simulate-rebalancing",
    "ib://strategy/rebalancing-context": "server-rebalancing-context",
    "ib://portfolio/list": "server-portfolio-list",
}
CASES = ("a_seed_example", "b_all_stocks", "c_messy25", "d_25_plain", "d_500")


def schema(name: str) -> Dict[str, Any]:
    with open(os.path.join(SCHEMAS, f"{name}.schema.json"), encoding="utf-8") as file:
        return json.load(file)


def problems(name: str, instance: Any) -> List[str]:
    errors = Draft202012Validator(schema(name)).iter_errors(instance)
    return [f"{error.json_path}: {error.message}"[:200] for error in errors]


def recorded() -> Iterator[Tuple[str, str, Any]]:
    """Schema, file and answer of every recording that has an answer of one of ours."""
    for path in sorted(glob.glob(os.path.join(RECORDINGS, "*", "[!_]*.json"))):
        with open(path, encoding="utf-8") as file:
            row = json.load(file)
        name = OF_TOOL.get(row.get("tool") or row.get("uri"))
        if name and "json" in row:
            yield name, os.path.relpath(path, RECORDINGS), row["json"]


ALL = list(recorded())


def uncut(answer: Any) -> Any:
    """The answer without the "... 22 more" at the end of a list that the recording shortened."""
    if isinstance(answer, dict):
        return {key: uncut(value) for key, value in answer.items()}
    if isinstance(answer, list):
        return [
            uncut(row) for row in answer if not (isinstance(row, str) and row.endswith(" more"))
        ]
    return answer


def test_every_answer_has_its_recordings() -> None:
    assert {name for name, _, _ in ALL} == set(OF_TOOL.values())
    assert len(ALL) > 60


@pytest.mark.parametrize("name", [*OF_TOOL.values(), "server-run-state"])
def test_the_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["$id"] == f"{name}.schema.json"


@pytest.mark.parametrize(("name", "path", "answer"), ALL, ids=[row[1] for row in ALL])
def test_a_recording_of_the_real_server(name: str, path: str, answer: Any) -> None:
    assert problems(name, uncut(answer)) == []


@pytest.mark.parametrize("case", CASES)
def test_the_contract_server_s_answers(tmp_path: Any, case: str) -> None:
    server = server_for(case, str(tmp_path))
    dates = {"start_date": START}
    for tool in ("get_positions", "get_account_summary"):
        assert problems(OF_TOOL[tool], json.loads(server.call(tool, dates))) == []
    session = ServerSession(tmp_path / "session", case)
    session.report()
    asked = session.asked[-1][1]
    for tool in ("generate_rebalancing_trades", "simulate_rebalancing"):
        assert problems(OF_TOOL[tool], json.loads(server.call(tool, asked))) == []
    for uri in ("ib://strategy/rebalancing-context", "ib://portfolio/list"):
        assert problems(OF_TOOL[uri], json.loads(server.read(uri))) == []


@pytest.mark.parametrize(
    "words",
    [
        "",
        "growth --dry-run",
        "--account 1 積極的に",
        "税金への影響を先に確認したい",
        "income --no-sell",
    ],
)
def test_a_started_run_s_state(tmp_path: Any, words: str) -> None:
    session = ServerSession(tmp_path, words=words)
    assert problems("server-run-state", json.loads(session.folder.read("run.json") or "")) == []
    session.read("ib://portfolio/list", {"contents": [{"text": json.dumps(
        {"files": [{"filename": "U1_2025-01-01_2025-12-31.xml"}]})}]})  # fmt: skip
    state = json.loads(session.folder.read("run.json") or "")
    assert problems("server-run-state", state) == []
    assert (state["end"], state["today"]) == ("2025-12-31", TODAY)


BROKEN = [
    ("server-get-positions", ("position_count",), "3"),
    ("server-get-positions", ("positions", 0, "quantity"), 50),
    ("server-get-positions", ("positions", 0, "quantity"), "NaN"),
    ("server-get-positions", ("positions", 0, "currency"), None),
    ("server-get-positions", ("positions", 0, "asset_class"), "BILL"),
    ("server-get-positions", ("date_range", "from"), "01/01/2026"),
    ("server-get-account-summary", ("cash", "total_cash"), None),
    ("server-get-account-summary", ("positions", "position_count"), -1),
    ("server-generate-rebalancing-trades", ("rebalancing_trades", 0, "direction"), "HOLD"),
    ("server-generate-rebalancing-trades", ("rebalancing_trades", 0, "trade_value"), "-1.00"),
    ("server-generate-rebalancing-trades", ("rebalancing_trades", 0, "estimated_shares"), "1.5"),
    ("server-simulate-rebalancing", ("projected_allocation",), {}),
    ("server-simulate-rebalancing", ("simulation_summary", "is_dry_run"), False),
    ("server-rebalancing-context", ("current_allocation", "STK", "percentage"), 50),
    ("server-portfolio-list", ("files",), None),
]


@pytest.mark.parametrize(("name", "path", "value"), BROKEN)
def test_a_broken_answer_is_refused(name: str, path: Tuple[Any, ...], value: Any) -> None:
    whole = next(
        uncut(answer)
        for found, file, answer in ALL
        if found == name and file.startswith("a_seed_example")
        and answer.get("rebalancing_trades", True)
    )  # fmt: skip
    assert problems(name, whole) == []
    broken = copy.deepcopy(whole)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert problems(name, broken)
