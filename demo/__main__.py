# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: starts the local cloud, connects a small fleet, and shows what a user would see."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from simulator.embedded import LocalCloud

ROOT = Path(__file__).resolve().parent.parent
INVENTORY = "demo/connections.yml"
KEYS = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "LOCALDEMOKEY01",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "local-demo-secret-01",
}


def main() -> int:
    """Run the demonstration; 0 when every step ended as announced."""
    cloud = LocalCloud(ROOT / "simulator" / "worlds" / "demo.yml")
    try:
        print(f"The local cloud listens on {cloud.url}. No account is needed, and nothing leaves this machine.")
        return _steps(cloud)
    finally:
        cloud.close()
        print("\nThe local cloud is stopped.")


def _steps(cloud: LocalCloud) -> int:
    fleet = ["--limit", "all:!stores_lab"]
    steps = [
        (
            "1. The plan: what would be done, as a diff. Nothing is written.",
            ["--check", "--diff", "--limit", "orders"],
            0,
        ),
        ("2. Connect seven resource groups and instances.", fleet, 0),
        ("3. Again: nothing is left to do.", fleet, 0),
        ("4. A connection that cannot work, and why. This run has to fail.", ["--limit", "stores_lab"], 2),
    ]
    for title, arguments, expected in steps:
        status, output = _playbook(cloud, title, arguments)
        if status != expected:
            print(f"\nExpected exit status {expected}, got {status}.")
            return 1
        if title.startswith("3") and re.search(r"changed=[1-9]", output):
            print("\nThe second run changed something; it should not.")
            return 1
    ledger = cloud.ledger()
    writes = sum(bool(call["writes"]) for call in ledger)
    print(f"\nThe local cloud served {len(ledger)} API calls, {writes} of them writes.")
    return 0


def _playbook(cloud: LocalCloud, title: str, arguments: list[str]) -> tuple[int, str]:
    command = ["ansible-playbook", "connect_rds.yml", "-i", INVENTORY, *arguments]
    print(f"\n\n{title}\n$ {' '.join(command)}\n", flush=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ALIBABA_CLOUD_", "ANSIBLE_"))
    }
    environment |= {**KEYS, "ALIBABA_CLOUD_ENDPOINT_URL": cloud.url, "PYTHONUNBUFFERED": "1"}
    if sys.stdout.isatty():
        environment["ANSIBLE_FORCE_COLOR"] = "1"
    ansible = Path(sys.executable).parent / command[0]
    lines = []
    with (
        subprocess.Popen(  # noqa: S603 - the arguments are those of this file
            [ansible, *command[1:]],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process
    ):
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
