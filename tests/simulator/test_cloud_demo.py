# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The story that the demo world tells: what connects once it is admitted, and what never does."""

from __future__ import annotations

from tests.simulator.asking import DEMO_KEY, Asker, refusal, section

PREFIX = "Serverless_res_group_524257424564736_71000"
GROUPS = {
    "etl_prod": f"{PREFIX}1",
    "bi_reports": f"{PREFIX}2",
    "stores_sync": f"{PREFIX}3",
    "di_exclusive": "S_res_group_524257424564736_1619100200300",
}
PRIVATE = "172.16.10.0/24,172.16.11.0/24,10.20.8.0/22,192.168.10.0/24"
PUBLIC = "118.31.77.14,118.31.77.15,120.55.201.44"
C, U, E = "Connectable", "Unreachable", "ConfigError"

# (data source, environment): verdict from etl_prod, bi_reports, stores_sync, di_exclusive once everybody is admitted
EXPECTED = {
    ("archive", "Prod"): (U, U, U, U),
    ("billing", "Dev"): (C, U, U, C),
    ("billing", "Prod"): (C, U, U, C),
    ("billing_replica", "Prod"): (C, U, U, C),
    ("catalog", "Prod"): (C, U, U, C),
    ("crm", "Prod"): (U, C, U, U),
    ("ledger", "Prod"): (U, U, U, U),
    ("orders", "Dev"): (C, U, U, C),
    ("orders", "Prod"): (C, U, U, C),
    ("orders_public", "Prod"): (C, U, U, C),
    ("orders_wrong_password", "Prod"): (E, U, U, E),
    ("stores", "Prod"): (U, U, C, U),
    ("stores_lab", "Prod"): (U, U, U, U),
}


def sources(ask: Asker) -> dict[tuple[str, str], int]:
    body = ask.dataworks("ListDataSources", ProjectId=48211, PageSize=100)
    return {
        (group["Name"], one["ConnectionProperties"]["envType"]): one["Id"]
        for group in body["PagingInfo"]["DataSources"]
        for one in group["DataSource"]
    }


def verdicts(ask: Asker) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        key: tuple(ask.test(number, group, 48211)["ConnectState"] for group in GROUPS.values())
        for key, number in sources(ask).items()
    }


def test_nothing_connects_before_and_the_right_things_after(simulator):
    ask = Asker(simulator("demo"), DEMO_KEY)
    assert {state for row in verdicts(ask).values() for state in row} == {U}
    foreign = {one["id"]: one["whitelist"] for one in section(ask.cloud)["rds_instances"]}
    for instance in foreign:
        if instance == "rm-bp1ledger5s9d3f7g1h":
            assert refusal(ask.admit, PRIVATE, DBInstanceId=instance) == (404, "IncorrectDBInstanceLockMode")
        else:
            ask.admit(f"{PRIVATE},{PUBLIC}", DBInstanceId=instance)
    assert verdicts(ask) == EXPECTED
    for one in section(ask.cloud)["rds_instances"]:
        assert [group for group in one["whitelist"] if group["name"] != "dataworks"] == foreign[one["id"]]


def test_a_binding_makes_bi_reports_reach_orders(simulator):
    ask = Asker(simulator("demo"), DEMO_KEY)
    place = {"VpcId": "vpc-bp1retail5w8k2n6t3q7", "VswitchId": "vsw-bp1etli8n3z6l1k4j7", "ClientToken": "t"}
    ask.dataworks("CreateNetwork", ResourceGroupId=GROUPS["bi_reports"], **place)
    ask.admit("172.16.11.0/24", DBInstanceId="rm-bp1orders7k2m4x9q1")
    number = sources(ask)["orders", "Prod"]
    states = [ask.test(number, GROUPS["bi_reports"], 48211)["ConnectState"] for _ in range(5)]
    assert states == ["Unsupport", "Unsupport", "Unsupport", C, C]
