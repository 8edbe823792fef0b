# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs modules in forks of one process that has imported the SDKs, so that a run costs little more than its calls."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import runpy
import socketserver
import sys
import tempfile
import threading
import traceback
from typing import IO

PACKAGE = "ansible_collections.dataworks.network.plugins.modules"
PRELOADED = [
    "ansible.module_utils.basic",
    "alibabacloud_tea_openapi.client",
    "alibabacloud_credentials.provider",
    "alibabacloud_dataworks_public20240518.client",
    "alibabacloud_vpc20160428.client",
    "alibabacloud_rds20140815.client",
    "alibabacloud_sts20150401.client",
    "jmespath",
    f"{PACKAGE}.rds_whitelist",
    f"{PACKAGE}.resource_group_network",
    f"{PACKAGE}.connection_info",
]


class Handler(socketserver.StreamRequestHandler):
    """Serves one run in a fork of its own: a line of JSON comes in, a line of JSON goes out."""

    def handle(self) -> None:
        """Run the module as if it had been started with this environment and this standard input."""
        wanted = json.loads(self.rfile.readline())
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            code = _run(wanted["module"], wanted["arguments"], wanted["environment"], out, err)
            answer = {"code": code, "stdout": _text(out), "stderr": _text(err)}
        self.wfile.write(json.dumps(answer).encode() + b"\n")


class Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Listens on a socket in a folder that only this user can enter."""

    max_children = 40
    request_queue_size = 40


def _run(module: str, arguments: str, environment: dict[str, str], out: IO[bytes], err: IO[bytes]) -> int:
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    sys.stdin = io.TextIOWrapper(io.BytesIO(arguments.encode()))
    sys.argv = [module]
    name = f"{PACKAGE}.{module}"
    sys.modules.pop(name, None)
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - what an interpreter does: show it and end with 1
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _text(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode("utf-8", "replace")


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def main(address: str) -> None:
    """Serve until standard input is closed."""
    for name in PRELOADED:
        with contextlib.suppress(Exception):  # what cannot be imported fails in the run that needs it
            importlib.import_module(name)
    server = Server(address, Handler)
    print("ready", flush=True)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
