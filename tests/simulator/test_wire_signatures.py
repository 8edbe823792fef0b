# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures v3 and v1: published answers, the official SDKs, and everything that must be refused."""

from __future__ import annotations

import hashlib
import http.client
import json
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException as LegacyServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import RpcRequest

from simulator.wire import signatures

UTC = timezone(timedelta())
EMPTY = hashlib.sha256(b"").hexdigest()
STS = "2015-04-01"


def test_known_answer_of_signature_v3():
    headers = {
        "accept": "application/json",
        "host": "127.0.0.1:8080",
        "user-agent": "test-agent",
        "x-acs-action": "DescribeVpcs",
        "x-acs-content-sha256": EMPTY,
        "x-acs-credentials-provider": "static_ak",
        "x-acs-date": "2026-01-01T00:00:00Z",
        "x-acs-signature-nonce": "0" * 32,
        "x-acs-version": "2016-04-28",
    }
    query = [("RegionId", "cn-hangzhou"), ("VpcName", "a b*~"), ("ZoneMappings.1.ZoneId", "cn-hangzhou-h")]
    assert signatures.canonical_query(query) == (
        "RegionId=cn-hangzhou&VpcName=a%20b%2A~&ZoneMappings.1.ZoneId=cn-hangzhou-h"
    )
    canonical = signatures.v3_canonical_request("POST", "/", query, headers, tuple(headers), EMPTY)
    assert hashlib.sha256(canonical.encode()).hexdigest() == (
        "00ac423a7d2eaa4adb8fb1d9f5d66367d1badfcb0645c15fb8a2c79d57843e75"
    )
    wanted = signatures.v3_string_to_sign(canonical)
    assert signatures.v3_signature("testsecret", wanted) == (
        "8d3d8224604fb660208c38b002a3242617178d2841b2ef3de8ce70b057e6f2b3"
    )


@pytest.mark.parametrize(
    ("session", "signature"),
    [("s1", "k3hzGu9eaN4g9Rj7WLL9bW6ORGI="), ("s 1*~", "4xKBlnWXCp5viFA7+ztZYZfVK1M=")],
)
def test_known_answers_of_signature_v1(session, signature):
    parameters = {
        "Action": "AssumeRole",
        "Format": "JSON",
        "Version": STS,
        "AccessKeyId": "testak",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": "n1",
        "Timestamp": "2026-01-01T00:00:00Z",
        "RoleArn": "acs:ram::1234567890123456:role/x",
        "RoleSessionName": session,
        "Signature": "is not part of what is signed",
    }
    wanted = signatures.v1_string_to_sign("GET", list(parameters.items()))
    assert signatures.v1_signature("testsecret", wanted) == signature


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_product_sdk_is_understood(cloud, algorithm):
    identity = cloud.client("sts", signature_algorithm=algorithm).get_caller_identity().body
    assert (identity.account_id, identity.identity_type) == ("1234567890123456", "RAMUser")
    assert identity.arn == "acs:ram::1234567890123456:user/operator"


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("value", ["", "a b*~", "é中", "a+b&c=d/%", '{"a": [1, 2]}'])
def test_product_sdk_is_understood_with_any_value(cloud, probes, value, form):
    models = pytest.importorskip("alibabacloud_tea_openapi.models")
    utils = pytest.importorskip("alibabacloud_tea_openapi.utils")
    client = cloud.client("vpc")
    shape = models.Params(
        action="TestProbeWrite",
        version="2016-04-28",
        protocol="HTTP",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    content = {"Name": value, "Tag": [{"Key": "k", "Value": value}]}
    request = models.OpenApiRequest(**({"body": utils.Utils.parse_to_map(content)} if form else {}))
    if form:
        request.body = {"Name": value, "Tag.1.Key": "k", "Tag.1.Value": value}
    else:
        request.query = utils.Utils.query(content)
    runtime = pytest.importorskip("alibabacloud_tea_util.models").RuntimeOptions()
    seen = client.call_api(shape, request, runtime)["body"]["Seen"]
    assert seen == {"Name": value, "Tag.1.Key": "k", "Tag.1.Value": value}


def legacy(cloud, secret="testsecret", **parameters: str) -> Any:
    client = AcsClient("testak", secret, "cn-hangzhou", port=cloud.port)
    request = RpcRequest("Vpc", "2016-04-28", "DescribeTestProbe")
    request.set_endpoint("127.0.0.1")
    request.set_method("POST")
    request.set_protocol_type("http")
    for name, value in parameters.items():
        request.add_query_param(name, value)
    return json.loads(client.do_action_with_exception(request))


def test_legacy_sdk_is_understood(cloud, probes):
    answer = legacy(cloud, VpcName="a b*~é")
    assert answer["Seen"] == {"VpcName": "a b*~é", "RegionId": "cn-hangzhou"}


def test_legacy_sdk_recognises_a_wrong_secret_by_the_string_to_sign(cloud, probes):
    with pytest.raises(LegacyServerException) as caught:
        legacy(cloud, secret="wrong")
    assert caught.value.get_error_code() == "InvalidAccessKeySecret"
    assert "testsecret" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (("testak", "wrong"), 400, "SignatureDoesNotMatch"),
        (("unknownak", "testsecret"), 404, "InvalidAccessKeyId.NotFound"),
        (("oldak", "oldsecret"), 403, "InvalidAccessKeyId.Inactive"),
        (("testak", "testsecret", "a token"), 400, "InvalidSecurityToken.MismatchWithAccessKey"),
    ],
)
@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_bad_credentials_are_refused(cloud, key, status, code, algorithm):
    client = cloud.client("sts", key=key, signature_algorithm=algorithm)
    with pytest.raises(Exception) as caught:
        client.get_caller_identity()
    assert (caught.value.status_code, caught.value.code) == (status, code)


class Signed:
    """A request with signature v3 made by hand, so that single parts can be spoilt."""

    def __init__(self, body: bytes = b"", query: dict[str, str] | None = None) -> None:
        self.query = query or {}
        self.body = body
        self.headers = {
            "host": "vpc.aliyuncs.com",
            "x-acs-action": "DescribeTestProbe",
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
            "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": uuid4().hex,
            "x-acs-version": "2016-04-28",
        }
        if body:
            self.headers["content-type"] = "application/x-www-form-urlencoded"
        self.unsigned: set[str] = set()
        self.algorithm = "ACS3-HMAC-SHA256"

    def sign(self, secret: str = "testsecret") -> Signed:
        names = tuple(sorted(set(self.headers) - self.unsigned - {"authorization"}))
        canonical = signatures.v3_canonical_request(
            "POST", "/", list(self.query.items()), self.headers, names, hashlib.sha256(self.body).hexdigest()
        )
        signature = signatures.v3_signature(secret, signatures.v3_string_to_sign(canonical))
        self.headers["authorization"] = (
            f"{self.algorithm} Credential=testak,SignedHeaders={';'.join(names)},Signature={signature}"
        )
        return self

    def send(self, cloud) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
        target = "/?" + urlencode(self.query) if self.query else "/"
        connection.putrequest("POST", target, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.putheader("content-length", str(len(self.body)))
        connection.endheaders(self.body)
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        return answer.status, content

    def refused(self, cloud) -> tuple[int, str]:
        status, content = self.send(cloud)
        assert set(content) >= {"RequestId", "HostId", "Code", "Message", "Recommend"}
        return status, content["Code"]


def test_request_signed_by_hand_is_accepted(cloud, probes):
    status, content = Signed(b"Name=a+b", {"RegionId": "cn-beijing"}).sign().send(cloud)
    assert (status, content["Seen"]) == (200, {"Name": "a b", "RegionId": "cn-beijing"})


def test_minimum_of_signed_headers_is_enough_and_others_may_be_added(cloud, probes):
    request = Signed()
    request.headers["x-sdk-invoke-type"] = "normal"
    request.unsigned = {"x-sdk-invoke-type"}
    assert request.sign().send(cloud)[0] == 200


@pytest.mark.parametrize(
    "name",
    ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"],
)
def test_required_header_must_be_signed(cloud, probes, name):
    request = Signed()
    request.unsigned = {name}
    assert request.sign().refused(cloud) == (400, "IncompleteSignature")


@pytest.mark.parametrize("name", ["x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"])
def test_required_header_must_be_there(cloud, probes, name):
    request = Signed().sign()
    del request.headers[name]
    assert request.refused(cloud) == (400, "MissingParameter")


def test_changed_parameter_body_or_header_breaks_the_signature(cloud, probes):
    query = Signed(query={"VpcId": "vpc-1"}).sign()
    query.query["VpcId"] = "vpc-2"
    body = Signed(b"VpcId=vpc-1").sign()
    body.body = b"VpcId=vpc-2"
    header = Signed().sign()
    header.headers["x-acs-action"] = "TestProbeWrite"
    assert {request.refused(cloud) for request in (query, body, header)} == {(400, "SignatureDoesNotMatch")}


def test_announced_hash_must_be_that_of_the_body(cloud, probes):
    request = Signed(b"VpcId=vpc-1")
    request.headers["x-acs-content-sha256"] = EMPTY
    assert request.sign().refused(cloud) == (400, "SignatureDoesNotMatch")


def test_nonce_may_be_used_once(cloud, probes):
    request = Signed().sign()
    assert request.send(cloud)[0] == 200
    assert request.refused(cloud) == (400, "SignatureNonceUsed")


def test_nonce_of_a_refused_request_may_be_used_again(cloud, probes):
    request = Signed()
    assert request.sign("wrong").refused(cloud) == (400, "SignatureDoesNotMatch")
    assert request.sign().send(cloud)[0] == 200


@pytest.mark.parametrize(("minutes", "refused"), [(-16, True), (-14, False), (14, False), (16, True)])
def test_date_may_be_a_quarter_of_an_hour_off(cloud, probes, minutes, refused):
    request = Signed()
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    request.headers["x-acs-date"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    status, content = request.sign().send(cloud)
    assert (status, content.get("Code")) == ((400, "InvalidTimeStamp.Expired") if refused else (200, None))


def test_date_is_compared_with_real_time_whatever_the_virtual_clock_says(cloud, probes):
    cloud.advance(86_400)
    assert Signed().sign().send(cloud)[0] == 200
    cloud.settings(gateway_clock_offset=3600)
    assert Signed().sign().refused(cloud) == (400, "InvalidTimeStamp.Expired")


def test_date_must_be_well_formed(cloud, probes):
    request = Signed()
    request.headers["x-acs-date"] = "yesterday"
    assert request.sign().refused(cloud) == (400, "InvalidTimeStamp.Format")


@pytest.mark.parametrize("text", ["ACS3-HMAC-SHA256 nonsense", "Bearer abc", "acs testak:signature"])
def test_foreign_authorization_header_is_refused(cloud, probes, text):
    request = Signed().sign()
    request.headers["authorization"] = text
    assert request.refused(cloud) == (400, "IncompleteSignature")


def test_other_algorithms_are_refused(cloud, probes):
    request = Signed()
    request.algorithm = "ACS3-HMAC-SM3"
    assert request.sign().refused(cloud) == (400, "UnsupportedSignatureMethod")


def test_anonymous_and_bearer_calls_are_refused(cloud, probes):
    anonymous = Signed()
    assert anonymous.refused(cloud) == (400, "MissingAccessKeyId")
    bearer = Signed(query={"SignatureType": "BEARERTOKEN"})
    bearer.headers["x-acs-bearer-token"] = "a token"
    assert bearer.refused(cloud) == (400, "UnsupportedSignatureType")


def test_lenient_mode_believes_the_claimed_key(cloud, probes):
    cloud.settings(strict_signatures=False)
    assert Signed().sign("wrong").send(cloud)[0] == 200
    unknown = Signed().sign()
    unknown.headers["authorization"] = unknown.headers["authorization"].replace("testak", "unknownak")
    assert unknown.refused(cloud) == (404, "InvalidAccessKeyId.NotFound")


def v1(cloud, spoil: dict[str, str | None] | None = None, method: str = "GET", secret: str = "testsecret"):
    parameters: dict[str, str | None] = {
        "Action": "GetCallerIdentity",
        "Version": STS,
        "Format": "JSON",
        "AccessKeyId": "testak",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": uuid4().hex,
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        **(spoil or {}),
    }
    sent = {name: value for name, value in parameters.items() if value is not None}
    wanted = signatures.v1_string_to_sign(method, list(sent.items()))
    sent["Signature"] = signatures.v1_signature(secret, wanted)
    query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in sent.items())
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=10)
    if method == "GET":
        connection.request("GET", f"http://sts.aliyuncs.com/?{query}")
    else:
        connection.request("POST", "/", query, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Content-Type"], content


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_v1_by_query_or_form(cloud, method):
    status, kind, content = v1(cloud, method=method)
    assert (status, kind) == (200, "application/json;charset=utf-8")
    assert json.loads(content)["AccountId"] == "1234567890123456"


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        ({"Timestamp": "2026-01-01T00:00:00Z"}, 400, "InvalidTimeStamp.Expired"),
        ({"Timestamp": None}, 400, "MissingParameter"),
        ({"SignatureNonce": None}, 400, "MissingParameter"),
        ({"SignatureMethod": "HMAC-SHA256"}, 400, "UnsupportedSignatureMethod"),
        ({"SignatureVersion": "2.0"}, 400, "UnsupportedSignatureVersion"),
        ({"AccessKeyId": None}, 400, "MissingAccessKeyId"),
        ({"SecurityToken": "unasked"}, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
    ],
)
def test_v1_refusals(cloud, spoil, status, code):
    answer = v1(cloud, spoil)
    assert (answer[0], json.loads(answer[2])["Code"]) == (status, code)


def test_v1_mismatch_does_not_echo_the_token(cloud):
    content = json.loads(v1(cloud, {"SecurityToken": "canary-token"}, secret="wrong")[2])
    assert content["Code"] == "SignatureDoesNotMatch"
    assert "server string to sign is:GET&%2F&" in content["Message"]
    assert "canary" not in content["Message"]


def test_v1_answers_in_xml_unless_json_is_asked_for(cloud):
    for wanted in ("XML", None):
        status, kind, content = v1(cloud, {"Format": wanted})
        assert (status, kind) == (200, "text/xml;charset=utf-8")
        assert content.startswith("<?xml version='1.0' encoding='UTF-8'?><GetCallerIdentityResponse><RequestId>")
        assert "<AccountId>1234567890123456</AccountId>" in content
    status, kind, content = v1(cloud, {"Format": "XML"}, secret="wrong")
    assert (status, kind) == (400, "text/xml;charset=utf-8")
    assert "<Error><RequestId>" in content
    assert "<Code>SignatureDoesNotMatch</Code>" in content
