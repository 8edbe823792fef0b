# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection as it is shown and stored: plain data made of an assessment, its plan and its tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import cidr, path
from .binding import PLANNED
from .findings import NOTE, UNKNOWN, Finding
from .plan import RETIRE, Plan
from .snapshot import Unknown, VSwitch


def render(
    result: path.Assessment, plan: Plan, tests: Sequence[dict[str, Any]], refused: frozenset[str]
) -> dict[str, Any]:
    """Return one connection's report; keys and their types are the same whatever was found.

    Findings whose treatment is in ``refused`` are the reasons for planning nothing.
    """
    findings = [finding.as_dict() for finding in result.findings]
    verdict = verdict_of(result, tests)
    return {
        "name": result.connection.name,
        "scenario": result.scenario,
        "verdict": verdict,
        "summary": _summary(result, verdict, tests, plan),
        "path": hops(result),
        "findings": findings,
        "assumptions": list(result.assumptions),
        "refusals": [_told(finding) for finding in result.findings if finding.kind.treatment in refused],
        "plan": [step.as_dict() for step in plan.steps],
        "console_steps": [step.as_dict(number) for number, step in enumerate(plan.console, start=1)],
        "notes": list(plan.notes) + [_told(finding) for finding in result.findings if _worth_a_note(finding)],
        "whitelist": result.admission.as_dict() if result.admission else {},
        "tests": list(tests),
        "error": "",
    }


def failed(name: str, error: str) -> dict[str, Any]:
    """Return the report of a connection whose description is wrong: same keys, nothing planned."""
    return {
        "name": name,
        "scenario": "undetermined",
        "verdict": path.UNDETERMINED,
        "summary": error,
        "path": [],
        "findings": [],
        "assumptions": [],
        "refusals": [error],
        "plan": [],
        "console_steps": [],
        "notes": [],
        "whitelist": {},
        "tests": [],
        "error": error,
    }


def test_finding(result: path.Assessment, tests: Sequence[dict[str, Any]]) -> Finding | None:
    """Return what DataWorks' own test adds to the walk: a failure the walk does not explain, or a contradiction."""
    states = {test["state"] for test in tests}
    worst = next((state for state in ("Unreachable", "ConfigError", "Unsupport") if state in states), "")
    messages = "; ".join(f"{test['environment']}: {test['state']} {test['message']}".strip() for test in tests)
    object_id = result.connection.data_source
    if worst == "Unreachable" and result.verdict == path.REACHABLE:
        return Finding("TEST_UNREACHABLE_UNEXPLAINED", object_id, messages, region=result.connection.region)
    if worst == "ConfigError":
        return Finding("TEST_CONFIG_ERROR", object_id, messages, region=result.connection.region)
    if worst == "Unsupport":
        return Finding("TEST_UNSUPPORTED", object_id, messages, region=result.connection.region)
    if states == {"Connectable"} and result.verdict in (path.UNREACHABLE, path.PARTIAL):
        return Finding(
            "TEST_CONTRADICTS_MODEL", object_id, "DataWorks' test says Connectable", region=result.connection.region
        )
    return None


def verdict_of(result: path.Assessment, tests: Sequence[dict[str, Any]]) -> str:
    """Return the verdict of the walk, or that of DataWorks' test where it ran: ConfigError proves the network open."""
    states = {test["state"] for test in tests}
    if "Unreachable" in states:
        return path.UNREACHABLE
    if states and states <= {"Connectable", "ConfigError"}:
        return path.REACHABLE
    return path.UNDETERMINED if states else result.verdict


_GROUP_STAGES = ("resource group", "resource group route")


def hops(result: path.Assessment) -> list[dict[str, Any]]:
    """Return the path as a list of hops, each with its state: ok, planned, declared, blocked or unknown."""
    group, instance, binding = result.ends.group, result.ends.instance, result.binding
    rows: list[tuple[str, str, str, tuple[str, ...]]] = []
    if not isinstance(group, Unknown):
        rows.append(("resource group", group.id, f"{group.name}, {group.type}, {group.status}", _GROUP_STAGES))
    if binding is not None:
        rows += [_vswitch_row(vswitch, binding.origin) for vswitch in binding.vswitches]
    if result.connection.public and result.admission:
        rows.append(
            (
                "EIP",
                ", ".join(cidr.spell(network) for network in result.admission.wanted),
                "over the Internet",
                ("Internet",),
            )
        )
    if not isinstance(instance, Unknown):
        endpoint = instance.endpoint("Public" if result.connection.public else "Private")
        where = f"{endpoint.host}:{endpoint.port}" if endpoint else "no endpoint"
        rows.append(
            (
                "RDS instance",
                instance.id,
                f"{instance.engine}, {instance.status}, {where}",
                ("data source", "VPC route"),
            )
        )
    if result.admission:
        rows.append(
            ("whitelist group", result.admission.group, ", ".join(result.admission.held) or "empty", ("admission",))
        )
    seen = [_hop(result, number, *row) for number, row in enumerate(rows, start=1)]
    unseen = [finding for finding in result.findings if finding.kind.treatment == UNKNOWN]
    return seen + [_unseen(finding, number) for number, finding in enumerate(unseen, start=len(seen) + 1)]


def _unseen(finding: Finding, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "hop": "not seen",
        "object_id": finding.object_id,
        "detail": finding.evidence,
        "state": "unknown",
        "codes": [finding.code],
    }


def _vswitch_row(vswitch: VSwitch, origin: str) -> tuple[str, str, str, tuple[str, ...]]:
    detail = f"{vswitch.cidr} in {vswitch.zone}, VPC {vswitch.vpc_id}, {origin}"
    return ("vSwitch", vswitch.id, detail, ("address", "filter"))


def _hop(
    result: path.Assessment, number: int, hop: str, object_id: str, detail: str, stages: tuple[str, ...]
) -> dict[str, Any]:
    codes = [finding.code for finding in result.findings if finding.blocks and finding.kind.stage in stages]
    state = "blocked" if codes else "ok"
    if hop == "vSwitch" and not codes and result.binding is not None:
        state = {PLANNED: "planned", "declared": "declared"}.get(result.binding.origin, "ok")
    return {"number": number, "hop": hop, "object_id": object_id, "detail": detail, "state": state, "codes": codes}


def _worth_a_note(finding: Finding) -> bool:
    return finding.kind.treatment == NOTE or finding.kind.stage == "test"


def _told(finding: Finding) -> str:
    return f"{finding.code}: {finding.evidence.rstrip('. ')}. {finding.repair or finding.kind.repair}."


def _summary(result: path.Assessment, verdict: str, tests: Sequence[dict[str, Any]], plan: Plan) -> str:
    source, target = result.connection.resource_group, result.connection.rds_instance
    tested = f", DataWorks test {'/'.join(sorted({test['state'] for test in tests}))}" if tests else ""
    blocked = [finding for finding in result.findings if finding.blocks]
    why = f": {blocked[0].code}, {blocked[0].evidence}" if blocked and verdict != path.REACHABLE else ""
    ahead = sum(step.action != RETIRE for step in plan.steps)
    planned = f"; {ahead} step{'s' if ahead > 1 else ''} planned" if ahead else ""
    return f"{verdict} {source} -> {target} ({result.scenario}{tested}){why}{planned}"
