# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP server: translates between aiohttp and the gateway, and plays out delays and broken connections."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.wire.admin import Admin
from simulator.wire.endpoints import is_cloud_host
from simulator.wire.gateway import Gateway
from simulator.wire.request import WireRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.wire.answers import Reply
    from simulator.wire.simulation import Simulation

_PLAIN_HTTP_ONLY = b"This local cloud speaks plain HTTP only: use protocol HTTP with http_proxy, not https_proxy.\n"


class Server:
    """Serves a simulation on loopback."""

    def __init__(self, simulation: Simulation, host: str = "127.0.0.1", port: int = 0) -> None:
        self._simulation = simulation
        self._gateway = Gateway(simulation)
        self._admin = Admin(simulation)
        self._host = host
        self._runner: web.ServerRunner | None = None
        self.port = port

    async def start(self) -> None:
        """Listen; `port` is the chosen one afterwards."""
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the listener and every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "CONNECT":
            return web.Response(status=501, body=_PLAIN_HTTP_ONLY, headers={"Connection": "close"})
        body = await request.read()
        target = request.raw_path
        wire = WireRequest(request.method, target, _headers(request), body, request.remote or "")
        if wire.path.startswith("/_simulator") and not is_cloud_host(wire.host):
            status, content = self._admin.handle(request.method, str(request.rel_url), body)
            return web.Response(status=status, body=content, content_type="application/json", charset="utf-8")
        if self._simulation.world.settings.latency_ms:
            await asyncio.sleep(self._simulation.world.settings.latency_ms / 1000)
        return await self._send(request, self._gateway.handle(wire))

    async def _send(self, request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        if reply.hold_ms:
            await asyncio.sleep(reply.hold_ms / 1000)
        if reply.drop or reply.truncate:
            return await _break_off(request, reply)
        return web.Response(status=reply.status, body=reply.body, headers={**reply.headers, "Server": "local-cloud"})


def _headers(request: web.BaseRequest) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in request.raw_headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("utf-8", "surrogateescape")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


async def _break_off(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """Close the connection without an answer, or in the middle of one."""
    transport = request.transport
    if transport is not None and reply.truncate:
        lines = [f"HTTP/1.1 {reply.status} OK", "Content-Type: application/json", f"Content-Length: {len(reply.body)}"]
        transport.write("\r\n".join([*lines, "", ""]).encode() + reply.body[: len(reply.body) // 2])
        transport.close()
    elif transport is not None:
        transport.abort()
    return web.Response()


async def serve(simulation: Simulation, host: str, port: int, ready: Callable[[Server], None]) -> None:
    """Serve until interrupted; call `ready` once the port is open."""
    server = Server(simulation, host, port)
    await server.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    ready(server)
    await stop.wait()
    await server.stop()
