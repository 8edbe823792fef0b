# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users write down, which records their words select, and the scenario that follows."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.dataworks.network.plugins.module_utils.core import ends, scenario
from ansible_collections.dataworks.network.plugins.module_utils.core.connection import InputError, from_options
from ansible_collections.dataworks.network.plugins.module_utils.core.snapshot import DataSource, Unknown, VSwitch
from tests.unit.core.worlds import REGION, World, first_world, private_world, wish

GOOD = {"name": "orders", "region": REGION, "resource_group": "etl", "rds_instance": "rm-a"}


# Scenario

PLACES = [None, ("1", "cn-hangzhou"), ("1", "cn-shanghai"), ("2", "cn-hangzhou"), ("2", "cn-shanghai")]


@pytest.mark.parametrize(("public", "source", "target"), list(itertools.product([False, True], PLACES, PLACES)))
def test_the_scenario_follows_from_the_path_the_accounts_and_the_regions(
    public: bool, source: tuple[str, str] | None, target: tuple[str, str] | None
) -> None:
    found = scenario.detect(public=public, source=source, target=target)
    if public:
        assert found == "internet"
    elif source is None or target is None:
        assert found == "undetermined"
    else:
        same_account, same_region = source[0] == target[0], source[1] == target[1]
        expected = {(True, True): "same_region", (True, False): "cross_region"}
        assert found == expected.get((same_account, same_region), "cross_account")


# Options


def test_four_words_make_a_connection_and_the_rest_is_usual() -> None:
    connection = from_options(GOOD)
    assert (connection.network_path, connection.public, connection.tested) == ("private", False, False)
    assert (connection.vswitch, connection.eip, connection.routes, connection.data_source_region) == ("", (), (), "")


def test_spaces_around_words_are_ignored_and_single_words_make_lists() -> None:
    connection = from_options({**GOOD, "resource_group": " etl ", "network_path": "public", "eip": " 47.98.10.20 "})
    assert (connection.resource_group, connection.eip) == ("etl", ("47.98.10.20",))


def test_numbers_of_an_inventory_are_words_too() -> None:
    connection = from_options({**GOOD, "resource_group": 4711, "workspace": 77, "data_source": "orders"})
    assert (connection.resource_group, connection.workspace, connection.tested) == ("4711", "77", True)


@pytest.mark.parametrize(
    ("options", "option", "value", "expected"),
    [
        ({"region": ""}, "region", "is not set", "cn-hangzhou"),
        ({"region": None}, "region", "is not set", "cn-hangzhou"),
        ({"resource_group": "  "}, "resource_group", "is not set", "name or the id"),
        ({"rds_instance": ""}, "rds_instance", "is not set", "rm-bp1example"),
        ({"rds_instance": "My database"}, "rds_instance", "'My database'", "rm-bp1example"),
        ({"rds_instance": "rm-A"}, "rds_instance", "'rm-A'", "rm-bp1example"),
        ({"rds_instance": "rm-a.mysql.rds.aliyuncs.com"}, "rds_instance", "'rm-a.mysql", "rm-bp1example"),
        ({"network_path": "Private"}, "network_path", "'Private'", "private"),
        ({"network_path": "vpn"}, "network_path", "'vpn'", "public"),
        ({"workspace": "sales"}, "data_source", "is not set", "together"),
        ({"data_source": "orders"}, "workspace", "is not set", "together"),
        ({"eip": ["47.98.10.20"]}, "eip", "47.98.10.20", "network_path: public"),
        ({"network_path": "public", "eip": ["10.0.0.1"]}, "eip", "'10.0.0.1'", "public IPv4 address"),
        ({"network_path": "public", "eip": ["47.98.10.0/24"]}, "eip", "'47.98.10.0/24'", "one public IPv4"),
        ({"network_path": "public", "eip": ["47.98.10.20", "eip-bp1"]}, "eip", "'eip-bp1'", "not an IPv4"),
        ({"network_path": "public", "eip": "47.98.10.20,47.98.10.21"}, "eip", "47.98.10.20,", "not an IPv4"),
        ({"network_path": "public", "eip": ["0.0.0.0/0"]}, "eip", "'0.0.0.0/0'", "one public IPv4"),
        ({"routes": ["172.17.0.1/16"]}, "routes", "'172.17.0.1/16'", "host bits"),
        ({"routes": ["172.17.0.0/255.255.0.0"]}, "routes", "255.255.0.0", "prefix length"),
        ({"routes": ["::/0"]}, "routes", "'::/0'", "IPv6"),
        ({"routes": [""]}, "routes", "is not set", "is empty"),
    ],
)
def test_a_wrong_option_is_named_with_its_value_and_what_would_be_right(
    options: dict[str, Any], option: str, value: str, expected: str
) -> None:
    with pytest.raises(InputError) as refusal:
        from_options({**GOOD, **options})
    message = str(refusal.value)
    assert refusal.value.option == option
    assert message.startswith(f"connection 'orders': option '{option}' is ")
    assert value in message
    assert expected in message.split(": ", 2)[2]


@given(
    st.dictionaries(st.sampled_from([*GOOD, "network_path", "vswitch", "workspace"]), st.one_of(st.none(), st.text()))
)
def test_words_make_a_connection_or_an_input_error(options: dict[str, str | None]) -> None:
    try:
        connection = from_options({**GOOD, **options})
    except InputError:
        return
    assert connection.resource_group == connection.resource_group.strip() != ""


# Selection


def test_a_group_is_selected_by_name_or_by_id() -> None:
    world = first_world()
    for word in ("etl", "rg-1"):
        found = ends.find(wish(resource_group=word), world.snapshot)
        assert not isinstance(found.group, Unknown)
        assert found.group.id == "rg-1"


def test_an_id_wins_over_another_groups_name() -> None:
    world = first_world()
    world.group("rg-2", "rg-1")
    found = ends.find(wish(resource_group="rg-1"), world.snapshot)
    assert not isinstance(found.group, Unknown)
    assert found.group.name == "etl"


def test_an_ambiguous_group_name_lists_every_candidate() -> None:
    world = first_world()
    world.group("rg-2", "etl")
    world.group("rg-3", "other")
    with pytest.raises(InputError) as refusal:
        ends.find(wish(), world.snapshot)
    message = str(refusal.value)
    assert "2 resource groups have this name" in message
    assert "etl (rg-1), etl (rg-2); give the id" in message
    assert "rg-3" not in message


def test_an_unknown_group_name_lists_what_there_is() -> None:
    world = first_world()
    world.group("rg-2", "other")
    with pytest.raises(InputError) as refusal:
        ends.find(wish(resource_group="tle"), world.snapshot)
    assert "option 'resource_group' is 'tle'" in str(refusal.value)
    assert "etl (rg-1), other (rg-2)" in str(refusal.value)


def test_a_long_list_of_candidates_is_cut() -> None:
    world = World()
    for number in range(25):
        world.group(f"rg-{number:02}", f"group{number:02}")
    with pytest.raises(InputError) as refusal:
        ends.find(wish(), world.snapshot)
    assert "group09 (rg-09) and 15 more" in str(refusal.value)
    assert "group10" not in str(refusal.value)


def test_a_region_without_groups_is_said_to_have_none() -> None:
    world = World()
    world.snapshot.resource_groups[REGION] = []
    with pytest.raises(InputError, match="there is no resource group in region cn-hangzhou"):
        ends.find(wish(), world.snapshot)


def test_an_instance_that_is_not_there_names_account_and_region() -> None:
    world = first_world()
    world.snapshot.instances["rm-b"] = None
    with pytest.raises(InputError) as refusal:
        ends.find(wish(rds_instance="rm-b", data_source_region="cn-shanghai"), world.snapshot)
    assert "option 'rds_instance' is 'rm-b'" in str(refusal.value)
    assert "account 1234567890123456, region cn-shanghai" in str(refusal.value)


def test_workspace_and_data_source_are_selected_with_both_environments() -> None:
    found = ends.find(wish(workspace="sales", data_source="orders"), private_world().snapshot)
    assert not isinstance(found.workspace, Unknown)
    assert found.workspace is not None
    assert found.workspace.id == 77
    assert isinstance(found.data_sources, tuple)
    assert [source.environment for source in found.data_sources] == ["Dev", "Prod"]


def test_a_wrong_data_source_name_lists_each_name_once() -> None:
    with pytest.raises(InputError) as refusal:
        ends.find(wish(workspace="sales", data_source="order"), private_world().snapshot)
    assert "option 'data_source' is 'order'" in str(refusal.value)
    assert "in workspace sales" in str(refusal.value)
    assert str(refusal.value).count("orders (") == 1


@pytest.mark.parametrize("number", [5, 6])
def test_a_data_source_given_by_its_id_is_found_or_refused_but_never_dropped(number: int) -> None:
    """A connection that asks for the test and silently goes without would look tested."""
    try:
        found = ends.find(wish(workspace="sales", data_source=str(number)), private_world().snapshot)
    except InputError as error:
        assert error.option == "data_source"  # noqa: PT017 - either way is right
    else:
        assert isinstance(found.data_sources, tuple)
        assert [source.id for source in found.data_sources] == [number]


def test_a_data_source_that_means_another_instance_is_refused() -> None:
    world = private_world()
    elsewhere = DataSource(5, "orders", "mysql", "Prod", 77, instance_ids=("rm-other",))
    world.snapshot.data_sources[77] = [elsewhere]
    with pytest.raises(InputError, match=r"another database .*rm-other.*, not instance rm-a"):
        ends.find(wish(workspace="sales", data_source="orders"), world.snapshot)


def test_an_ambiguous_vswitch_name_lists_the_candidates_of_the_vpc() -> None:
    world = first_world()
    for vswitch_id in ("vsw-a1", "vsw-a2"):
        world.change_vswitch(vswitch_id, name="twin")
    with pytest.raises(InputError) as refusal:
        world.see(wish(vswitch="twin"))
    assert "option 'vswitch' is 'twin'" in str(refusal.value)
    assert "2 vSwitches have this name in VPC vpc-a: twin (vsw-a1), twin (vsw-a2)" in str(refusal.value)


def test_two_connections_that_want_different_vswitches_for_one_binding_are_told() -> None:
    world = first_world()
    with pytest.raises(InputError) as refusal:
        world.see(wish(vswitch="vsw-a1"), wish("invoices", vswitch="vsw-a2"))
    assert "connection 'invoices': option 'vswitch' is 'vsw-a2'" in str(refusal.value)
    assert "asks for vsw-a1" in str(refusal.value)


def test_a_record_without_a_name_is_listed_by_its_id() -> None:
    world = first_world()
    read = world.snapshot.vswitches["vpc-a"]
    assert isinstance(read, list)
    first = read[0]
    read[:] = [VSwitch(first.id, "", first.vpc_id, first.zone, first.cidr, 9)]
    with pytest.raises(InputError, match=r"there are: vsw-a1$"):
        world.see(wish(vswitch="other"))
