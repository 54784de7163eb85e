"""A stand-in for IBKR's Flex Web Service over TLS on this machine, with a certificate of its own.

It answers as the real one is described: errors with HTTP 200, nothing without a User-Agent, version
3 only, the right token and query. What it answers to each step can be scripted. As a script it
serves until it is ended: flex_stand_in.py PORT STATEMENT LOG
"""

from __future__ import annotations

import glob
import json
import os
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, List, NamedTuple, Optional
from urllib.parse import parse_qs, urlsplit

HERE = os.path.dirname(os.path.abspath(__file__))
TLS = os.path.join(os.path.dirname(HERE), "fixtures", "tls")
AUTHORITY = os.path.join(TLS, "authority.pem")
HOSTS = ("ndcdyn.interactivebrokers.com", "gdcdyn.interactivebrokers.com")
TOKEN, QUERY_ID, REFERENCE = "982716354409182736450918", "730514", "4410882913"
SEND = "/AccountManagement/FlexWebService/SendRequest"
GET = "/AccountManagement/FlexWebService/GetStatement"


class Reply(NamedTuple):
    """What is answered: the body, cut after `cut` bytes where that is given."""

    body: bytes
    status: int = 200
    headers: Dict[str, str] = {}  # noqa: RUF012
    cut: Optional[int] = None


def error(code: int, words: str = "As the service says it.", status: str = "Fail") -> Reply:
    text = (
        f"<FlexStatementResponse timestamp='22 November, 2026 06:30 AM EST'>\n<Status>{status}"
        f"</Status>\n<ErrorCode>{code}</ErrorCode>\n<ErrorMessage>{words}</ErrorMessage>\n"
        "</FlexStatementResponse>"
    )
    return Reply(text.encode())


def accepted(url: str = f"https://{HOSTS[1]}{GET}", reference: str = REFERENCE) -> Reply:
    text = (
        "<FlexStatementResponse timestamp='22 November, 2026 06:30 AM EST'>\n<Status>Success"
        f"</Status>\n<ReferenceCode>{reference}</ReferenceCode>\n<Url>{url}</Url>\n"
        "</FlexStatementResponse>"
    )
    return Reply(text.encode())


def in_process_list(secret: str) -> bool:
    """Whether some process of this machine has the secret among its arguments now."""
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                if secret.encode() in file.read():
                    return True
        except OSError:
            continue
    return False


class StandIn:
    """The service on a port of its own; `send` and `get` are answered in turn, the last always."""

    def __init__(
        self, statement: bytes, certificate: str = "flex_hosts.pem", port: int = 0
    ) -> None:
        self.send, self.get = [accepted()], [Reply(statement)]
        self.requests: List[Dict[str, Any]] = []
        self.log = ""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(TLS, certificate))
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # a client that does not trust it goes away
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.address = ("127.0.0.1", self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def steps(self) -> List[str]:
        """Which steps were asked for, in order: "send" and "get"."""
        return [row["step"] for row in self.requests]

    def answer(self, path: str, query: Dict[str, str], agent: str) -> Reply:
        """The answer of the real service's rules, else the next of the script."""
        step = "send" if path == SEND else "get"
        self.requests.append({"step": step, "path": path, "query": query, "agent": agent})
        if self.log:
            row = {"step": step, "at": time.time(), "in_process_list": in_process_list(TOKEN)}
            with open(self.log, "a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        if not agent:
            return Reply(b"Forbidden", 403)
        if query.get("v") != "3" or query.get("t") != TOKEN:
            return error(1015)
        if step == "send" and query.get("q") != QUERY_ID:
            return error(1014)
        script = self.send if step == "send" else self.get
        return script.pop(0) if len(script) > 1 else script[0]

    def _handler(self) -> type:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                agent = self.headers.get("User-Agent", "")
                reply = service.answer(parts.path, query, agent)
                self.send_response(reply.status)
                for name, value in {"Content-Length": len(reply.body), **reply.headers}.items():
                    if value is not None:
                        self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut])
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Nothing: the test reads `requests`."""

        return Handler


def main(port: str, statement: str, log: str) -> None:
    """Serves, the statement being made for two polls, until the process is ended."""
    with open(statement, "rb") as file:
        service = StandIn(file.read(), port=int(port))
    service.get = [error(1019, status="Warn")] * 2 + service.get
    service.log = log
    with service:
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
