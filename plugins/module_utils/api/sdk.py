# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The product SDKs, imported only when first needed: each costs a good part of a second."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from types import ModuleType

PACKAGES = {
    "dataworks": "alibabacloud_dataworks_public20240518",
    "vpc": "alibabacloud_vpc20160428",
    "rds": "alibabacloud_rds20140815",
    "sts": "alibabacloud_sts20150401",
}


class MissingLibraryError(Exception):
    """A Python package that the collection needs is not installed; the message is its import name."""


def load(module: str) -> ModuleType:
    """Import a module of the SDKs, or raise MissingLibraryError naming the package."""
    try:
        loaded = importlib.import_module(module)
    except ImportError as error:
        raise MissingLibraryError(module.split(".", maxsplit=1)[0]) from error
    _silence()
    return loaded


def _silence() -> None:
    """Keep the SDKs quiet: their log handlers, and their DEBUG switch, print signed requests.

    Redirects are not followed: they would take a signed request elsewhere, and POSTs would lose their parameters.
    """
    sessions = sys.modules.get("requests.sessions")
    if sessions is not None:
        sessions.DEFAULT_REDIRECT_LIMIT = 0  # type: ignore[attr-defined]
    os.environ.pop("DEBUG", None)
    for name in list(logging.root.manager.loggerDict):
        if name.startswith(("alibabacloud", "darabonba", "Tea", "credentials")):
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = False
