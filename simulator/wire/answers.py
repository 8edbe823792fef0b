# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers: bodies of success and error, as JSON or as the XML that v1 callers get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from simulator.operation import ApiError, Body

JSON_TYPE = "application/json;charset=utf-8"
XML_TYPE = "text/xml;charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire, and how badly: held back, cut off or without any answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    hold_ms: int = 0
    drop: bool = False
    truncate: bool = False
    code: str = ""  # error code, for the ledger


def success(body: Body, action: str, request_id: str, xml: bool) -> Reply:
    """Answer an operation that went well."""
    return _reply(200, {"RequestId": request_id, **body}, f"{action}Response", request_id, xml)


def failure(error: ApiError, product: str, host: str, request_id: str, xml: bool) -> Reply:
    """Answer with an error code."""
    body = {
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": error.message,
        "Recommend": f"https://api.aliyun.com/troubleshoot?q={quote(error.code)}&product={product}&requestId={request_id}",
        **error.extra,
    }
    return replace(_reply(error.status, body, "Error", request_id, xml), code=error.code)


def bare(status: int, body: bytes, content_type: str, request_id: str, **headers: str) -> Reply:
    """Answer with bytes as they are, such as the HTML page of a gateway that is down."""
    return Reply(status, body, {"Content-Type": content_type, "x-acs-request-id": request_id, **headers})


def _reply(status: int, body: Mapping[str, Any], root: str, request_id: str, xml: bool) -> Reply:
    if xml:
        content, content_type = _document(root, body), XML_TYPE
    else:
        content, content_type = json.dumps(body, ensure_ascii=False, separators=(",", ":")), JSON_TYPE
    return Reply(status, content.encode(), {"Content-Type": content_type, "x-acs-request-id": request_id})


def _document(root: str, body: Mapping[str, Any]) -> str:
    return f"<?xml version='1.0' encoding='UTF-8'?><{root}>{_elements(body)}</{root}>"


def _elements(body: Mapping[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in body.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, Mapping):
        return f"<{name}>{_elements(value)}</{name}>"
    text = {True: "true", False: "false", None: ""}.get(value, value) if isinstance(value, bool | None) else value
    return f"<{name}>{escape(str(text))}</{name}>"
