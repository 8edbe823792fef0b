# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gateway: every request passes the same checks in the same order before an operation sees it."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.access.directory import Credential, access_denied, permission_error
from simulator.access.policy import Request
from simulator.operation import REGISTRY, ApiError, Body, Call, Operation, missing_parameter
from simulator.wire import faults
from simulator.wire.answers import Reply, bare, failure, success
from simulator.wire.endpoints import VERSIONS, endpoint_of, is_cloud_host
from simulator.wire.ledger import Entry
from simulator.wire.redaction import redact_params

if TYPE_CHECKING:
    from simulator.wire.request import WireRequest
    from simulator.wire.simulation import Simulation
    from simulator.world.fault_rules import FaultRule

_SHOWN_PRODUCT = {"dataworks": "dataworks-public", "vpc": "Vpc", "rds": "Rds", "sts": "Sts", "cbn": "Cbn"}


@dataclass
class Exchange:
    """One request on its way through the gateway."""

    request: WireRequest
    entry: Entry
    operation: Operation | None
    rules: list[FaultRule]

    @property
    def acting(self) -> list[str]:
        """Return the effects of the rules that act on this request."""
        return [rule.effect for rule in self.rules]


class Gateway:
    """Answers requests from the state of a simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation

    def handle(self, request: WireRequest) -> Reply:
        """Answer one request and write it into the ledger."""
        self.simulation.clock.tick()
        exchange = self._identify(request)
        entry = exchange.entry
        subject = faults.Subject(
            entry.product,
            entry.action,
            entry.region,
            entry.account,
            entry.writes,
            request.params,
            request.host,
            entry.request_id,
            request.wants_xml,
        )
        exchange.rules = self.simulation.faults.fire(subject)
        entry.fault = ",".join(exchange.acting)
        early = faults.reply_before_effect(exchange.rules, subject)
        reply = early[1] if early else self._answer(exchange)
        entry.status = reply.status
        entry.code = reply.code or ("" if early is None else early[0])
        entry.params = redact_params(request.params, self.simulation.directory.secrets())
        self.simulation.ledger.add(entry)
        return reply

    def _identify(self, request: WireRequest) -> Exchange:
        endpoint = endpoint_of(request.host)
        product = endpoint.product or VERSIONS.get(request.version, "")
        operation = REGISTRY.get((product, request.version, request.action))
        simulation = self.simulation
        claimed = simulation.directory.credential(request.claimed_key)
        entry = Entry(
            n=simulation.ledger.next_number(),
            time=simulation.clock.iso(),
            product=product,
            version=request.version,
            action=request.action,
            region=request.params.get("RegionId") or endpoint.region,
            account=claimed.identity.account if claimed else "",
            caller=claimed.identity.arn if claimed else "",
            writes=operation.writes if operation else False,
            endpoint=request.host,
            request_id=simulation.request_id(),
        )
        return Exchange(request, entry, operation, [])

    def _answer(self, exchange: Exchange) -> Reply:
        request, entry = exchange.request, exchange.entry
        if not self._is_known_host(request.host):
            return _unknown_host(request.host, entry)
        try:
            body = self._perform(exchange)
        except ApiError as error:
            shown = _SHOWN_PRODUCT.get(entry.product, entry.product)
            reply = failure(error, shown, request.host, entry.request_id, request.wants_xml)
        else:
            reply = success(body, entry.action, entry.request_id, request.wants_xml)
        return faults.reply_after_effect(exchange.rules, reply)

    def _is_known_host(self, host: str) -> bool:
        endpoint = endpoint_of(host)
        if not is_cloud_host(host):
            return True
        return bool(endpoint.product) and (not endpoint.region or endpoint.region in self.simulation.regions)

    def _perform(self, exchange: Exchange) -> Body:
        operation = self._known_operation(exchange)
        credential = self._authenticated(exchange)
        self._check_gates(exchange, credential)
        call = self._call(exchange, credential)
        self._authorise(operation, call, exchange.request)
        return self._run(operation, call, faults.extra_polls(exchange.rules))

    def _known_operation(self, exchange: Exchange) -> Operation:
        request, product = exchange.request, exchange.entry.product
        if request.method not in {"GET", "POST"}:
            raise ApiError(405, "UnsupportedHTTPMethod", "This http method is not supported.")
        for name, value in (("Action", request.action), ("Version", request.version)):
            if not value:
                raise missing_parameter(name)
        if VERSIONS.get(request.version) != product:
            raise ApiError(404, "InvalidVersion", "Specified parameter Version is not valid.")
        if exchange.operation is None or request.path != "/":
            raise _unknown_action()
        return exchange.operation

    def _authenticated(self, exchange: Exchange) -> Credential:
        settings = self.simulation.world.settings
        credential = self.simulation.authenticator.authenticate(
            exchange.request, settings.strict_signatures, settings.gateway_clock_offset
        )
        if "expire_sts" in exchange.acting and credential.token:
            credential.expires = self.simulation.clock.timestamp()
            raise ApiError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
        return credential

    def _check_gates(self, exchange: Exchange, credential: Credential) -> None:
        entry, simulation = exchange.entry, self.simulation
        settings = simulation.world.settings
        simulation.limits.check(settings, entry.product, entry.action, credential.identity.account, entry.region)
        if entry.writes and settings.read_only:
            entry.read_only_violation = True
            raise ApiError(403, "Simulator.ReadOnly", f"The simulator is read-only: {entry.action} would write.")
        if entry.region and entry.region not in simulation.regions:
            raise ApiError(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.")

    def _call(self, exchange: Exchange, credential: Credential) -> Call:
        entry, simulation = exchange.entry, self.simulation
        cloud = simulation.cloud
        if "stale" in exchange.acting and not entry.writes and simulation.before_last_write is not None:
            cloud = simulation.before_last_write
        return Call(
            product=entry.product,
            version=entry.version,
            action=entry.action,
            region=entry.region,
            account=credential.identity.account,
            caller_arn=credential.identity.arn,
            params=exchange.request.params,
            cloud=cloud,
            clock=simulation.clock,
            request_id=entry.request_id,
            identity=credential.identity,
            directory=simulation.directory,
        )

    def _authorise(self, operation: Operation, call: Call, request: WireRequest) -> None:
        if operation.ram is None:
            return
        context = {
            "acs:SourceIp": request.source_ip,
            "acs:SecureTransport": "false",
            "sts:ExternalId": call.text("ExternalId"),
        }
        for arn in operation.resource_arns(call):
            resource = f"acs:{call.product}:{call.region or '*'}:{call.account}:*" if arn == "*" else arn
            decision = call.identity.decide(Request(operation.ram, resource, context))
            if not decision.allowed:
                wanted = self.simulation.world.settings.permission_errors.get(call.product)
                raise access_denied(call.identity, operation.ram, decision, permission_error(call.product, wanted))

    def _run(self, operation: Operation, call: Call, slower: int | None) -> Body:
        simulation = self.simulation
        token = call.text("ClientToken") if operation.writes else ""
        key = (call.account, call.region, call.product, call.action, token)
        if token and (before := simulation.tokens.recall(key, call.params)) is not None:
            return before
        if operation.writes and simulation.faults.watch("stale"):
            simulation.keep_for_stale_reads()
        body = _run_handler(operation, call, slower)
        if token:
            simulation.tokens.remember(key, call.params, body)
        return body


def _run_handler(operation: Operation, call: Call, slower: int | None) -> Body:
    call.cloud.slow(slower)
    try:
        return operation.handler(call)
    except ApiError:
        raise
    except Exception:  # noqa: BLE001 - the edge: a mistake of ours must look like one, not like the cloud's answer
        traceback.print_exc(file=sys.stderr)
        message = f"The simulator failed in {operation.product} {operation.action}; see its standard error."
        raise ApiError(500, "Simulator.Bug", message) from None
    finally:
        call.cloud.slow(None)


def _unknown_action() -> ApiError:
    return ApiError(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")


def _unknown_host(host: str, entry: Entry) -> Reply:
    """Answer as a proxy does for a host name that nobody resolves."""
    page = f"<html><body><h1>502 Bad Gateway</h1>cannot resolve {host}</body></html>".encode()
    return replace(bare(502, page, "text/html", entry.request_id), code="Simulator.UnknownHost")
