"""An MCP answer is the same object in every shape that the client hands it over in."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server_session import SESSION, SHAPES, shaped

from ib_portfolio.claude_code import tool_answer as answer_module
from ib_portfolio.claude_code.tool_answer import read_answer
from ib_portfolio.core.messages import Refusal

ANSWER = {"position_count": 1, "positions": [{"symbol": '三菱 "A"', "quantity": "0.1"}]}
NOTICE = "Error: result (428,001 characters) exceeds maximum allowed tokens. Output has been saved"


def own(tmp_path: Any) -> str:
    """The folder of this session among the client's projects."""
    return str(tmp_path / "projects" / "-home-user" / SESSION)


def refuses(response: object) -> None:
    with pytest.raises(Refusal) as refusal:
        read_answer(response, SESSION)
    assert refusal.value.key == "answer_unreadable"


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_the_same_object(tmp_path: Any, shape: str) -> None:
    assert read_answer(shaped(json.dumps(ANSWER), shape, own(tmp_path)), SESSION) == ANSWER


@pytest.mark.parametrize("shape", SHAPES)
def test_an_error_answer_is_returned_as_it_is(tmp_path: Any, shape: str) -> None:
    error = {"error": "No data directory found"}
    assert read_answer(shaped(json.dumps(error), shape, own(tmp_path)), SESSION) == error


def test_a_resource_s_contents_are_read() -> None:
    contents = [{"uri": "ib://x", "mimeType": "text/plain", "text": json.dumps(ANSWER)}]
    assert read_answer({"contents": contents}, SESSION) == ANSWER
    failed = {"contents": [], "error": "Resource not found"}
    assert read_answer(failed, SESSION)["error"] == "Resource not found"


def test_several_text_blocks_are_one_text() -> None:
    text = json.dumps(ANSWER)
    blocks = [{"type": "text", "text": text[:9]}, {"type": "text", "text": text[9:]}]
    assert read_answer(blocks, SESSION) == ANSWER


def test_numbers_are_exact() -> None:
    found = read_answer('{"a": 0.1, "b": 12345678901234567890.12, "c": 7}', SESSION)
    assert found == {"a": Decimal("0.1"), "b": Decimal("12345678901234567890.12"), "c": 7}
    assert not [value for value in found.values() if isinstance(value, float)]


@pytest.mark.parametrize(
    "response",
    [
        None, 7, True, 1.5, "", "text", "[]", "7", "null", '"text"', "{", "[{]}", '{"a": NaN}',
        '{"a": Infinity}', '{"a": ' + "9" * 40 + "}", [], [None], [{"type": "image"}],
        [{"type": "text", "text": 7}], {"result": None}, {"result": "["}, {"contents": []},
        {"contents": "x"}, "[" * 5000, '{"a":' * 3000,
    ],
)  # fmt: skip
def test_anything_else_is_refused(response: object) -> None:
    refuses(response)


def test_an_endless_nesting_is_refused() -> None:
    nested: Any = "{}"
    for _ in range(40):
        nested = {"result": nested}
    refuses(nested)
    text = "{}"
    for _ in range(10):
        text = json.dumps({"result": text})
    refuses(text)


SAVED = json.dumps({"result": json.dumps(ANSWER)})


def saved(path: Any) -> str:
    """A readable answer in a file at `path`, and the notice that names it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SAVED, encoding="utf-8")
    return f"{NOTICE} to {path}.\nFormat: JSON"


def test_a_saved_answer_is_read_from_the_session_s_own_folder(tmp_path: Any) -> None:
    notice = saved(Path(own(tmp_path)) / "tool-results" / "a b.txt")
    for said in (notice, notice.partition(".\n")[0], [{"type": "text", "text": notice}]):
        assert read_answer(said, SESSION) == ANSWER


@pytest.mark.parametrize(
    "place",
    [
        "secrets.json",
        "tool-results/x.txt",
        f"projects/p/{SESSION}/x.txt",
        f"projects/p/{SESSION}/other/x.txt",
        "projects/p/11111111-0000-4000-8000-000000000000/tool-results/x.txt",
        f"projects/{SESSION}/tool-results/x.txt",
        f"p/p/{SESSION}/tool-results/x.txt",
        f"projects/p/{SESSION}/tool-results/more/x.txt",
    ],
)
def test_no_other_file_is_read(tmp_path: Any, place: str) -> None:
    """A server can write the client's notice as well, with any path."""
    refuses(saved(tmp_path / place))


def test_no_path_around_the_session_s_folder_is_read(tmp_path: Any) -> None:
    folder = Path(own(tmp_path)) / "tool-results"
    notice = saved(folder / "a.txt")
    refuses(f"x {notice}")
    refuses({"result": notice})
    refuses(json.dumps({"result": notice}))
    refuses(f"{NOTICE} to {folder}/missing.txt.\n")
    outside = tmp_path / "secrets.txt"
    saved(outside)
    refuses(f"{NOTICE} to {folder}/../../../../secrets.txt.\n")
    refuses(f"{NOTICE} to {folder}/../tool-results/a.txt.\n")
    (folder / "link.txt").symlink_to(outside)
    refuses(f"{NOTICE} to {folder}/link.txt.\n")
    with pytest.raises(Refusal):
        read_answer(notice, "")


@pytest.mark.parametrize("linked", ["tool-results", SESSION])
def test_a_linked_folder_is_not_read(tmp_path: Any, linked: str) -> None:
    real = tmp_path / "real" / SESSION / "tool-results" / "a.txt"
    saved(real)
    place = Path(own(tmp_path))
    link = place if linked == SESSION else place / linked
    link.parent.mkdir(parents=True)
    link.symlink_to(real.parents[1] if linked == SESSION else real.parent)
    refuses(f"{NOTICE} to {place}/tool-results/a.txt.\n")


def test_a_saved_answer_that_is_broken_is_refused(tmp_path: Any) -> None:
    path = Path(own(tmp_path)) / "tool-results" / "x.txt"
    path.parent.mkdir(parents=True)
    for content in (b"", b"\xff\xfe\x00", b"[", b'{"result": "["}'):
        path.write_bytes(content)
        refuses(f"{NOTICE} to {path}.\nFormat")
    path.unlink()
    os.mkfifo(path) if hasattr(os, "mkfifo") else path.mkdir()
    refuses(f"{NOTICE} to {path}.\nFormat")


def test_a_saved_answer_that_is_too_large_is_refused(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(answer_module, "LARGEST_ANSWER", 20)
    response = shaped(json.dumps(ANSWER), "saved file", own(tmp_path))
    refuses(response)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["result", "content", "contents", "text", "structuredContent", "x"]),
            inner,
        )
    ),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(response=_ANY | _ANY.map(json.dumps))
def test_nothing_makes_it_raise_but_a_refusal(response: object) -> None:
    try:
        assert isinstance(read_answer(response, SESSION), dict)
    except Refusal as refusal:
        assert refusal.key == "answer_unreadable"
