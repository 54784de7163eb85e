"""The Messages API on loopback, answered from a script, and the command that talks to it.

    scripted_model.py --script script.json --requests requests.jsonl -- claude -p "…"

brings up the loopback device (it is meant to run in a network namespace of its own), starts the
server, runs the command with ANTHROPIC_BASE_URL pointing at it, and exits with the command's code.

The script is {"turns": [[block, …], …]}; a block is {"type": "text", "text"} or
{"type": "tool_use", "name", "input"}. A value {"$match": REGEX} in a block becomes the regex's
first group in what the client has sent. A turn is chosen by the number of answers the conversation
already holds, so a repeated request gets the same turn; a request without tools is a side request
and costs none. Every request becomes one JSON line, {"path", "session_id", "turn", "body"}; a side
request's turn is null.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import uuid
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

END_OF_SCRIPT = "(end of script)"
SIDE_ANSWER = "Rebalance portfolio"
REPEATS = 10  # of one turn; a conversation that does not move on is ended
SET_CHILD_SUBREAPER = 36
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1


def raise_loopback() -> None:
    """Sets the loopback device up, as `ip link set lo up` does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        answer = fcntl.ioctl(device, GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", answer)[1]
        if not flags & UP:
            fcntl.ioctl(device, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def adopt_orphans() -> None:
    """Makes this process the parent of every descendant whose own parent ends before it."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children_of(parent: int) -> list:
    """Returns the process ids of a process's children, ended ones excluded."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", encoding="latin-1") as file:
            state, ppid = file.read().rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state not in "ZX":
                found.append(int(name))
    return found


def end_descendants() -> None:
    """Kills everything this process started; whoever loses its parent becomes a child here."""
    while children := children_of(os.getpid()):
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def session_of(body: dict) -> str:
    """Returns the session id the client names in the request's metadata, or an empty string."""
    user = body.get("metadata", {}).get("user_id", "")
    try:
        return json.loads(user).get("session_id", "")
    except (ValueError, AttributeError):
        return user.rpartition("_session_")[2]


def fill(value, text: str):
    """Returns the value with every {"$match": regex} replaced by its first group in text."""
    if isinstance(value, dict):
        if set(value) == {"$match"}:
            found = re.search(value["$match"], text)
            return found.group(1) if found else f"no match for {value['$match']}"
        return {key: fill(item, text) for key, item in value.items()}
    return [fill(item, text) for item in value] if isinstance(value, list) else value


def sent_text(body: dict) -> str:
    """Returns everything the conversation's messages say, as one string."""
    parts = []

    def collect(value) -> None:
        if isinstance(value, str):
            parts.append(value)
        elif isinstance(value, (dict, list)):
            for item in value.values() if isinstance(value, dict) else value:
                collect(item)

    collect(body.get("messages", []))
    return "\n".join(parts)


class Script:
    """The turns, and for each session the number of answers it held before its first request."""

    def __init__(self, turns: list, requests: str) -> None:
        self.turns, self.requests = turns, requests
        self.before, self.served, self.lock = {}, Counter(), threading.Lock()

    def answer(self, path: str, body: dict) -> list:
        """Returns the content blocks of the answer and records the request."""
        answered = sum(message["role"] == "assistant" for message in body.get("messages", []))
        session, turn = session_of(body), None
        with self.lock:
            if body.get("tools"):
                turn = answered - self.before.setdefault(session, answered)
                self.served[session, turn] += 1
            line = {"path": path, "session_id": session, "turn": turn, "body": body}
            with open(self.requests, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        if turn is None:
            return [{"type": "text", "text": SIDE_ANSWER}]
        if not 0 <= turn < len(self.turns) or self.served[session, turn] > REPEATS:
            return [{"type": "text", "text": END_OF_SCRIPT}]
        blocks = fill(self.turns[turn], sent_text(body))
        return [identified(block, turn, place) for place, block in enumerate(blocks)]


def identified(block: dict, turn: int, place: int) -> dict:
    """Returns the block with the id that a tool_use needs."""
    if block["type"] != "tool_use":
        return block
    return {"id": f"toolu_{turn}_{place}_{uuid.uuid4().hex[:12]}", **block}


def message(model: str, blocks: list) -> dict:
    """Returns the answer as a Messages API message; the client merges messages of one id."""
    uses_tool = any(block["type"] == "tool_use" for block in blocks)
    return {
        "id": f"msg_{uuid.uuid4().hex}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": blocks,
        "stop_reason": "tool_use" if uses_tool else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 10},
    }


def block_events(index: int, block: dict) -> list:
    """Returns the three stream events of one content block."""
    if block["type"] == "text":
        start, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
    else:
        start = {**block, "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        {"type": "content_block_delta", "index": index, "delta": delta},
        {"type": "content_block_stop", "index": index},
    ]


def events(answer: dict) -> list:
    """Returns the answer as the stream's events."""
    opened = {**answer, "content": [], "stop_reason": None}
    stop = {"stop_reason": answer["stop_reason"], "stop_sequence": None}
    stream = [{"type": "message_start", "message": opened}]
    for index, block in enumerate(answer["content"]):
        stream += block_events(index, block)
    stream.append({"type": "message_delta", "delta": stop, "usage": answer["usage"]})
    return [*stream, {"type": "message_stop"}]


class Handler(BaseHTTPRequestHandler):
    """One connection of the client."""

    protocol_version = "HTTP/1.1"
    script: Script

    def log_message(self, *arguments) -> None:
        """Keeps stderr for the client."""

    def send(self, status: int, kind: str, data: bytes) -> None:
        """Sends one whole answer."""
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.send_header("request-id", "req_scripted")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def send_json(self, status: int, value: dict) -> None:
        """Sends one JSON answer."""
        self.send(status, "application/json", json.dumps(value).encode())

    def do_GET(self) -> None:
        """Answers what is not part of the Messages API."""
        error = {"type": "not_found_error", "message": "Not found"}
        self.send_json(404, {"type": "error", "error": error})

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Answers a message, streamed when that is asked for, or a token count."""
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        path = self.path.partition("?")[0]
        if path == "/v1/messages/count_tokens":
            return self.send_json(200, {"input_tokens": len(data) // 4})
        if path != "/v1/messages":
            return self.do_GET()
        body = json.loads(data)
        answer = message(body.get("model", ""), self.script.answer(path, body))
        if not body.get("stream"):
            return self.send_json(200, answer)
        lines = (f"event: {row['type']}\ndata: {json.dumps(row)}\n\n" for row in events(answer))
        return self.send(200, "text/event-stream", "".join(lines).encode())


def serve(script: Script) -> str:
    """Starts the server on a free port of loopback and returns its URL."""
    handler = type("ScriptHandler", (Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def main() -> int:
    """Returns the command's exit code."""
    split = sys.argv.index("--")
    parser = argparse.ArgumentParser(description="Run a command against a scripted model.")
    parser.add_argument("--script", required=True)
    parser.add_argument("--requests", required=True)
    options = parser.parse_args(sys.argv[1:split])
    with open(options.script, encoding="utf-8") as file:
        turns = json.load(file)["turns"]
    raise_loopback()
    adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    address = serve(Script(turns, options.requests))
    try:
        env = {**os.environ, "ANTHROPIC_BASE_URL": address}
        return subprocess.call(sys.argv[split + 1 :], env=env)
    finally:
        end_descendants()


if __name__ == "__main__":
    sys.exit(main())
