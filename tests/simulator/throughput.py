# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures requests per second of a running simulator.

python tests/simulator/throughput.py PORT KEY_ID SECRET [COUNT]
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import sys
import time
from datetime import datetime, timedelta, timezone
from uuid import uuid4

EMPTY = hashlib.sha256(b"").hexdigest()
NAMES = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"


def signed_request(key_id: str, secret: str) -> bytes:
    """Build one GetCallerIdentity request in proxy form with signature v3 and a nonce of its own."""
    headers = {
        "host": "sts.aliyuncs.com",
        "x-acs-action": "GetCallerIdentity",
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": datetime.now(timezone(timedelta())).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-version": "2015-04-01",
    }
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical = f"POST\n/\n\n{lines}\n{NAMES}\n{EMPTY}"
    wanted = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), wanted.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={NAMES},Signature={signature}"
    text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST http://sts.aliyuncs.com/ HTTP/1.1\r\n{text}content-length: 0\r\n\r\n".encode()


async def send(port: int, requests: list[bytes]) -> int:
    """Send requests one after the other over one connection; return how many were answered with 200."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    good = 0
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        good += head.startswith(b"HTTP/1.1 200")
    writer.close()
    return good


async def measure(port: int, key_id: str, secret: str, count: int, connections: int = 8) -> None:
    """Print the rate at which a simulator verifies and answers."""
    batches = [[signed_request(key_id, secret) for _ in range(count // connections)] for _ in range(connections)]
    begin = time.perf_counter()
    good = sum(await asyncio.gather(*(send(port, batch) for batch in batches)))
    seconds = time.perf_counter() - begin
    print(f"{good} good answers in {seconds:.2f} s: {good / seconds:.0f} requests/s over {connections} connections")


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]) if len(sys.argv) > 4 else 8000))
