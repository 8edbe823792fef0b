# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line: python -m simulator --port 8080 --world demo."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import os
import sys
from typing import Any

from simulator.operation import load_operations
from simulator.wire.server import Server, serve
from simulator.wire.simulation import Simulation
from simulator.world.loader import WorldError, find_world, load_world


def loopback(text: str) -> str:
    """Accept a loopback address only: whoever reaches the port may do anything with the simulation."""
    address = {"localhost": "127.0.0.1"}.get(text, text)
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text} is not a loopback address")


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    described = argparse.ArgumentParser(prog="python -m simulator", description="Serve a local cloud on loopback.")
    described.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default)")
    described.add_argument("--host", type=loopback, default="127.0.0.1", help="loopback address (default 127.0.0.1)")
    described.add_argument("--world", default="demo", help="world file, or name of a world that comes along (demo)")
    described.add_argument("--read-only", action="store_true", help="refuse every operation that writes")
    described.add_argument("--seed", type=int, default=0, help="seed of request ids and temporary keys (default 0)")
    described.add_argument("--check", action="store_true", help="only check the world file")
    return described


def announce(simulation: Simulation, server: Server, host: str) -> None:
    """Say on standard output that the port is open."""
    world = simulation.world
    regions = {region for account in world.accounts for region in account.regions}
    shown = f"[{host}]" if ":" in host else host
    counted = f"{_count(len(world.accounts), 'account')}, {_count(len(regions), 'region')}"
    print(f"local cloud ready on http://{shown}:{server.port} (world {world.name}, {counted})", flush=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def main(arguments: list[str] | None = None) -> int:
    """Run the simulator until it is interrupted."""
    options = parser().parse_args(arguments)
    overrides: dict[str, Any] = {"read_only": True} if options.read_only else {}
    load_operations()
    try:
        path = find_world(options.world)
        simulation = Simulation(lambda: load_world(path), options.seed, overrides)
    except (WorldError, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        print(f"{path}: the world {simulation.world.name} is well-formed")
        return 0
    try:
        asyncio.run(
            serve(simulation, options.host, options.port, lambda server: announce(simulation, server, options.host))
        )
    except OSError as error:
        print(
            f"cannot listen on {options.host}:{options.port}: {os.strerror(error.errno) if error.errno else error}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
