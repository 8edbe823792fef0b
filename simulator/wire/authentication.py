# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Authentication: from a signed request to the credential that signed it, or to the documented refusal."""

from __future__ import annotations

import hashlib
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.clock import UTC
from simulator.operation import ApiError, missing_parameter
from simulator.wire import signatures

if TYPE_CHECKING:
    from simulator.access.directory import Credential, Directory
    from simulator.clock import Clock
    from simulator.wire.request import WireRequest

MAX_SKEW = 15 * 60
_V3_DATE = "%Y-%m-%dT%H:%M:%SZ"


class Nonces:
    """Remembers nonces for as long as their date would be accepted."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._order: deque[tuple[float, tuple[str, str]]] = deque()

    def use(self, key_id: str, nonce: str, now: float) -> bool:
        """Take note of a nonce; False when it was used before."""
        while self._order and self._order[0][0] < now - 2 * MAX_SKEW:
            self._seen.discard(self._order.popleft()[1])
        if (key_id, nonce) in self._seen:
            return False
        self._seen.add((key_id, nonce))
        self._order.append((now, (key_id, nonce)))
        return True


class Authenticator:
    """Verifies signatures, dates, nonces and security tokens."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        """Know the keys of `directory`; sessions expire on `clock`, dates are compared with real time."""
        self._directory = directory
        self._clock = clock
        self._nonces = Nonces()

    def authenticate(self, request: WireRequest, strict: bool, clock_offset: float) -> Credential:
        """Return the credential that signed the request; not `strict` means that its claim is believed."""
        if "x-acs-bearer-token" in request.headers or request.everything.get("SignatureType") == "BEARERTOKEN":
            raise _unsupported("Type", "type BEARERTOKEN")
        authorization = request.headers.get("authorization", "")
        if authorization:
            return self._v3(request, authorization, strict, clock_offset)
        if request.everything.get("AccessKeyId", ""):
            return self._v1(request, strict, clock_offset)
        raise ApiError(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.")

    def _v3(self, request: WireRequest, text: str, strict: bool, clock_offset: float) -> Credential:
        parsed = signatures.parse_authorization(text)
        if parsed is None:
            raise _incomplete("The Authorization header is malformed.")
        if parsed.algorithm != signatures.V3_ALGORITHM:
            raise _unsupported("Method", f"method {parsed.algorithm}")
        if strict:
            _check_signed_headers(request, parsed)
            self._check_date(request.headers["x-acs-date"], clock_offset)
        credential = self._credential(parsed.key_id)
        if strict:
            _check_v3(request, parsed, credential.secret)
        self._check_token(credential, request.headers.get("x-acs-security-token", ""))
        if strict:
            self._check_nonce(parsed.key_id, request.headers["x-acs-signature-nonce"])
        return credential

    def _v1(self, request: WireRequest, strict: bool, clock_offset: float) -> Credential:
        sent = request.everything
        if strict:
            _check_v1_common(sent)
            self._check_date(sent["Timestamp"], clock_offset)
        credential = self._credential(sent["AccessKeyId"])
        if strict:
            _check_v1(request, credential)
        self._check_token(credential, sent.get("SecurityToken", ""))
        if strict:
            self._check_nonce(credential.key_id, sent["SignatureNonce"])
        return credential

    def _credential(self, key_id: str) -> Credential:
        credential = self._directory.credential(key_id)
        if credential is None:
            raise ApiError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        if not credential.active:
            raise ApiError(403, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
        return credential

    def _check_date(self, text: str, clock_offset: float) -> None:
        try:
            sent = datetime.strptime(text, _V3_DATE).replace(tzinfo=UTC).timestamp()
        except ValueError:
            raise ApiError(
                400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."
            ) from None
        if abs(self._clock.wall() + clock_offset - sent) > MAX_SKEW:
            raise ApiError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")

    def _check_nonce(self, key_id: str, nonce: str) -> None:
        if not self._nonces.use(key_id, nonce, self._clock.wall()):
            raise ApiError(400, "SignatureNonceUsed", "Specified signature nonce was used already.")

    def _check_token(self, credential: Credential, token: str) -> None:
        if not credential.token:
            if token:
                raise _token_error("MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.")
            return
        if not token:
            raise ApiError(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
        owner = self._directory.by_token(token)
        if owner is None:
            raise _token_error("Malformed", "Specified SecurityToken is malformed.")
        if owner is not credential:
            raise _token_error("MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey.")
        if credential.expires is not None and self._clock.timestamp() >= credential.expires:
            raise _token_error("Expired", "Specified SecurityToken is expired.")


def _check_signed_headers(request: WireRequest, parsed: signatures.Authorization) -> None:
    wanted = [*signatures.V3_REQUIRED, *(name for name in signatures.V3_REQUIRED_IF_PRESENT if name in request.headers)]
    for name in wanted:
        if name not in request.headers:
            raise missing_parameter(name)
        if name not in parsed.signed_headers:
            raise _incomplete(f"The header {name} must be signed.")


def _check_v3(request: WireRequest, parsed: signatures.Authorization, secret: str) -> None:
    if request.headers["x-acs-content-sha256"] != hashlib.sha256(request.body).hexdigest():
        raise ApiError(400, "SignatureDoesNotMatch", "The header x-acs-content-sha256 does not match the request body.")
    wanted = signatures.v3_string_of(request, parsed)
    if not signatures.same(signatures.v3_signature(secret, wanted), parsed.signature):
        raise ApiError(
            400,
            "SignatureDoesNotMatch",
            f"Specified signature does not match our calculation. server StringToSign is [{wanted}]",
        )


def _check_v1_common(sent: dict[str, str]) -> None:
    for name in ("Timestamp", "SignatureNonce", "SignatureMethod", "SignatureVersion", "Signature"):
        if not sent.get(name):
            raise missing_parameter(name)
    if sent["SignatureMethod"] != "HMAC-SHA1":
        raise _unsupported("Method", f"method {sent['SignatureMethod']}")
    if sent["SignatureVersion"] != "1.0":
        raise _unsupported("Version", f"version {sent['SignatureVersion']}")


def _check_v1(request: WireRequest, credential: Credential) -> None:
    pairs = request.query + request.form
    wanted = signatures.v1_string_to_sign(request.method, pairs)
    if signatures.same(signatures.v1_signature(credential.secret, wanted), request.everything["Signature"]):
        return
    shown = [(name, "***" if name == "SecurityToken" else value) for name, value in pairs]
    raise ApiError(
        400,
        "SignatureDoesNotMatch",
        "Specified signature is not matched with our calculation. server string to sign is:"
        + signatures.v1_string_to_sign(request.method, shown),
    )


def _incomplete(message: str) -> ApiError:
    return ApiError(400, "IncompleteSignature", f"The request signature does not conform to the standards. {message}")


def _unsupported(what: str, value: str) -> ApiError:
    return ApiError(400, f"UnsupportedSignature{what}", f"The signature {value} is not supported by this API.")


def _token_error(kind: str, message: str) -> ApiError:
    return ApiError(400, f"InvalidSecurityToken.{kind}", message)
