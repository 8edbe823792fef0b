# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to start the playbooks: from a plain clone and installed, by path and by full name, with and without
inventory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulator.embedded import LocalCloud
from tests.integration.playbooks.playing import Player, own_groups, resources, writes

if TYPE_CHECKING:
    from tests.conftest import Installed

pytestmark = pytest.mark.slow

ORDERS = {"resource_group": "etl_main", "rds_instance": "rm-orders0000000001"}
BILLING = {"resource_group": "etl_main", "rds_instance": "pgm-billing0000000001"}
ADMITTED, EMPTIED = {"etl_main": ["172.16.10.0/24"]}, {"etl_main": ["127.0.0.1"]}


def test_plain_clone_every_way(clone: Path, tmp_path: Path, cloud: LocalCloud) -> None:
    """A clone without anything installed: the front door, the real playbook and the full name do the same."""
    player = Player(tmp_path, cloud, root=clone)
    fleet = player.inventory({"orders": ORDERS, "billing": BILLING})

    run = player.play("connect_rds.yml", extra={**ORDERS, "region": "cn-hangzhou"})
    assert run.status == 0, run.output
    assert list(run.recap) == ["localhost"]
    assert own_groups(cloud, "rm-orders0000000001") == ADMITTED

    run = player.play("playbooks/connect_rds.yml", "-i", fleet, "--limit", "billing")
    assert run.status == 0, run.output
    assert (list(run.recap), run.total("changed")) == (["billing"], 1)
    assert own_groups(cloud, "pgm-billing0000000001") == ADMITTED
    # It is the clone's own code that ran, not another copy.
    assert f"included: {clone}/collections/ansible_collections/dataworks/network/roles/connect_rds/" in run.stdout

    cloud.forget()
    run = player.play("dataworks.network.connect_rds", "-i", fleet, "--check", "--diff")
    assert run.status == 0, run.output
    assert (sorted(run.recap), run.total("changed"), writes(cloud)) == (["billing", "orders"], 0, [])

    run = player.play("playbooks/disconnect_rds.yml", "-i", fleet, "--limit", "billing")
    assert run.status == 0, run.output
    assert own_groups(cloud, "pgm-billing0000000001") == EMPTIED
    assert own_groups(cloud, "rm-orders0000000001") == ADMITTED

    run = player.play("dataworks.network.disconnect_rds", extra={**ORDERS, "region": "cn-hangzhou"})
    assert run.status == 0, run.output
    assert own_groups(cloud, "rm-orders0000000001") == EMPTIED


def test_installed_collection_by_full_name(installed: Installed, tmp_path: Path, cloud: LocalCloud) -> None:
    """Installed into an empty folder, the plan by full name from anywhere; the region may come from the environment."""
    before = resources(cloud)
    player = Player(tmp_path, cloud, root=tmp_path)
    paths = {"ANSIBLE_COLLECTIONS_PATH": str(installed.collections), "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou"}
    arguments = ["dataworks.network.connect_rds", "-i", "localhost,", "--check", "--diff"]
    run = player.play(*arguments, extra=ORDERS, environment=paths)
    assert run.status == 0, run.output
    assert "+172.16.10.0/24" in run.stdout
    assert resources(cloud) == before


def test_no_region_no_key_no_connection(playbook: Player, cloud: LocalCloud) -> None:
    """What is needed to begin is asked for in words, before anything is called."""
    cases = [
        ({"extra": ORDERS}, ["region", "ALIBABA_CLOUD_REGION_ID"]),
        (
            {
                "extra": {**ORDERS, "region": "cn-hangzhou"},
                "environment": {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": ""},
            },
            ["ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set"],
        ),
        ({"extra": {"region": "cn-hangzhou"}}, ["No connection is described", "resource_group"]),
    ]
    for options, words in cases:
        run = playbook.connect("--check", **options)
        assert run.status == 2, run.output
        said = run.failures["localhost"]
        assert all(word in said for word in words), said
    assert writes(cloud) == []
