"""An MCP answer as the client hands it over, in any of its shapes, as the object it holds."""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal

from ..core.messages import Refusal

LARGEST_ANSWER = 50_000_000
_SAVED = re.compile(r"Output has been saved to (.+?\.(?:txt|json))\.?(?:\s|\Z)")
_DEEPEST = 12


def read_answer(response: object) -> dict[str, object]:
    """The JSON object in a tool's or resource's response; its numbers are Decimal or int.

    Shapes: the object itself, {"result": "<JSON>"} as object or text, text blocks, resource
    contents, and the notice that a long answer was saved to a file. {"error": …} is returned as it
    is. Refusal("answer_unreadable") for anything else.
    """
    found = _unwrap(response, 0)
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
    saved = _SAVED.search(text[:2000]) if text.startswith("Error: result (") else None
    if saved:
        text = _saved_text(saved[1])
    try:
        found = json.loads(
            text, parse_float=Decimal, parse_constant=_no_constant, parse_int=_whole_number
        )
    except (ValueError, RecursionError):
        raise Refusal("answer_unreadable") from None
    if isinstance(found, str) and found == text:
        raise Refusal("answer_unreadable")
    return found


def _saved_text(path: str) -> str:
    """The answer in the file that the client wrote; only one in its own tool-results folder."""
    known = os.path.basename(os.path.dirname(path)) == "tool-results" and os.path.isfile(path)
    try:
        if not known or os.path.getsize(path) > LARGEST_ANSWER:
            raise Refusal("answer_unreadable")
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        raise Refusal("answer_unreadable") from None


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _whole_number(digits: str) -> int:
    if len(digits) > 30:
        raise ValueError("too long")
    return int(digits)
