# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The directory of everybody who can sign a request: root users, RAM users, and sessions of assumed roles."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

from simulator.access.documents import Document, named_policy
from simulator.access.policy import ALLOWED, Decision, Request, evaluate
from simulator.operation import ApiError

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

    from simulator.world.identity import AccessKey, NamedPolicy, Role, Trust
    from simulator.world.model import Account, World

Kind = Literal["Account", "RAMUser", "Role"]
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"


@dataclass
class Principal:
    """Somebody who holds permissions: the account itself, a RAM user or a RAM role."""

    kind: Kind
    account: str
    name: str
    id: str
    policies: list[Document]
    trust: Sequence[Trust] = ()
    max_session_seconds: int = 3600

    @property
    def arn(self) -> str:
        """Return the ARN as RAM writes it."""
        suffix = {"Account": "root", "RAMUser": f"user/{self.name}", "Role": f"role/{self.name}"}[self.kind]
        return f"acs:ram::{self.account}:{suffix}"


@dataclass(frozen=True)
class Identity:
    """Who signed a request: a principal, for roles within a session that may narrow the permissions."""

    principal: Principal
    session_name: str = ""
    session_policy: Document | None = None

    @property
    def account(self) -> str:
        """Return the id of the main account."""
        return self.principal.account

    @property
    def type(self) -> str:
        """Return the identity type as GetCallerIdentity names it."""
        return "AssumedRoleUser" if self.principal.kind == "Role" else self.principal.kind

    @property
    def arn(self) -> str:
        """Return the ARN of the caller."""
        if self.principal.kind == "Role":
            return f"acs:ram::{self.account}:assumed-role/{self.principal.name}/{self.session_name}"
        return self.principal.arn

    @property
    def principal_id(self) -> str:
        """Return the id of the caller, for sessions with the session's name."""
        return f"{self.principal.id}:{self.session_name}" if self.session_name else self.principal.id

    def decide(self, request: Request) -> Decision:
        """Decide whether RAM lets this caller do what is asked."""
        if self.principal.kind == "Account":
            return ALLOWED
        decision = evaluate(self.principal.policies, request, "AccountLevelIdentityBasedPolicy")
        if not decision.allowed or self.session_policy is None:
            return decision
        return evaluate([self.session_policy], request, "SessionPolicy")


@dataclass
class Credential:
    """An access key and whom it belongs to; session keys carry a token and expire on the virtual clock."""

    key_id: str
    secret: str = field(repr=False)
    identity: Identity
    active: bool = True
    token: str = field(default="", repr=False)
    expires: float | None = None


class Directory:
    """All principals, keys and sessions of a world."""

    def __init__(self, world: World, chance: random.Random) -> None:
        """Take users, roles and keys from the world; `chance` makes session keys and tokens."""
        self._chance = chance
        self._credentials: dict[str, Credential] = {}
        self._tokens: dict[str, Credential] = {}
        self._principals: dict[str, Principal] = {}
        for account in world.accounts:
            self._add_account(account)

    def _add_account(self, account: Account) -> None:
        root = Principal("Account", account.id, "root", account.id, [])
        self._add(root, account.root_keys)
        for user in account.users:
            user_id = _number("user", account.id, user.name, "2")
            self._add(Principal("RAMUser", account.id, user.name, user_id, _documents(user.policies)), user.access_keys)
        for role in account.roles:
            self._add(_role(account.id, role), [])

    def _add(self, principal: Principal, keys: Sequence[AccessKey]) -> None:
        self._principals[principal.arn] = principal
        for key in keys:
            self._credentials[key.id] = Credential(key.id, key.secret, Identity(principal), key.status == "Active")

    def credential(self, key_id: str) -> Credential | None:
        """Return the credential with this access key id."""
        return self._credentials.get(key_id)

    def by_token(self, token: str) -> Credential | None:
        """Return the session that a security token belongs to."""
        return self._tokens.get(token)

    def role(self, arn: str) -> Principal | None:
        """Return the role with this ARN."""
        found = self._principals.get(arn)
        return found if found is not None and found.kind == "Role" else None

    def open_session(self, role: Principal, name: str, policy: Document | None, expires: float) -> Credential:
        """Create the temporary credential of an assumed role."""
        key_id = "STS." + self._text(25)
        token = "CAIS" + base64.b64encode(self._chance.randbytes(288)).decode()
        credential = Credential(key_id, self._text(44), Identity(role, name, policy), True, token, expires)
        self._credentials[key_id] = credential
        self._tokens[token] = credential
        return credential

    def secrets(self) -> list[str]:
        """Return every secret and token, for masking."""
        return [text for item in self._credentials.values() for text in (item.secret, item.token) if text]

    def dump(self) -> dict[str, Any]:
        """Return principals and keys without any secret."""
        return {
            "principals": [
                {"arn": item.arn, "id": item.id, "policies": [document.model_dump() for document in item.policies]}
                for _, item in sorted(self._principals.items())
            ],
            "access_keys": [
                {"id": item.key_id, "arn": item.identity.arn, "active": item.active, "expires": item.expires}
                for _, item in sorted(self._credentials.items())
            ],
        }

    def patch(self, change: Mapping[str, Any]) -> None:
        """Change a key (`active`, `expires`) or the `policies` of a principal while the cloud runs."""
        kind, identifier, values = change.get("kind"), str(change.get("id", "")), dict(change.get("set") or {})
        if kind == "access_key":
            self._patch_key(identifier, values)
        else:
            self._patch_principal(identifier, values)

    def _patch_key(self, key_id: str, values: dict[str, Any]) -> None:
        credential = self._credentials.get(key_id)
        if credential is None:
            raise ValueError(f"no access key {key_id}")
        for name, value in values.items():
            if name not in {"active", "expires"}:
                raise ValueError(f"access_key has no '{name}' (known: active, expires)")
            setattr(credential, name, value)

    def _patch_principal(self, arn: str, values: dict[str, Any]) -> None:
        principal = self._principals.get(arn)
        if principal is None:
            raise ValueError(f"no principal {arn} (an ARN is wanted)")
        if set(values) != {"policies"}:
            raise ValueError("of a principal only 'policies' can be set")
        principal.policies = [
            named_policy(item) if isinstance(item, str) else Document.model_validate(item)
            for item in values["policies"]
        ]

    def _text(self, length: int) -> str:
        return "".join(self._chance.choice(_ALPHABET) for _ in range(length))


def _role(account: str, role: Role) -> Principal:
    return Principal(
        "Role",
        account,
        role.name,
        _number("role", account, role.name, "3"),
        _documents(role.policies),
        role.trust,
        role.max_session_seconds,
    )


def _documents(policies: Sequence[Document | NamedPolicy]) -> list[Document]:
    return [item if isinstance(item, Document) else named_policy(item.named) for item in policies]


def _number(kind: str, account: str, name: str, first: str) -> str:
    """Make the 18-digit id that a user or role keeps from run to run."""
    digits = int(sha256(f"{kind}:{account}:{name}".encode()).hexdigest(), 16) % 10**17
    return f"{first}{digits:017d}"


PERMISSION_ERRORS: Mapping[str, tuple[int, str, str]] = {
    "Forbidden.RAM": (
        403,
        "Forbidden.RAM",
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    ),
    "NoPermission": (403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM."),
    "Forbidden.Access": (403, "Forbidden.Access", "Access is forbidden. You don't have permission to do this action."),
    "Unauthorized": (400, "Unauthorized", "The Account is Unauthorized."),
}
_ERROR_OF_PRODUCT = {"sts": "NoPermission", "dataworks": "Forbidden.Access", "cbn": "Unauthorized"}


def permission_error(product: str, code: str | None = None) -> tuple[int, str, str]:
    """Return status, code and message with which a product refuses for lack of permission."""
    code = code or _ERROR_OF_PRODUCT.get(product, "Forbidden.RAM")
    return PERMISSION_ERRORS.get(code, (403, code, PERMISSION_ERRORS["NoPermission"][2]))


def access_denied(identity: Identity, action: str, decision: Decision, error: tuple[int, str, str]) -> ApiError:
    """Build the refusal for lack of permission with its AccessDeniedDetail."""
    status, code, message = error
    principal_type = {"Account": "RootUser", "RAMUser": "SubUser", "AssumedRoleUser": "AssumedRoleUser"}[identity.type]
    detail = {
        "AuthAction": action,
        "AuthPrincipalType": principal_type,
        "AuthPrincipalDisplayName": identity.principal_id
        if identity.principal.kind != "Role"
        else f"{identity.principal.name}:{identity.session_name}",
        "AuthPrincipalOwnerId": identity.account,
        "NoPermissionType": decision.no_permission_type,
        "PolicyType": decision.policy_type,
        "EncodedDiagnosticMessage": base64.b64encode(
            sha256(f"{identity.arn}|{action}|{decision.no_permission_type}".encode()).digest()
        ).decode(),
    }
    return ApiError(status, code, message, AccessDeniedDetail=detail)
