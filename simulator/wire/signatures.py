# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures: what a client must have signed, and the signature that results from a secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.wire.request import Pairs, WireRequest

V3_ALGORITHM = "ACS3-HMAC-SHA256"
V3_REQUIRED = ("host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256")
V3_REQUIRED_IF_PRESENT = ("x-acs-security-token",)
_AUTHORIZATION = re.compile(
    r"(?P<algorithm>ACS3-[A-Z0-9-]+) Credential=(?P<key>[^,]+), ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>\S+)"
)


@dataclass(frozen=True)
class Authorization:
    """The parts of an ACS3 Authorization header."""

    algorithm: str
    key_id: str
    signed_headers: tuple[str, ...]
    signature: str


def parse_authorization(text: str) -> Authorization | None:
    """Take an ACS3 Authorization header apart; None when it is not one."""
    match = _AUTHORIZATION.fullmatch(text.strip())
    if match is None:
        return None
    headers = tuple(name.strip().lower() for name in match["headers"].split(";"))
    return Authorization(match["algorithm"], match["key"].strip(), headers, match["signature"])


def encode(text: str) -> str:
    """Encode as RFC 3986 wants it: all but letters, digits and -_.~ in UTF-8."""
    return quote(text, safe="-_.~")


def canonical_query(pairs: Pairs) -> str:
    """Return parameters sorted by name, encoded, joined."""
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in sorted(pairs))


def v3_canonical_request(
    method: str, path: str, query: Pairs, headers: Mapping[str, str], signed: tuple[str, ...], payload_hash: str
) -> str:
    """Return the canonical request of signature v3."""
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in sorted(signed))
    return "\n".join([method, path, canonical_query(query), lines, ";".join(sorted(signed)), payload_hash])


def v3_string_to_sign(canonical_request: str) -> str:
    """Return what signature v3 signs."""
    return f"{V3_ALGORITHM}\n{hashlib.sha256(canonical_request.encode()).hexdigest()}"


def v3_signature(secret: str, string_to_sign: str) -> str:
    """Return signature v3."""
    return hmac.new(secret.encode(), string_to_sign.encode(), hashlib.sha256).hexdigest()


def v3_string_of(request: WireRequest, authorization: Authorization) -> str:
    """Return the string to sign of a request, from its headers exactly as received."""
    payload_hash = hashlib.sha256(request.body).hexdigest()
    return v3_string_to_sign(
        v3_canonical_request(
            request.method, request.path, request.query, request.headers, authorization.signed_headers, payload_hash
        )
    )


def v1_string_to_sign(method: str, pairs: Pairs) -> str:
    """Return what signature v1 signs: all parameters but the signature itself."""
    query = canonical_query([pair for pair in pairs if pair[0] != "Signature"])
    return f"{method}&{encode('/')}&{encode(query)}"


def v1_signature(secret: str, string_to_sign: str) -> str:
    """Return signature v1 (HMAC-SHA1)."""
    digest = hmac.new(f"{secret}&".encode(), string_to_sign.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def same(left: str, right: str) -> bool:
    """Compare two signatures."""
    return hmac.compare_digest(left.encode(), right.encode())
