# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads of whitelist templates, which have paging words and an envelope of their own."""

from __future__ import annotations

from typing import Any

from simulator.operation import ApiError, Body, Call
from simulator.products.rds.product import Found, instance_of, rds_operation
from simulator.products.rds.schema import WhitelistTemplate

_PAGE_SIZES = (10, 30, 50)


def _envelope(data: dict[str, Any]) -> Body:
    return {"Code": "200", "Data": data, "HttpStatusCode": 200, "Message": "Successful", "Success": True}


@rds_operation("DescribeAllWhitelistTemplate", key="")
def describe_all_whitelist_template(call: Call) -> Body:
    """List the whitelist templates of the account in a region."""
    number, size = _page(call)
    found = _templates(call)
    if name := call.text("TemplateName"):
        fuzzy = bool(call.boolean("FuzzySearch"))
        found = [one for one in found if (name in one.name if fuzzy else name == one.name)]
    pages = -(-len(found) // size)
    items = found[(number - 1) * size : number * size]
    return _envelope(
        {
            "CurrPageNumbers": number,
            "HasNext": number < pages,
            "HasPrev": number > 1,
            "MaxRecordsPerPage": size,
            "Templates": [_template(call, one) for one in items],
            "TotalPageNumbers": pages,
            "TotalRecords": len(found),
        }
    )


def _page(call: Call) -> tuple[int, int]:
    call.required("PageNumbers")
    call.required("MaxRecordsPerPage")
    number, size = call.integer("PageNumbers"), call.integer("MaxRecordsPerPage")
    if number is None or number < 1 or size not in _PAGE_SIZES:
        raise ApiError(400, "Parameters.Invalid", "PageNumbers starts at 1; MaxRecordsPerPage is 10, 30 or 50.")
    return number, size


def _templates(call: Call) -> list[WhitelistTemplate]:
    sections = call.cloud.sections(call.account, call.text("RegionId"))
    return [template for _, section in sections for template in section.whitelist_templates]


def _wanted(call: Call) -> WhitelistTemplate:
    call.required("TemplateId")
    wanted = call.integer("TemplateId")
    for template in _templates(call):
        if template.id == wanted:
            return template
    raise ApiError(400, "Parameters.Invalid", "The specified whitelist template does not exist.")


@rds_operation("DescribeWhitelistTemplate", key="")
def describe_whitelist_template(call: Call) -> Body:
    """Describe one whitelist template."""
    return _envelope({"Template": _template(call, _wanted(call))})


@rds_operation("DescribeInstanceLinkedWhitelistTemplate", key="InsName")
def describe_instance_linked_whitelist_template(call: Call) -> Body:
    """List the templates attached to an instance."""
    found = instance_of(call, "InsName")
    templates = [_template(call, one) for one in attached_templates(found)]
    return _envelope({"InsName": found.instance.id, "Templates": templates})


@rds_operation("DescribeWhitelistTemplateLinkedInstance", key="")
def describe_whitelist_template_linked_instance(call: Call) -> Body:
    """List the instances a template is attached to."""
    template = _wanted(call)
    sections = call.cloud.sections(call.account, call.text("RegionId"))
    instances = [one for _, section in sections for one in section.rds_instances]
    linked = [one.id for one in instances if template.id in one.whitelist_templates]
    return _envelope({"InsName": linked, "TemplateId": template.id})


def attached_templates(found: Found) -> list[WhitelistTemplate]:
    """Return the templates attached to an instance."""
    return [one for one in found.section.whitelist_templates if one.id in found.instance.whitelist_templates]


def _template(call: Call, template: WhitelistTemplate) -> dict[str, Any]:
    return {
        "Id": template.id,
        "Ips": ",".join(template.entries),
        "TemplateId": template.id,
        "TemplateName": template.name,
        "UserId": int(call.account),
    }
