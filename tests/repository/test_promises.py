# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests hold each promise that the collection makes; a promise whose test goes is noticed here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROMISES = {
    "the plan of an applied state is empty": [
        "test_check_run_check_again_run_again",
        "test_everything_is_missing_then_nothing_then_all_is_taken_back",
    ],
    "check mode writes nothing and warns of nothing": [
        "test_every_role_in_check_mode_writes_nothing_and_warns_of_nothing",
        "test_no_write_passes_the_closed_gate",
    ],
    "a read is found, absent or unknown, and unknown blocks writes": [
        "test_denied_read_is_undetermined_and_blocks_writes",
        "test_an_answer_that_says_no_is_undetermined",
        "test_no_read_that_failed_is_taken_for_an_empty_list",
        "test_an_instance_that_is_not_there_is_not_absent",
    ],
    "a selector matches one object, else the candidates are named": [
        "test_an_ambiguous_resource_group",
        "test_an_unknown_resource_group",
        "test_a_vswitch_that_is_not_one",
        "test_an_empty_selector_selects_nothing",
    ],
    "what is not asked for is not touched; others' groups stay as they are": [
        "test_groups_of_others_are_never_touched",
        "test_what_was_there_before_stays",
        "test_routes_of_other_networks_and_groups_are_not_ours",
    ],
    "an error says what, where, why and what next": [
        "test_an_error_says_what_where_and_why",
        "test_an_error_says_what_where_why_and_what_next",
        "test_there_is_one_fail_json",
    ],
    "all attempts stay within a deadline; only what may be sent twice is": [
        "test_all_attempts_together_stay_within_the_time",
        "test_a_write_whose_outcome_is_unclear_is_not_sent_again",
        "test_pauses_grow_and_differ",
    ],
    "results have the documented keys": ["test_documented_returns_are_returned"],
    "every module has examples that run, the full cycle and its place in the action group": [
        "test_examples_run",
        "test_check_run_check_again_run_again",
        "test_action_group_holds_every_module",
    ],
    "gates have no exceptions": ["test_ansible_test_sanity", "test_ruff", "test_functions_and_files_are_short"],
    "no secret is shown": [
        "test_no_secret_is_told_however_loud",
        "test_a_verbose_run_tells_no_secret",
        "test_the_ledgers_keep_no_secret",
    ],
    "removing without a selector removes nothing": ["test_an_empty_selector_selects_nothing"],
    "removing what is not there is fine": ["test_absent_from_a_group_that_is_not_there"],
    "a missing route is no crash": ["test_a_route_where_nothing_is_bound"],
    "error texts hold no signed request": [
        "test_the_string_to_sign_is_cut_off",
        "test_no_error_of_a_call_shows_a_secret",
    ],
    "plain http stays on this machine": ["test_endpoints_that_cannot_be"],
    "every page is read": ["test_every_page_is_read", "test_every_record_is_read_once_whatever_the_size_of_a_page"],
    "throttling is outlived": [
        "test_throttling_slows_the_limiter_and_success_quickens_it",
        "test_the_first_read_fails",
    ],
    "the client token is not made of the clock": ["test_a_write_whose_answer_is_lost"],
    "the collection's own files are those that Ansible expects": [
        "test_galaxy_metadata",
        "test_galaxy_importer",
        "test_collection_docs",
    ],
    "everybody is let in by no spelling": ["test_nobody_is_let_in_from_everywhere"],
    "a wrong region is not taken for absence": [
        "test_a_wrong_request_or_a_wrong_region_is_never_an_absent_object",
        "test_a_resource_group_in_another_region",
    ],
    "default, hidden and system groups are refused": [
        "test_malformed_group_names",
        "test_groups_of_others_are_never_touched",
    ],
    "the one named is taken, not the first": ["test_an_ambiguous_resource_group", "test_a_name_is_as_good_as_an_id"],
    "order and spelling of addresses make no difference": [
        "test_entries_are_compared_as_networks",
        "test_removal_uses_the_spelling_of_the_server",
    ],
}


@pytest.fixture(scope="module")
def tests(root: Path) -> set[str]:
    """The names of all test functions."""
    texts = (path.read_text(encoding="utf-8") for path in (root / "tests").rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)}


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_has_its_tests(promise: str, tests: set[str]) -> None:
    """Each test that a promise names exists."""
    assert [name for name in PROMISES[promise] if name not in tests] == []
