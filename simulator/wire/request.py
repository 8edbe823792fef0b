# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request as it came over the wire, and the parameters read from it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

Pairs = list[tuple[str, str]]

# Travel with the parameters in signature v1; operations never see them.
COMMON_V1 = frozenset(
    {
        "Action",
        "Version",
        "Format",
        "Timestamp",
        "AccessKeyId",
        "Signature",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "SignatureType",
        "SecurityToken",
    }
)
_SENT_WITH_V3 = frozenset({"SignatureType"})


@dataclass(frozen=True)
class WireRequest:
    """One HTTP request; header names in lower case, values as received."""

    method: str
    target: str  # request target: origin form or, through a proxy, absolute form
    headers: Mapping[str, str]
    body: bytes
    source_ip: str = "127.0.0.1"

    @cached_property
    def _split(self) -> tuple[str, str, str]:
        parts = urlsplit(self.target)
        return parts.netloc, parts.path or "/", parts.query

    @property
    def host(self) -> str:
        """Return the host that is meant: that of an absolute target, else the Host header."""
        return self._split[0] or self.headers.get("host", "")

    @property
    def path(self) -> str:
        """Return the path of the target."""
        return self._split[1]

    @property
    def is_proxied(self) -> bool:
        """Tell whether the target is in absolute form, as clients send it to a proxy."""
        return bool(self._split[0])

    @cached_property
    def query(self) -> Pairs:
        """Return the decoded parameters of the query."""
        return parse_qsl(self._split[2], keep_blank_values=True)

    @cached_property
    def form(self) -> Pairs:
        """Return the decoded parameters of the body, form-encoded or a JSON object."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if not self.body:
            return []
        if kind == "application/json":
            return _from_json(self.body)
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @cached_property
    def everything(self) -> dict[str, str]:
        """Return query and body merged; the body wins."""
        return dict(self.query) | dict(self.form)

    @cached_property
    def is_v3(self) -> bool:
        """Tell whether the request is signed with the ACS3 scheme or at least announces its operation that way."""
        authorization = self.headers.get("authorization", "")
        return authorization.startswith("ACS3-") or ("x-acs-action" in self.headers and "Action" not in self.everything)

    @cached_property
    def params(self) -> dict[str, str]:
        """Return the parameters meant for the operation."""
        common = _SENT_WITH_V3 if self.is_v3 else COMMON_V1
        return {name: value for name, value in self.everything.items() if name not in common}

    @property
    def action(self) -> str:
        """Return the name of the operation."""
        return self.headers.get("x-acs-action") or self.everything.get("Action", "")

    @property
    def version(self) -> str:
        """Return the API version."""
        return self.headers.get("x-acs-version") or self.everything.get("Version", "")

    @property
    def wants_xml(self) -> bool:
        """Tell whether the answer has to be XML: what v1 callers get unless they ask for JSON."""
        default = "JSON" if self.headers.get("accept") == "application/json" else "XML"
        return not self.is_v3 and self.everything.get("Format", default).upper() != "JSON"

    @property
    def claimed_key(self) -> str:
        """Return the access key id that the request names, not yet verified."""
        authorization = self.headers.get("authorization", "")
        if "Credential=" in authorization:
            return authorization.partition("Credential=")[2].partition(",")[0].strip()
        return self.everything.get("AccessKeyId", "")


def _from_json(body: bytes) -> Pairs:
    try:
        content = json.loads(body)
    except ValueError:
        return []
    if not isinstance(content, dict):
        return []
    return [(str(name), _text(value)) for name, value in content.items() if value is not None]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
