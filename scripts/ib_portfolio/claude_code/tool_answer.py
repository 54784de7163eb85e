"""An MCP answer as the client hands it over, in any of its shapes, as the object it holds."""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal

from ..core.messages import Refusal
from ..core.private.data_folder import read_unlinked

LARGEST_ANSWER = 50_000_000
_SAVED = re.compile(r"Output has been saved to (.+?\.(?:txt|json))\.?(?:\s|\Z)")
_DEEPEST = 12
_PROJECTS = ["projects"]  # of the client's configuration folder


def read_answer(response: object, session: str) -> dict[str, object]:
    """The JSON object in a tool's or resource's response; its numbers are Decimal or int.

    Shapes: the object itself, {"result": "<JSON>"} as object or text, text blocks, resource
    contents, and the notice that a long answer was saved to a file, which a server can write as
    well: the file is read only where the client keeps those of `session`. {"error": …} is returned
    as it is. Refusal("answer_unreadable") for anything else.
    """
    saved = _saved_path(_joined_text(response) if isinstance(response, list) else response)
    found = _unwrap(_saved_text(saved, session) if saved else response, 0)
    if not isinstance(found, dict):
        raise Refusal("answer_unreadable")
    return found


def _unwrap(response: object, depth: int) -> object:
    if depth > _DEEPEST:
        raise Refusal("answer_unreadable")
    if isinstance(response, str):
        return _unwrap(_of_text(response), depth + 1)
    if isinstance(response, list):
        return _unwrap(_joined_text(response), depth + 1)
    if isinstance(response, dict):
        if set(response) == {"result"}:
            return _unwrap(response["result"], depth + 1)
        if "contents" in response and not response.get("error"):
            return _unwrap(response["contents"], depth + 1)
        for wrapper in ("structuredContent", "content"):
            if response.get(wrapper):
                return _unwrap(response[wrapper], depth + 1)
    return response


def _joined_text(blocks: list[object]) -> str:
    texts = [block.get("text") for block in blocks if isinstance(block, dict)]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise Refusal("answer_unreadable")
    return "".join(texts)


def _of_text(text: str) -> object:
    try:
        found = json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_no_constant,
            parse_int=_whole_number,
            object_pairs_hook=_each_key_once,
        )
    except (ValueError, RecursionError):
        raise Refusal("answer_unreadable") from None
    if isinstance(found, str) and found == text:
        raise Refusal("answer_unreadable")
    return found


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def exact_json(value: object) -> str:
    """`value` as JSON with its Decimals as numbers of the same digits.

    A float, which only an answer that came as an object can hold, is written in the shortest way
    that reads as the same: its digits in the answer. ValueError for one that is no number.
    """
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(name))}: {exact_json(one)}" for name, one in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(exact_json, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, allow_nan=False)


def _saved_path(response: object) -> str:
    """The path in the client's notice of a saved answer, "" when the response is none."""
    is_notice = isinstance(response, str) and response.startswith("Error: result (")
    found = _SAVED.search(response[:2000]) if is_notice else None
    return found[1] if found else ""


def _saved_text(path: str, session: str) -> str:
    """The answer in the file that the client wrote; no other file is opened."""
    content = None
    try:
        if _is_of_session(path, session):
            content = read_unlinked(path, LARGEST_ANSWER + 1)
        if content is None or len(content) > LARGEST_ANSWER:
            raise Refusal("answer_unreadable")
        return content.decode("utf-8")
    except (OSError, ValueError):
        raise Refusal("answer_unreadable") from None


def _is_of_session(path: str, session: str) -> bool:
    """Whether it is …/projects/<project>/<session>/tool-results/<file>, with no link in that."""
    parts = path.split(os.sep)
    kept = bool(session) and parts[-3:-1] == [session, "tool-results"] and parts[-5:-4] == _PROJECTS
    folders = (path, os.path.dirname(path), os.path.dirname(os.path.dirname(path)))
    return kept and os.path.abspath(path) == path and not any(map(os.path.islink, folders))


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _whole_number(digits: str) -> int:
    if len(digits) > 30:
        raise ValueError("too long")
    return int(digits)
