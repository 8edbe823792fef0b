# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that cannot be: the message names the option, the value, and what would be right; nothing is written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.modules.conftest import Runner
from tests.integration.modules.looking import INSTANCE

WHITELIST: dict[str, Any] = {"rds_instance": INSTANCE, "group": "etl_prod", "entries": ["10.0.1.0/24"]}
NETWORK: dict[str, Any] = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1stores", "vswitch": "vsw-bp1stores"}
ROUTE: dict[str, Any] = {"resource_group": "etl_prod", "vpc_id": "vpc-bp1example", "destination": "172.20.0.0/16"}
WORKSPACE: dict[str, Any] = {"resource_group": "etl_prod", "workspace": "laboratory"}
TEST: dict[str, Any] = {"resource_group": "etl_prod", "workspace": "sales", "data_source": "orders"}
OF_GROUP: dict[str, dict[str, Any]] = {
    "resource_group_network": NETWORK,
    "resource_group_route": ROUTE,
    "resource_group_workspace": WORKSPACE,
    "resource_group_info": {"resource_group": "etl_prod"},
    "data_source_connectivity": TEST,
}


def refused(task: Runner, module: str, options: dict[str, Any], *words: str, silent: bool = False) -> None:
    """Check and run fail with these words and write nothing; `silent` ones do not even ask the cloud."""
    for check in (True, False):
        result = task(module, check=check, **options)
        assert result.failed, result.answer
        missing = [word for word in words if word not in result.message]
        assert missing == [], result.message
        assert result.writes == []
        assert not silent or result.requests == []


@pytest.mark.parametrize("module", OF_GROUP)
def test_an_unknown_resource_group(task: Runner, module: str) -> None:
    """The candidates are listed with their ids."""
    options = {**OF_GROUP[module], "resource_group": "etl_pord"}
    words = ["resource_group", "'etl_pord'", "cn-hangzhou", "etl_prod (Serverless_res_group_1234_5678)", "reports"]
    refused(task, module, options, *words)


@pytest.mark.parametrize("module", OF_GROUP)
def test_an_ambiguous_resource_group(task: Runner, module: str) -> None:
    """Both candidates are named, and how to tell them apart."""
    options = {**OF_GROUP[module], "resource_group": "twins"}
    refused(task, module, options, "'twins'", "Serverless_res_group_1234_7001", "Serverless_res_group_1234_7002", "id")


def test_a_resource_group_in_another_region(task: Runner) -> None:
    """A region without any resource group says so."""
    for module, options in OF_GROUP.items():
        refused(task, module, {**options, "region": "cn-beijing"}, "etl_prod", "cn-beijing")


@pytest.mark.parametrize("module", ["resource_group_network", "resource_group_route"])
def test_an_exclusive_resource_group(task: Runner, module: str) -> None:
    """What only the console can do comes with the page to do it on."""
    options = {**OF_GROUP[module], "resource_group": "exclusive_prod"}
    refused(task, module, options, "exclusive_prod", "console", "Exclusive Resource Groups")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vpc_id": "vpc-bp1example", "vswitch": "twin"}, ["'twin'", "2 vSwitches", "vsw-bp1twin1", "vsw-bp1twin2"]),
        ({"vswitch": "nope"}, ["vswitch", "'nope'", "tills (vsw-bp1stores)", "full (vsw-bp1full)"]),
        ({"vswitch": "vsw-bp1example"}, ["vsw-bp1example", "vpc-bp1stores", "tills (vsw-bp1stores)"]),
        ({"vpc_id": "vpc-none"}, ["vpc-none", "cn-hangzhou"]),
    ],
    ids=["ambiguous", "unknown", "of another VPC", "unknown VPC"],
)
def test_a_vswitch_that_is_not_one(task: Runner, changes: dict[str, Any], words: list[str]) -> None:
    """None or two of the name: the candidates are listed."""
    refused(task, "resource_group_network", {**NETWORK, **changes}, *words)


@pytest.mark.parametrize("module", ["rds_whitelist", "rds_instance_info"])
@pytest.mark.parametrize(
    ("instance", "words"),
    [
        ("rm-none", ["'rm-none'", "cn-hangzhou", "account"]),
        ("rm-bp1foreign", ["'rm-bp1foreign'", "cn-hangzhou", "account"]),
        ("rm-uf6remote", ["'rm-uf6remote'", "cn-shanghai", "region: cn-shanghai"]),
    ],
    ids=["unknown", "of another account", "of another region"],
)
def test_an_instance_that_is_not_there(task: Runner, module: str, instance: str, words: list[str]) -> None:
    """Where it is, if it can be seen; what to check, if not."""
    options = {**(WHITELIST if module == "rds_whitelist" else {}), "rds_instance": instance}
    refused(task, module, options, "rds_instance", *words)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_instance_that_is_not_there_is_not_absent(task: Runner, state: str) -> None:
    """Removing something of an unknown instance is a mistake, not a success."""
    refused(task, "rds_whitelist", {**WHITELIST, "rds_instance": "rm-none", "state": state}, "rm-none")


@pytest.mark.parametrize(
    ("module", "changes", "words"),
    [
        ("resource_group_workspace", {"workspace": "sells"}, ["workspace", "'sells'", "sales (10001)"]),
        ("data_source_connectivity", {"workspace": "sells"}, ["workspace", "'sells'", "sales (10001)"]),
        ("data_source_connectivity", {"workspace": "99999"}, ["workspace", "'99999'", "sales (10001)"]),
        ("data_source_connectivity", {"data_source": "oders"}, ["data_source", "'oders'", "orders (Prod)"]),
        (
            "data_source_connectivity",
            {"workspace": "laboratory", "data_source": "orders"},
            ["data_source", "'orders'", "laboratory", "none"],
        ),
        (
            "data_source_connectivity",
            {"resource_group": "reports", "wait_timeout": 0.1, "poll_interval": 0.05},
            ["not in the project", "resource_group_workspace"],
        ),
    ],
)
def test_an_unknown_workspace_or_data_source(
    task: Runner, module: str, changes: dict[str, Any], words: list[str]
) -> None:
    """The candidates are listed; a group outside the workspace gets the module that brings it in."""
    refused(task, module, {**OF_GROUP[module], **changes}, *words)


ENTRIES = [
    ([], ["entries", "empty", "at least one"]),
    ([""], ["empty", "such as 10.0.1.0/24"]),
    (["10.0.1.0/24", " "], ["empty"]),
    (["10.0.1.5/24"], ["'10.0.1.5/24'", "host bits", "10.0.1.0/24", "10.0.1.5/32"]),
    (["10.0.1.0/33"], ["'10.0.1.0/33'", "IPv4"]),
    (["10.0.1.256"], ["'10.0.1.256'", "0 to 255"]),
    (["10.0.1"], ["'10.0.1'", "IPv4"]),
    (["010.0.1.0/24"], ["'010.0.1.0/24'"]),
    (["10.0.1.0/255.255.255.0"], ["prefix length", "10.0.1.0/24"]),
    (["10.0.1.0-10.0.1.9"], ["'10.0.1.0-10.0.1.9'"]),
    (["shop.example.com"], ["'shop.example.com'", "IPv4"]),
    (["2001:db8::/32"], ["'2001:db8::/32'", "IPv6", "IPv4 only"]),
    (["::ffff:10.0.1.5"], ["IPv6"]),
]


@pytest.mark.parametrize(("entries", "words"), ENTRIES, ids=[str(entries) for entries, _ in ENTRIES])
@pytest.mark.parametrize("state", ["present", "absent", "exact"])
def test_malformed_entries(task: Runner, entries: list[str], words: list[str], state: str) -> None:
    """The entry is named and what was meant is shown, before anything is called."""
    refused(task, "rds_whitelist", {**WHITELIST, "entries": entries, "state": state}, *words, silent=True)


@pytest.mark.parametrize(
    ("destination", "words"),
    [
        ("172.20.0.1/16", ["'172.20.0.1/16'", "host bits", "172.20.0.0/16"]),
        ("0.0.0.0/0", ["'0.0.0.0/0'", "everywhere"]),
        ("1.2.3.4/0", ["1.2.3.4/0"]),
        ("fe80::/10", ["'fe80::/10'", "IPv6"]),
        ("172.20.0.0/40", ["'172.20.0.0/40'", "IPv4"]),
        ("etl", ["'etl'", "IPv4"]),
        ("", ["empty"]),
    ],
)
def test_malformed_destinations(task: Runner, destination: str, words: list[str]) -> None:
    """The option is named and what was meant is shown, before anything is called."""
    for state in ("present", "absent"):
        options = {**ROUTE, "destination": destination, "state": state}
        refused(task, "resource_group_route", options, "destination", *words, silent=True)


@pytest.mark.parametrize("group", ["Etl", "e", "1etl", "etl-prod", "etl_", "etl prod", "e" * 33, "", "etl\n", "数据"])
def test_malformed_group_names(task: Runner, group: str) -> None:
    """The rule is in the message."""
    words = ["group", "2 to 32", "lower-case", "starting with a letter"]
    refused(task, "rds_whitelist", {**WHITELIST, "group": group}, *words, silent=True)


@pytest.mark.parametrize(
    ("module", "options", "empty"),
    [
        ("rds_whitelist", WHITELIST, "rds_instance"),
        ("rds_instance_info", {"rds_instance": INSTANCE}, "rds_instance"),
        ("resource_group_info", {"resource_group": "etl_prod"}, "resource_group"),
        ("resource_group_network", NETWORK, "resource_group"),
        ("resource_group_network", NETWORK, "vpc_id"),
        ("resource_group_network", NETWORK, "vswitch"),
        ("resource_group_route", ROUTE, "vpc_id"),
        ("resource_group_workspace", WORKSPACE, "workspace"),
        ("data_source_connectivity", TEST, "data_source"),
    ],
)
def test_an_empty_selector_selects_nothing(task: Runner, module: str, options: dict[str, Any], empty: str) -> None:
    """A variable that turned out empty is a mistake, never a filter left out."""
    states = ["present", "absent"] if module in ("rds_whitelist", *OF_GROUP) and "info" not in module else []
    for state in [state for state in states if module != "data_source_connectivity"] or [None]:
        refused(task, module, {**options, empty: "", "state": state}, empty)


@pytest.mark.parametrize("module", [*OF_GROUP, "rds_whitelist", "rds_instance_info"])
def test_no_region(task: Runner, module: str) -> None:
    """The option and the variable are named."""
    options = {**WHITELIST, **OF_GROUP.get(module, {})} if module == "rds_whitelist" else OF_GROUP.get(module, {})
    options = options or {"rds_instance": INSTANCE}
    refused(task, module, {**options, "region": None}, "region", "ALIBABA_CLOUD_REGION_ID", "cn-hangzhou", silent=True)


@pytest.mark.parametrize("variable", ["ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_REGION"])
def test_the_region_of_the_environment(task: Runner, variable: str) -> None:
    """Either of the usual variables does."""
    assert task("rds_whitelist", **WHITELIST, region=None, variables={variable: "cn-hangzhou"})["changed"]


@pytest.mark.parametrize(
    "region", ["cn hangzhou", "evil.example/?", "cn-hangzhou.evil.example#", "cn-hangzhou@evil", " "]
)
def test_a_region_that_is_no_region(task: Runner, region: str) -> None:
    """A region becomes part of a host name: nothing is signed for a host of somebody's choice."""
    refused(task, "rds_whitelist", {**WHITELIST, "region": region, "retry_timeout": 0.05}, "region", silent=True)


def test_a_region_that_does_not_exist(task: Runner) -> None:
    """A slip of the pen is visible in the message."""
    refused(task, "resource_group_network", {**NETWORK, "region": "cn-hangzou", "retry_timeout": 0.05}, "cn-hangzou")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://rds.example.com", ["'http://rds.example.com'", "this machine only", "https"]),
        ("http://10.0.0.1:8080", ["'http://10.0.0.1:8080'", "this machine only", "https"]),
        ("http://127.0.0.1.example.com:8080", ["this machine only"]),
        ("http://localhost.example.com", ["this machine only"]),
        ("http://127.0.0.1@example.com:80", ["endpoint_url"]),
        ("ftp://127.0.0.1:8080", ["https://host:port"]),
        ("127.0.0.1:8080", ["https://host:port"]),
        ("http://127.0.0.1:8080/path", ["https://host:port"]),
        ("https://", ["https://host:port"]),
        ("http://127.0.0.1:port", ["'http://127.0.0.1:port'"]),
        ("http://127.0.0.1:99999", ["'http://127.0.0.1:99999'"]),
        ("http://[::1", ["'http://[::1'"]),
    ],
)
def test_endpoints_that_cannot_be(task: Runner, url: str, words: list[str]) -> None:
    """Plain http goes to this machine only; anything else has to look like an address."""
    options = {**WHITELIST, "retry_timeout": 0.05}
    refused(task, "rds_whitelist", {**options, "endpoint_url": url}, "endpoint_url", *words, silent=True)
    refused(task, "rds_whitelist", {**options, "variables": {"ALIBABA_CLOUD_ENDPOINT_URL": url}}, *words, silent=True)


@pytest.mark.parametrize(
    "option", ["wait_timeout", "poll_interval", "connect_timeout", "read_timeout", "retry_timeout"]
)
@pytest.mark.parametrize("value", [-1, 0, "soon", "nan", "inf"])
def test_timeouts_that_cannot_be(task: Runner, option: str, value: Any) -> None:
    """The option is named, and nothing waits for ever."""
    refused(task, "rds_whitelist", {**WHITELIST, option: value}, option, silent=True)


@pytest.mark.parametrize("value", [-1, "nan"])  # 0 means: test once
def test_the_timeout_of_the_tests(task: Runner, value: Any) -> None:
    """connection_info has a timeout of its own name."""
    connection = {"name": "orders", "resource_group": "etl_prod", "rds_instance": INSTANCE}
    options = {"connections": [connection], "test": True, "test_timeout": value}
    refused(task, "connection_info", options, "test_timeout", silent=True)


@pytest.mark.parametrize("module", ["connection_info"])
def test_two_connections_of_one_name(task: Runner, module: str) -> None:
    """Names are keys of the answer."""
    connection = {"name": "orders", "resource_group": "etl_prod", "rds_instance": INSTANCE}
    refused(task, module, {"connections": [connection, connection]}, "name", "'orders'", "unique", silent=True)


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("rds_whitelist", {"rds_instance": INSTANCE, "group": "etl_prod"}, ["entries"]),
        ("rds_whitelist", {**WHITELIST, "state": "gone"}, ["state", "gone", "present, absent, exact"]),
        ("rds_whitelist", {**WHITELIST, "instance": INSTANCE}, ["instance", "rds_instance"]),
        ("resource_group_network", {**NETWORK, "vswitch": None}, ["vswitch"]),
        ("data_source_connectivity", {**TEST, "environment": "prod"}, ["environment", "Prod"]),
    ],
)
def test_the_argument_specification(task: Runner, module: str, options: dict[str, Any], words: list[str]) -> None:
    """Ansible's own refusals: an option missing, a choice that is none, an unknown option."""
    refused(task, module, options, *words, silent=True)
