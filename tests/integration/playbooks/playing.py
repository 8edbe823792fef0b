# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real playbooks against a local cloud, and reads what they said and did."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from simulator.embedded import LocalCloud

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
WORLD = HERE.parent / "worlds" / "connections.yml"
CANARIES = {
    "operator": "canary-secret-of-the-operator",
    "half_blind": "canary-secret-of-the-half-blind",
    "nobody": "canary-secret-of-nobody",
}
KEYS = {"operator": "PLAYBOOKKEYOPERATOR", "half_blind": "PLAYBOOKKEYHALFBLIND", "nobody": "PLAYBOOKKEYNOBODY"}
# Nothing sleeps for long; the local cloud is quicker than a real one.
QUICK = {
    "connect_rds_poll_interval": 0.05,
    "connect_rds_wait_timeout": 20,
    "connect_rds_test_interval": 0.05,
    "connect_rds_test_timeout": 1,
    "disconnect_rds_poll_interval": 0.05,
    "disconnect_rds_wait_timeout": 20,
}
REGION = "cn-hangzhou"
OWN, MARK = "dataworks_", "dataworks-network:"

Variables = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What one item of a task changed, or in check mode would have changed."""

    host: str
    title: str
    diff: str


@dataclass(frozen=True)
class Run:
    """One run of a playbook: how it ended, what it said, and every result."""

    status: int
    stdout: str
    stderr: str
    events: list[dict[str, Any]] = field(repr=False)
    recap: dict[str, dict[str, int]]

    @property
    def output(self) -> str:
        """Both streams."""
        return self.stdout + self.stderr

    @property
    def prose(self) -> str:
        """Both streams with their line breaks and indents folded, so that sentences can be found."""
        return " ".join(self.output.split())

    def total(self, count_of: str) -> int:
        """The sum of one count of the recap."""
        return sum(counts[count_of] for counts in self.recap.values())

    @cached_property
    def failures(self) -> dict[str, str]:
        """What failed hosts said, by host; of a loop what its items said."""
        said = {}
        for event in self.events:
            if event["event"] in ("failed", "unreachable"):
                results = event["result"].get("results") or [event["result"]]
                said[event["host"]] = "\n".join(str(item.get("msg")) for item in results if item.get("failed", True))
        return said

    @cached_property
    def observations(self) -> list[dict[str, Any]]:
        """The results of connection_info, in order."""
        return [event["result"] for event in self.events if event["action"] == "dataworks.network.connection_info"]

    @property
    def reports(self) -> dict[str, dict[str, Any]]:
        """The last report on each connection."""
        found: dict[str, dict[str, Any]] = {}
        for observation in self.observations:
            found.update(observation.get("connections") or {})
        return found

    @property
    def planned(self) -> dict[str, list[str]]:
        """The titles of what was planned first, by host."""
        reports = self.observations[0]["connections"]
        return {name: [step["title"] for step in report["plan"]] for name, report in reports.items()}

    @cached_property
    def changes(self) -> list[Change]:
        """Everything that changed, in order."""
        return list(self._changes())

    def _changes(self) -> Iterator[Change]:
        for event in self.events:
            for item in event["result"].get("results") or [event["result"]]:
                if item.get("changed"):
                    yield Change(event["host"], item["item"]["title"], diff_text(item.get("diff")))

    def told(self, host: str) -> str:
        """What the task Report said of a host."""
        events = [event for event in self.events if event["host"] == host and event["task"].endswith(" : Report")]
        return "\n".join(str(line) for event in events for line in event["result"]["msg"])


def diff_text(diff: Any) -> str:
    """Return a diff as lines with their signs, without headers."""
    if not isinstance(diff, dict):
        return ""
    before, after = diff["before"].splitlines(), diff["after"].splitlines()
    gone = [f"-{line}" for line in before if line not in after]
    return "\n".join(gone + [f"+{line}" for line in after if line not in before])


class Player:
    """Starts playbooks as a user would, from the root of a clone."""

    def __init__(self, folder: Path, cloud: LocalCloud, root: Path = ROOT) -> None:
        self.folder = folder
        self.cloud = cloud
        self.root = root
        self._numbers = count(1)

    def inventory(self, hosts: Mapping[str, Variables], **variables: Any) -> Path:
        """Write an inventory of connections; the variables are those of the group."""
        path = self.folder / f"connections-{next(self._numbers)}.yml"
        common = {"region": REGION, **variables}
        content = {"connections": {"hosts": {name: dict(given) for name, given in hosts.items()}, "vars": common}}
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        return path

    def start(
        self,
        playbook: str,
        *arguments: str | Path,
        extra: Variables | None = None,
        user: str = "operator",
        environment: Mapping[str, str] | None = None,
    ) -> Running:
        """Start a playbook and return at once."""
        events = self.folder / f"events-{next(self._numbers)}.jsonl"
        command = [str(Path(sys.executable).with_name("ansible-playbook")), playbook, *map(str, arguments)]
        command += ["-e", json.dumps({**QUICK, **(extra or {})})]
        variables = {
            **os.environ,
            "ALIBABA_CLOUD_ENDPOINT_URL": self.cloud.url,
            "ALIBABA_CLOUD_ACCESS_KEY_ID": KEYS[user],
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": CANARIES[user],
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "recorded_events",
            "RECORDED_EVENTS": str(events),
            **(environment or {}),
        }
        process = subprocess.Popen(
            command, cwd=self.root, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        return Running(process, events)

    def play(self, playbook: str, *arguments: str | Path, **options: Any) -> Run:
        """Run a playbook to its end; in check mode the cloud is read-only and must not see an attempt to write."""
        if "--check" not in arguments:
            return self.start(playbook, *arguments, **options).wait()
        mark = last(self.cloud)
        self.cloud.settings(read_only=True)
        run = self.start(playbook, *arguments, **options).wait()
        self.cloud.settings(read_only=False)
        assert not [call for call in self.cloud.ledger(since=mark) if call["writes"]], run.output
        return run

    def connect(self, *arguments: str | Path, **options: Any) -> Run:
        """Run connect_rds.yml."""
        return self.play("connect_rds.yml", *arguments, **options)

    def disconnect(self, *arguments: str | Path, **options: Any) -> Run:
        """Run disconnect_rds.yml."""
        return self.play("disconnect_rds.yml", *arguments, **options)


@dataclass
class Running:
    """A playbook under way."""

    process: subprocess.Popen[str]
    events: Path

    def wait(self, *, warnings: bool = False) -> Run:
        """Wait for the end and check what holds of every run; only some may warn."""
        stdout, stderr = self.process.communicate(timeout=240)
        lines = self.events.read_text(encoding="utf-8").splitlines() if self.events.exists() else []
        events = [json.loads(line) for line in lines]
        recap = events.pop()["hosts"] if events and events[-1]["event"] == "recap" else {}
        run = Run(self.process.returncode, stdout, stderr, events, recap)
        assert "Traceback" not in run.output, run.output
        assert "Internal error" not in run.output, run.output
        assert warnings or "[WARNING]" not in run.output, run.output
        assert "[DEPRECATION" not in run.output, run.output
        for secret in CANARIES.values():
            assert secret not in run.output
        return run


def writes(cloud: LocalCloud, since: int = 0) -> list[str]:
    """Return the actions of the writing requests, in order."""
    return [call["action"] for call in cloud.ledger(since=since) if call["writes"]]


def effects(cloud: LocalCloud) -> list[str]:
    """Return the actions of the writing requests that took effect, in order."""
    return [call["action"] for call in cloud.ledger() if call["writes"] and call["status"] == 200]


def last(cloud: LocalCloud) -> int:
    """Return the number of the last request, as a mark."""
    calls = cloud.ledger()
    return int(calls[-1]["n"]) if calls else 0


def resources(cloud: LocalCloud) -> dict[str, Any]:
    """Return everything the accounts own, by region."""
    (account,) = cloud.state()["cloud"]["accounts"]
    regions: dict[str, Any] = account["regions"]
    return regions


def section(cloud: LocalCloud, region: str = REGION) -> dict[str, Any]:
    """Return what is in a region."""
    found: dict[str, Any] = resources(cloud)[region]
    return found


def instance(cloud: LocalCloud, instance_id: str) -> dict[str, Any]:
    """Return an instance."""
    return next(one for one in section(cloud)["rds_instances"] if one["id"] == instance_id)


def own_groups(cloud: LocalCloud, instance_id: str) -> dict[str, list[str]]:
    """Return the entries of our whitelist groups on an instance, by name without its digest, and list if it has two."""
    found = {}
    for group in instance(cloud, instance_id)["whitelist"]:
        if group["name"].startswith(OWN):
            name = re.sub(r"_[0-9a-f]{6}(?=$|_eip$)", "", group["name"]).removeprefix(OWN)
            found[name + ("" if group["network_type"] == "MIX" else f"/{group['network_type']}")] = group["entries"]
    return found


def resource_group(cloud: LocalCloud, name: str) -> dict[str, Any]:
    """Return a resource group."""
    return next(one for one in section(cloud)["resource_groups"] if one["name"] == name)


def bindings(cloud: LocalCloud, name: str) -> list[tuple[str, str]]:
    """Return the vSwitches a resource group is bound to and the states of the networks."""
    return [(network["vswitch"], network["status"]) for network in resource_group(cloud, name)["networks"]]


def routes(cloud: LocalCloud, name: str) -> list[str]:
    """Return the destinations of all routes of a resource group."""
    networks = resource_group(cloud, name)["networks"]
    return [route["destination"] for network in networks for route in network["routes"]]


def workspace(cloud: LocalCloud) -> dict[str, Any]:
    """Return the workspace."""
    (found,) = section(cloud)["workspaces"]
    return dict(found)


def foreign(cloud: LocalCloud) -> str:
    """Return the bytes of everything that is not ours: all resources without our whitelist groups."""
    found = deepcopy(resources(cloud))
    for region in found.values():
        for one in region["rds_instances"]:
            one["whitelist"] = [group for group in one["whitelist"] if not group["name"].startswith(OWN)]
    return json.dumps(found, indent=1)


def settled(cloud: LocalCloud) -> str:
    """Return the bytes of all resources, with numbers replaced that differ from run to run, those of marks included."""
    found = deepcopy(resources(cloud))
    for vswitch in (vswitch for vpc in found[REGION]["vpcs"] for vswitch in vpc["vswitches"]):
        marks = {key.rpartition(":")[0] for key in vswitch["tags"] if key.startswith(MARK)}
        rest = {key: value for key, value in vswitch["tags"].items() if not key.startswith(MARK)}
        vswitch["tags"] = {**rest, **dict.fromkeys(sorted(marks), "")}
    text = json.dumps(found, indent=1)
    for place, group in enumerate(found[REGION]["resource_groups"]):
        for index, network in enumerate(group["networks"]):
            text = text.replace(str(network["id"]), f"<network {place}.{index}>")
            text = text.replace(network["security_group"], f"<security group {place}.{index}>")
            for turn, route in enumerate(network["routes"]):
                text = text.replace(str(route["id"]), f"<route {place}.{index}.{turn}>")
    return re.sub(r'"created": "[^"]+"', '"created": "<then>"', text)
