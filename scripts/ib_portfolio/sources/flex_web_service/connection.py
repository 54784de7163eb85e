"""The only place that opens a connection: over TLS, to IBKR's two Flex hosts, and to no other.

A request's target holds the token. Nothing of a target is in what is raised here.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping

from ...core.messages import Refusal
from ...core.record import Record
from ..flex_xml import LARGEST_FILE
from .hosts import HOSTS

_PORT = 443
_SILENCE_SECONDS = 30
_CHUNK = 1 << 16
# The service answers no request without a User-Agent.
_HEADERS = {"User-Agent": "rebalance-portfolio", "Accept-Encoding": "identity", "Accept": "*/*"}


class Line(Record):
    """How the hosts are reached: as the system resolves and trusts them, unless it says otherwise.

    The tests' line leads to a stand-in on the same machine, with a certificate of its own.
    """

    addresses: Mapping[str, tuple[str, int]] = {}
    authority: str = ""  # a file with the certificates to trust, "" for the system's


INTERNET = Line()


class _Connection(http.client.HTTPSConnection):
    """To one host, which the certificate has to name, wherever the line says it is."""

    def __init__(self, host: str, line: Line) -> None:
        context = ssl.create_default_context(cafile=line.authority or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        super().__init__(host, _PORT, timeout=_SILENCE_SECONDS, context=context)
        self._trust = context
        self._address = line.addresses.get(host, (host, _PORT))

    def connect(self) -> None:
        plain = socket.create_connection(self._address, self.timeout)
        try:
            self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def get(line: Line, host: str, target: str, seconds: float) -> bytes:
    """The body of a GET of `target` (path and query) from `host`, within `seconds`.

    Redirects are not followed. Refusal by name for another host than the two, no connection, a
    certificate that does not hold, another status than 200, an answer that is cut or over 100 MB.
    """
    if host not in HOSTS:
        raise Refusal("flex_url")
    connection = _Connection(host, line)
    try:
        connection.request("GET", target, headers=_HEADERS)
        response = connection.getresponse()
        if 300 <= response.status < 400:
            raise Refusal("flex_redirect", host=host)
        if response.status != 200:
            raise Refusal("flex_http", host=host, status=response.status)
        return _body(response, host, time.monotonic() + seconds)
    except ssl.SSLCertVerificationError:
        raise Refusal("flex_certificate", host=host) from None
    except (http.client.HTTPException, ValueError):
        raise Refusal("flex_cut", host=host) from None
    except OSError as error:
        # The system's own words, which know nothing of the target.
        cause = error.strerror or type(error).__name__
        raise Refusal("flex_no_connection", host=host, cause=cause) from None
    finally:
        connection.close()


def _body(response: http.client.HTTPResponse, host: str, end: float) -> bytes:
    parts, size = [], 0
    while True:
        part = response.read(_CHUNK)
        size += len(part)
        if size > LARGEST_FILE:
            raise Refusal("flex_too_large", host=host, megabytes=LARGEST_FILE // 1_000_000)
        if time.monotonic() > end:
            raise Refusal("flex_too_slow", host=host)
        if not part:
            break
        parts.append(part)
    if response.length:  # what its Content-Length still promises
        raise Refusal("flex_cut", host=host)
    return b"".join(parts)
