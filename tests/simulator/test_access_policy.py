# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RAM policies: what they allow, and how a refusal explains itself."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.access.documents import Document, named_policy
from simulator.access.policy import Request, evaluate

ARN = "acs:rds:cn-hangzhou:1234567890123456:dbinstance/rm-1"


def decide(*statements, action="rds:ModifySecurityIps", resource=ARN, **context):
    document = Document.model_validate({"Version": "1", "Statement": list(statements)})
    return evaluate([document], Request(action, resource, context), "any")


def allow(action="*", resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action="*", resource="*", **more):
    return {**allow(action, resource, **more), "Effect": "Deny"}


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        (allow(), True),
        (allow("rds:*"), True),
        (allow("rds:modify*"), True),
        (allow("rds:ModifySecurityIp?"), True),
        (allow("rds:ModifySecurityIp"), False),
        (allow("vpc:*"), False),
        (allow(["vpc:*", "rds:ModifySecurityIps"]), True),
        (allow("*:Modify*"), True),
        (allow(resource="acs:rds:*:*:dbinstance/*"), True),
        (allow(resource="acs:rds:cn-hangzhou:*:dbinstance/rm-1"), True),
        (allow(resource="acs:rds:cn-beijing:*:dbinstance/*"), False),
        (allow(resource="acs:rds:*:*:DBInstance/*"), False),
        (allow(resource="acs:rds:*:*:dbinstance/rm-?"), True),
        (allow(resource=["acs:vpc:*:*:*", "acs:rds:*:*:*"]), True),
        ({"Effect": "Allow", "NotAction": "vpc:*", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": "rds:*", "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": "*", "NotResource": "acs:rds:*:*:dbinstance/rm-1"}, False),
        ({"Effect": "Allow", "Action": "*", "NotResource": "acs:rds:*:*:dbinstance/rm-2"}, True),
    ],
)
def test_matching(statement, allowed):
    assert decide(statement).allowed is allowed


def test_explicit_deny_wins_whatever_the_order():
    for statements in ((allow(), deny("rds:*")), (deny("rds:*"), allow())):
        decision = decide(*statements)
        assert (decision.allowed, decision.no_permission_type) == (False, "ExplicitDeny")


def test_nothing_said_is_an_implicit_deny():
    assert decide(allow("vpc:*")).no_permission_type == "ImplicitDeny"
    assert evaluate([], Request("a:b", "*", {}), "any").no_permission_type == "ImplicitDeny"


@pytest.mark.parametrize(
    ("condition", "context", "holds"),
    [
        ({"StringEquals": {"k": "v"}}, {"k": "v"}, True),
        ({"StringEquals": {"k": ["u", "v"]}}, {"k": "v"}, True),
        ({"StringEquals": {"k": "v"}}, {"k": "w"}, False),
        ({"StringEquals": {"k": "v"}}, {}, False),
        ({"StringNotEquals": {"k": "v"}}, {}, True),
        ({"StringNotEquals": {"k": "v"}}, {"k": "v"}, False),
        ({"StringEqualsIgnoreCase": {"k": "V"}}, {"k": "v"}, True),
        ({"StringLike": {"k": "a*"}}, {"k": "abc"}, True),
        ({"StringNotLike": {"k": "a*"}}, {"k": "abc"}, False),
        ({"Bool": {"k": "false"}}, {"k": "False"}, True),
        ({"IpAddress": {"k": "127.0.0.0/8"}}, {"k": "127.0.0.1"}, True),
        ({"IpAddress": {"k": "10.0.0.0/8"}}, {"k": "127.0.0.1"}, False),
        ({"NotIpAddress": {"k": "10.0.0.0/8"}}, {"k": "127.0.0.1"}, True),
        ({"StringEquals": {"k": "v"}, "Bool": {"l": "true"}}, {"k": "v", "l": "false"}, False),
    ],
)
def test_conditions(condition, context, holds):
    assert decide(allow(Condition=condition), **context).allowed is holds


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Resource": "*"},
        {"Effect": "Allow", "Action": "*"},
        {"Effect": "allow", "Action": "*", "Resource": "*"},
        {"Effect": "Allow", "Action": "DescribeVpcs", "Resource": "*"},
        {"Effect": "Allow", "Action": [], "Resource": "*"},
        {"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"},
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"DateLessThan": {"k": "v"}}},
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"},
    ],
)
def test_grammar(statement):
    with pytest.raises(ValidationError):
        Document.model_validate({"Version": "1", "Statement": [statement]})


@pytest.mark.parametrize(
    ("name", "action", "allowed"),
    [
        ("admin", "rds:ModifySecurityIps", True),
        ("read_only", "dataworks:ListNetworks", True),
        ("read_only", "dataworks:CreateNetwork", False),
        ("AliyunRDSFullAccess", "rds:ModifySecurityIps", True),
        ("AliyunRDSFullAccess", "vpc:DescribeVpcs", False),
        ("AliyunVPCReadOnlyAccess", "vpc:DescribeVpcs", True),
        ("AliyunVPCReadOnlyAccess", "vpc:CreateVpc", False),
        ("AliyunDataWorksFullAccess", "dataworks:CreateRoute", True),
        ("AliyunSTSAssumeRoleAccess", "sts:AssumeRole", True),
    ],
)
def test_policies_known_by_name(name, action, allowed):
    assert evaluate([named_policy(name)], Request(action, "acs:x", {}), "any").allowed is allowed


@pytest.mark.parametrize(
    ("product", "version", "status", "code"),
    [
        ("vpc", "2016-04-28", 403, "Forbidden.RAM"),
        ("rds", "2014-08-15", 403, "Forbidden.RAM"),
        ("dataworks", "2024-05-18", 403, "Forbidden.Access"),
    ],
)
def test_refusal_of_each_product(cloud, probes, product, version, status, code):
    with pytest.raises(Exception) as caught:
        cloud.call(product, "DescribeTestProbe", version, {}, key=("nobodyak", "nobodysecret"))
    assert (caught.value.status_code, caught.value.code) == (status, code)
    detail = caught.value.access_denied_detail
    assert detail["AuthAction"] == f"{product}:DescribeTestProbe"
    assert (detail["NoPermissionType"], detail["AuthPrincipalType"]) == ("ImplicitDeny", "SubUser")
    assert detail["AuthPrincipalOwnerId"] == "1234567890123456"
    assert set(detail) == {
        "AuthAction",
        "AuthPrincipalType",
        "AuthPrincipalDisplayName",
        "AuthPrincipalOwnerId",
        "NoPermissionType",
        "PolicyType",
        "EncodedDiagnosticMessage",
    }


def test_explicit_deny_is_named(cloud, probes):
    key = ("restrictedak", "restrictedsecret")
    cloud.call("vpc", "DescribeTestProbe", "2016-04-28", {}, key=key)
    with pytest.raises(Exception) as caught:
        cloud.call("vpc", "TestProbeWrite", "2016-04-28", {}, key=key)
    assert caught.value.access_denied_detail["NoPermissionType"] == "ExplicitDeny"


def test_code_of_a_refusal_is_a_setting(cloud, probes):
    cloud.settings(permission_errors={"vpc": "NoPermission"})
    with pytest.raises(Exception) as caught:
        cloud.call("vpc", "DescribeTestProbe", "2016-04-28", {}, key=("nobodyak", "nobodysecret"))
    assert caught.value.code == "NoPermission"


def test_permissions_and_keys_change_while_the_cloud_runs(cloud, probes):
    def read():
        return cloud.call("vpc", "DescribeTestProbe", "2016-04-28", {}, key=("nobodyak", "nobodysecret"))

    arn = "acs:ram::1234567890123456:user/nobody"
    cloud.patch({"kind": "principal", "id": arn, "set": {"policies": ["read_only"]}})
    assert read()["statusCode"] == 200
    cloud.patch({"kind": "access_key", "id": "nobodyak", "set": {"active": False}})
    with pytest.raises(Exception) as caught:
        read()
    assert caught.value.code == "InvalidAccessKeyId.Inactive"
