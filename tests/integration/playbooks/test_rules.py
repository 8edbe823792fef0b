# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that hold of every playbook and role: check mode writes nothing and warns of nothing, and no secret is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.embedded import LocalCloud
from tests.integration.playbooks.playing import CANARIES, KEYS, ROOT, Player, own_groups, resources

pytestmark = pytest.mark.slow

FAR = {
    "resource_group": "etl_night",
    "rds_instance": "rm-far0000000000001",
    "workspace": "platform",
    "data_source": "far",
}
NIGHT = {"region": "cn-hangzhou", "resource_group": "etl_night"}
MAIN = {"region": "cn-hangzhou", "resource_group": "etl_main"}
VPC = {"vpc_id": "vpc-main00000000000001"}
TWIN = "vsw-maintwin0000000001"
WHITELIST = {"region": "cn-hangzhou", "rds_instance": "rm-orders0000000001", "group": "shop_servers"}

# By role: the variables of every way to use it.
USES: dict[str, list[dict[str, Any]]] = {
    "observe": [{"observe_test": True, "observe_poll_interval": 0.05}, {"observe_purpose": "disconnect"}],
    "bind_network": [
        {"bind_network_steps": [{**NIGHT, **VPC, "vswitch_id": "vsw-mainwork0000000001"}]},
        {"bind_network_steps": [{**MAIN, **VPC, "vswitch_id": TWIN}], "bind_network_state": "absent"},
    ],
    "add_route": [
        {"add_route_steps": [{**MAIN, **VPC, "destination": "10.101.0.0/16"}]},
        {"add_route_steps": [{**MAIN, **VPC, "destination": "10.101.0.0/16"}], "add_route_state": "absent"},
    ],
    "associate_workspace": [
        {"associate_workspace_steps": [{**NIGHT, "workspace": "platform"}]},
        {"associate_workspace_steps": [{**MAIN, "workspace": "platform"}], "associate_workspace_state": "absent"},
    ],
    "admit_at_rds": [
        {"admit_at_rds_steps": [{**WHITELIST, "entries": ["172.16.10.0/24"]}], "admit_at_rds_state": state}
        for state in ("present", "absent", "exact")
    ],
    "connect_rds": [{}],
    "disconnect_rds": [{}],
}
# Each of these is run in check mode by the other files of this folder, and `Player.play` sees to the same rules there.
PLAYBOOKS = {"connect_rds", "disconnect_rds"}


def every_use(folder: Path) -> Path:
    """Write a playbook that uses every role in every way."""
    tasks = [
        {
            "name": f"Use {role}",
            "ansible.builtin.include_role": {"name": f"dataworks.network.{role}"},
            "vars": variables,
        }
        for role, uses in USES.items()
        for variables in uses
    ]
    play = {
        "name": "Use every role",
        "hosts": "connections",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {"group/dataworks.network.all": {"region": "cn-hangzhou"}},
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "tasks": tasks,
    }
    path = folder / "every_use.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return path


def test_every_role_and_playbook_is_used_here() -> None:
    """What is added later is added here too."""
    assert set(USES) == {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}
    assert {path.stem for path in (ROOT / "playbooks").glob("*.yml")} == PLAYBOOKS


def test_every_role_in_check_mode_writes_nothing_and_warns_of_nothing(playbook: Player, cloud: LocalCloud) -> None:
    """The cloud is read-only: an attempt to write would be refused and fail the run."""
    before = resources(cloud)
    run = playbook.play(str(every_use(playbook.folder)), "-i", playbook.inventory({"far": FAR}), "--check", "--diff")
    assert run.status == 0, run.output
    assert resources(cloud) == before
    assert not [call for call in cloud.ledger() if call["writes"]]
    for role in USES:
        assert f"Use {role}" in run.stdout
    # It is not by idling that nothing was written.
    assert run.total("changed") >= 8


def test_no_secret_is_told_however_loud(playbook: Player, cloud: LocalCloud) -> None:
    """Keys from options, a token from STS, passwords of data sources: nothing of it at -vvvv, be it well or ill."""
    cloud.settings(mask_secrets=False)
    canary = "canary-secret-that-is-wrong"
    options = {"access_key_id": KEYS["operator"], "access_key_secret": CANARIES["operator"]}
    roles = ["dataworks.network.connect_rds", "dataworks.network.disconnect_rds"]
    for secret, ends_well in ((CANARIES["operator"], True), (canary, False)):
        defaults = {"region": "cn-hangzhou", **options, "access_key_secret": secret}
        play = {
            "hosts": "connections",
            "connection": "local",
            "gather_facts": False,
            "module_defaults": {"group/dataworks.network.all": defaults},
            "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "roles": roles,
        }
        path = playbook.folder / "with_options.yml"
        path.write_text(yaml.safe_dump([play]), encoding="utf-8")
        orders = {**FAR, "resource_group": "etl_main", "rds_instance": "rm-orders0000000001", "data_source": "orders"}
        run = playbook.play(str(path), "-i", playbook.inventory({"orders": orders}), "-vvvv", "--diff", user="nobody")
        assert (run.status == 0) == ends_well, run.output
        for hidden in (secret, "local-demo-password", KEYS["operator"]):
            assert hidden not in run.output
    assert "SignatureDoesNotMatch" in run.failures["orders"]
    assert own_groups(cloud, "rm-orders0000000001") == {"etl_main": ["127.0.0.1"]}

    # A role: the token comes from STS and goes with every request.
    role = "acs:ram::1234567890123456:role/connector"
    run = playbook.connect("-vvvv", "--check", extra={**FAR, "region": "cn-hangzhou", "role_arn": role})
    assert run.status == 0, run.output
    assert len(cloud.ledger(action="AssumeRole")) > 0
    secrets = cloud.simulation.directory.secrets()
    assert any(secret.startswith("CAIS") for secret in secrets)
    assert not [secret for secret in secrets if secret in run.output]
