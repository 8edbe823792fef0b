# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The edge between Ansible and the rest: the only place that knows AnsibleModule, and the only one that fails a
task."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..api.client import Cloud
from ..api.errors import CloudError, ConfigurationError, Kind
from ..api.identity import account_of
from ..api.sdk import MissingLibraryError
from ..core.cidr import AddressError
from ..core.connection import InputError
from ..core.whitelist import WhitelistError
from .managing import ManagingError
from .options import ACCESS_OPTIONS, REGION_OPTION, cloud_of, region_of

_ANSWERED = frozenset({Kind.DENIED, Kind.BUSY, Kind.DUPLICATE, Kind.GONE, Kind.OTHER})
"""Errors of a service that knows the keys."""
EXPECTED = (CloudError, ConfigurationError, InputError, WhitelistError, AddressError, ManagingError)
"""Errors whose message is written for the user."""


_SELECTORS = ("resource_group", "rds_instance", "vpc_id", "vswitch", "workspace", "data_source", "destination")
"""Options that select one thing; an empty one selects nothing, and must not come to mean everything."""


class Task:
    """What a module works with: its options, its region, and access to the cloud whose write gate check mode closes."""

    def __init__(self, module: AnsibleModule) -> None:
        self.options: Mapping[str, Any] = module.params
        for name in _SELECTORS:
            if isinstance(module.params.get(name), str) and not module.params[name].strip():
                raise ConfigurationError(f"option {name} is empty; name one")
        self.check_mode: bool = module.check_mode
        self.region = region_of(module.params)
        self.cloud: Cloud = cloud_of(module.params, self.region, writes_allowed=not module.check_mode)
        self.warn = module.warn


def run(main: Callable[[Task], dict[str, Any]], options: Mapping[str, Any], **rules: Any) -> None:
    """Run a module: ``main`` returns its result or raises; every ending becomes one Ansible answer without a
    traceback."""
    specification = {**REGION_OPTION, **ACCESS_OPTIONS, **options}
    module = AnsibleModule(argument_spec=specification, supports_check_mode=True, **rules)
    task: Task | None = None
    try:
        task = Task(module)
        result = main(task)
        result["calls"] = task.cloud.ledger.as_dict()
    except Exception as error:  # noqa: BLE001 - the edge: whatever happens, the user gets words
        if task is not None and isinstance(error, CloudError):
            _add_account(task, error)
        result = {"failed": True, **_failure(error)}
        if task is not None:
            result["calls"] = task.cloud.ledger.as_dict()
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def _add_account(task: Task, error: CloudError) -> None:
    """Say whose account it was, where that is not known yet and can be asked."""
    if task.cloud.account or not error.where or error.kind not in _ANSWERED:
        return
    try:
        error.where += f", account {account_of(task.cloud, task.region)}"
    except CloudError:
        return


def _failure(error: Exception) -> dict[str, Any]:
    if isinstance(error, MissingLibraryError):
        return {"msg": missing_required_lib(str(error)), "error_code": "MissingLibraryError"}
    if isinstance(error, CloudError):
        return {"msg": str(error), "error_code": error.code or error.kind.value, "request_id": error.request_id}
    if isinstance(error, EXPECTED):
        return {"msg": str(error), "error_code": type(error).__name__}
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{where.filename.rsplit('/', maxsplit=1)[-1]}:{where.lineno}"
    return {
        "msg": (
            f"Internal error of dataworks.network: {type(error).__name__} at {place}. Please report it with "
            "the task's options."
        ),
        "error_code": "InternalError",
    }
