# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests: hosts, proxies, parameters, connections, and operations that do not exist."""

from __future__ import annotations

import http.client
import json
from typing import Any
from unittest.mock import Mock

import pytest

from simulator.access.directory import Directory
from simulator.clock import Clock
from simulator.operation import ApiError, Call, Operation, operations
from simulator.wire.answers import success
from simulator.wire.endpoints import Endpoint, endpoint_of

VPC = "2016-04-28"


@pytest.mark.parametrize(
    ("host", "product", "region"),
    [
        ("vpc.aliyuncs.com", "vpc", ""),
        ("VPC.cn-beijing.aliyuncs.com:80", "vpc", "cn-beijing"),
        ("vpc-vpc.cn-beijing.aliyuncs.com", "vpc", "cn-beijing"),
        ("rds.aliyuncs.com", "rds", ""),
        ("rds-vpc.cn-hangzhou-finance.aliyuncs.com", "rds", "cn-hangzhou-finance"),
        ("dataworks.cn-shanghai.aliyuncs.com", "dataworks", "cn-shanghai"),
        ("dataworks-vpc.cn-shanghai.aliyuncs.com", "dataworks", "cn-shanghai"),
        ("dataworks-public.na-south-1.aliyuncs.com", "dataworks", "na-south-1"),
        ("dataworks.aliyuncs.com", "dataworks", ""),
        ("sts.aliyuncs.com", "sts", ""),
        ("sts-vpc.cn-beijing.aliyuncs.com", "sts", "cn-beijing"),
        ("cbn.aliyuncs.com", "cbn", ""),
        ("vpcpeer.aliyuncs.com", "vpcpeer", ""),
        ("ecs-cn-hangzhou.aliyuncs.com", "ecs", "cn-hangzhou"),
        ("ecs.cn-beijing.aliyuncs.com", "ecs", "cn-beijing"),
        ("nis.aliyuncs.com", "nis", ""),
        ("nis-intl.aliyuncs.com", "nis", ""),
        ("http://127.0.0.1:8080", "", ""),
        ("127.0.0.1:8080", "", ""),
        ("oss.aliyuncs.com", "", ""),
        ("vpc.aliyuncs.com.example.org", "", ""),
    ],
)
def test_endpoint_hosts(host, product, region):
    assert endpoint_of(host) == Endpoint(product, region)


def call(**params: str) -> Call:
    identity = Mock()
    common: dict[str, Any] = {"cloud": Mock(), "clock": Clock(), "identity": identity, "directory": Mock(Directory)}
    return Call("vpc", VPC, "DescribeX", "cn-hangzhou", "1" * 16, "arn", params, request_id="R", **common)


def refused(action) -> tuple[int, str, str]:
    with pytest.raises(ApiError) as caught:
        action()
    return caught.value.status, caught.value.code, caught.value.message


def test_text_and_required():
    assert call(Name="").text("Name", "x") == ""
    assert call().text("Name", "x") == "x"
    assert call(Name="v").required("Name") == "v"
    for wanting in (call(), call(Name="")):
        status, code, message = refused(lambda wanting=wanting: wanting.required("Name"))
        assert (status, code) == (400, "MissingParameter")
        assert '"Name"' in message


def test_integers():
    assert [call(N=text).integer("N") for text in ("7", "-1", " 12 ", "1234567890123456")] == [
        7,
        -1,
        12,
        1234567890123456,
    ]
    assert (call().integer("N"), call(N="").integer("N", 5)) == (None, 5)
    for text in ("x", "1.5", "1e3", "0x1", "\N{FULLWIDTH DIGIT ONE}"):
        assert refused(lambda text=text: call(N=text).integer("N"))[:2] == (400, "InvalidParameter")


def test_booleans_in_any_capitals():
    assert [call(B=text).boolean("B") for text in ("True", "true", "TRUE", "False", "false", "")] == [True] * 3 + [
        False,
        False,
        None,
    ]
    assert refused(lambda: call(B="maybe").boolean("B"))[:2] == (400, "InvalidParameter")


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({}, []),
        ({"Types": ""}, []),
        ({"Types": "mysql"}, ["mysql"]),
        ({"Types": "mysql,postgresql"}, ["mysql", "postgresql"]),
        ({"Types": '["mysql","postgresql"]'}, ["mysql", "postgresql"]),
        ({"Types": "[1, 2]"}, ["1", "2"]),
        ({"Types.1": "a", "Types.2": "b", "Types.10": "d", "Types.9": "c"}, ["a", "b", "c", "d"]),
        ({"Types.1": "a", "Types.3": "c", "TypesX.1": "no", "Types.1.Key": "no"}, ["a", "c"]),
    ],
)
def test_lists(params, wanted):
    assert call(**params).strings("Types") == wanted


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({}, []),
        ({"Tag.1.Key": "a", "Tag.1.Value": "", "Tag.2.Key": "b"}, [{"Key": "a", "Value": ""}, {"Key": "b"}]),
        ({"Tag.10.Key": "b", "Tag.9.Key": "a"}, [{"Key": "a"}, {"Key": "b"}]),
        (
            {"Tag.1.Key": "k", "Tag.1.Value.1": "v", "Tag.1.Value.2": "w"},
            [{"Key": "k", "Value.1": "v", "Value.2": "w"}],
        ),
        ({"Tag": '[{"Key": "a", "N": 1, "B": true}]'}, [{"Key": "a", "N": "1", "B": "true"}]),
    ],
)
def test_objects(params, wanted):
    assert call(**params).objects("F" if "F.1.Key" in params else "Tag") == wanted


@pytest.mark.parametrize("text", ["[", '["a"', "[1,]"])
def test_bad_json_is_an_invalid_parameter(text):
    assert refused(lambda: call(Types=text).strings("Types"))[:2] == (400, "InvalidParameter")
    assert refused(lambda: call(Tag=text).objects("Tag"))[:2] == (400, "InvalidParameter")


def test_resource_arn_from_parameters():
    text = "acs:vpc:{region}:{account}:vpc/{VpcId}"
    made = Operation("vpc", VPC, "X", False, Mock(), None, text)
    assert made.resource_arns(call(VpcId="vpc-1")) == [f"acs:vpc:cn-hangzhou:{'1' * 16}:vpc/vpc-1"]
    assert made.resource_arns(call()) == [f"acs:vpc:cn-hangzhou:{'1' * 16}:vpc/*"]


def test_every_operation_is_registered_under_a_version_of_its_product(cloud):
    from simulator.wire.endpoints import VERSIONS

    assert {(item.product, VERSIONS.get(item.version)) for item in operations()} <= {
        (product, product) for product in ("dataworks", "vpc", "rds", "sts")
    }


def test_region_comes_from_the_parameter_then_from_the_host(cloud, probes):
    def region(params, **config):
        return cloud.call("vpc", "DescribeTestProbe", VPC, params, **config)["body"]["Region"]

    assert region({}) == ""
    assert region({"RegionId": "cn-beijing"}) == "cn-beijing"
    assert region({}, endpoint="vpc.cn-shanghai.aliyuncs.com") == "cn-shanghai"
    assert region({"RegionId": "cn-beijing"}, endpoint="vpc.cn-shanghai.aliyuncs.com") == "cn-beijing"


def test_direct_form_takes_the_product_from_the_version(cloud, probes):
    body = cloud.call(
        "vpc", "DescribeTestProbe", VPC, {"RegionId": "cn-beijing"}, endpoint=f"127.0.0.1:{cloud.port}", http_proxy=None
    )["body"]
    assert body["Region"] == "cn-beijing"
    assert cloud.ledger()[-1]["product"] == "vpc"


def refusal(cloud, *request, **config) -> tuple[int, str]:
    with pytest.raises(Exception) as caught:
        cloud.call(*request, **config)
    return caught.value.status_code, caught.value.code


def test_unknown_operations_versions_and_regions(cloud, probes):
    assert refusal(cloud, "vpc", "DescribeNothing", VPC, {}) == (404, "InvalidAction.NotFound")
    assert refusal(cloud, "vpc", "DescribeTestProbe", "2000-01-01", {}) == (404, "InvalidVersion")
    assert refusal(cloud, "vpc", "DescribeTestProbe", "2014-08-15", {}) == (404, "InvalidVersion")
    assert refusal(cloud, "cbn", "DescribeCens", "2017-09-12", {}) == (404, "InvalidAction.NotFound")
    assert refusal(cloud, "vpc", "DescribeTestProbe", VPC, {"RegionId": "cn-hangzhuo"}) == (
        404,
        "InvalidRegionId.NotFound",
    )


def test_operation_is_looked_up_before_the_signature(cloud):
    assert refusal(cloud, "vpc", "DescribeNothing", VPC, {}, key=("testak", "wrong")) == (404, "InvalidAction.NotFound")


@pytest.mark.parametrize("host", ["oss.aliyuncs.com", "vpc.cn-nowhere.aliyuncs.com"])
def test_host_that_does_not_exist_is_a_bad_gateway(cloud, host):
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
    connection.request("POST", f"http://{host}/")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (502, "text/html")
    connection.close()


def test_https_through_the_proxy_is_refused_with_an_explanation(cloud):
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
    connection.set_tunnel("vpc.aliyuncs.com", 443)
    with pytest.raises(OSError, match="501"):
        connection.connect()
    connection.close()


def test_connection_is_kept_alive(cloud):
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
    connection.request("POST", "/?Format=JSON")
    connection.getresponse().read()
    used = connection.sock
    connection.request("POST", "/?Format=JSON")
    answer = connection.getresponse()
    content = json.loads(answer.read())
    assert connection.sock is used
    assert content["Code"] == "MissingParameter"
    assert answer.headers["x-acs-request-id"] == content["RequestId"]
    assert "Content-Encoding" not in answer.headers
    connection.close()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_other_methods_are_refused(cloud, method):
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
    connection.request(method, "/", headers={"x-acs-action": "DescribeVpcs", "x-acs-version": VPC})
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["Code"]) == (405, "UnsupportedHTTPMethod")
    connection.close()


def test_mistake_of_the_simulator_is_told_apart_from_an_answer_of_the_cloud(cloud, probes, capfd):
    assert refusal(cloud, "vpc", "DescribeTestBug", VPC, {}) == (500, "Simulator.Bug")
    assert "a mistake" in capfd.readouterr().err


def test_xml_rendering_of_nested_answers():
    body = {"Vpcs": {"Vpc": [{"VpcId": "a<b", "IsDefault": True}, {"VpcId": "c", "Tag": None}]}, "TotalCount": 2}
    reply = success(body, "DescribeVpcs", "R", xml=True)
    assert reply.body.decode() == (
        "<?xml version='1.0' encoding='UTF-8'?><DescribeVpcsResponse><RequestId>R</RequestId><Vpcs>"
        "<Vpc><VpcId>a&lt;b</VpcId><IsDefault>true</IsDefault></Vpc><Vpc><VpcId>c</VpcId><Tag></Tag></Vpc></Vpcs>"
        "<TotalCount>2</TotalCount></DescribeVpcsResponse>"
    )
