"""The connector's answers, and our drafts, held to the schemas that describe them."""

from __future__ import annotations

import copy
import json
import os
from typing import Any, Dict, List, Tuple

import pytest
from connector_session import CREATE, DRAFTS, ORDERS, READS, ConnectorSession
from ibkr_connector_answers import CASES, answers_of
from jsonschema import Draft202012Validator
from server_session import TESTS

NAMES = {tool: f"connector-{tool.replace('_', '-')}" for tool in (*READS, CREATE)}


def problems(tool: str, instance: Any) -> List[str]:
    path = os.path.join(os.path.dirname(TESTS), "schemas", f"{NAMES[tool]}.schema.json")
    with open(path, encoding="utf-8") as file:
        schema: Dict[str, Any] = json.load(file)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"{NAMES[tool]}.schema.json"
    return [error.message for error in Draft202012Validator(schema).iter_errors(instance)]


@pytest.mark.parametrize("case", CASES)
def test_the_stand_in_answers_in_the_recorded_shapes(case: str) -> None:
    for tool, answer in answers_of(case).items():
        assert problems(tool, answer) == []


BROKEN: Tuple[Tuple[str, Tuple[Any, ...], Any], ...] = (
    (READS[0], ("currency",), "usd"),
    (READS[0], ("net_liquidation",), "1"),
    (READS[1], ("balances", 1, "exchange_rate"), 0),
    (READS[1], ("balances", 1, "cash_balance"), None),
    (READS[1], ("balances",), []),
    (READS[1], ("next",), 1),
    (READS[2], ("positions", 0, "contract_id"), "900001"),
    (READS[2], ("positions", 0, "position"), "100"),
    (READS[2], ("positions", 0, "currency"), "BASE"),
    (READS[2], ("positions", 0, "daily_pnl"), "1"),
    (READS[2], ("next",), 1),
)


@pytest.mark.parametrize("tool, path, value", BROKEN, ids=str)
def test_a_broken_answer_is_none(tool: str, path: Tuple[Any, ...], value: Any) -> None:
    answer = copy.deepcopy(answers_of("plain")[tool])
    place = answer
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert problems(tool, answer)


@pytest.mark.parametrize("words", ["growth --draft", "growth --draft --order-type market"])
def test_every_input_of_a_draft_is_complete(tmp_path: Any, words: str) -> None:
    session = ConnectorSession(tmp_path, words=words)
    session.fetch_all()
    session.call(DRAFTS)
    session.call(ORDERS)
    for _ in range(4):
        sent = session.before(CREATE)[1]["updatedInput"]
        assert problems(CREATE, sent) == []
        for name in sent:
            assert problems(CREATE, {key: sent[key] for key in sent if key != name}), name
        assert problems(CREATE, {**sent, "account": "U1"})
        assert problems(CREATE, {**sent, "quantity": 1.5})
