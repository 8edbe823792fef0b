# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""World files: mistakes are named with file, line and place. And the command line."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.request

import pytest

from simulator.world.loader import WorldError, find_world, load_world, parse_world

GOOD = """name: small
accounts:
  - id: "1234567890123456"
    users:
      - name: operator
        access_keys: [{id: abcd, secret: efgh}]
        policies: [admin]
    roles:
      - name: reader
        trust: ["1234567890123456"]
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(WorldError) as caught:
        parse_world(text, "w.yml")
    return caught.value.lines


def test_good_world():
    world = parse_world(GOOD, "w.yml")
    assert world.accounts[0].users[0].access_keys[0].id == "abcd"
    assert world.accounts[0].roles[0].trust[0].principal == "1234567890123456"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("name: small", "nam: small", r'w.yml:1: nam: unknown key "nam"; did you mean \'name\'\?.*known: accounts,.*'),
        ("    users:", "    user:", r'w.yml:4: accounts\[0\].user: unknown key "user"; did you mean \'users\'\?.*'),
        ("secret: efgh", "secert: efgh", r"w.yml:6: accounts\[0\].users\[0\].access_keys\[0\].secert: unknown key .*"),
        ("secret: efgh", "x: efgh", r"w.yml:6: accounts\[0\].users\[0\].access_keys\[0\].secret: is missing"),
        (
            '"1234567890123456"\n    users',
            "1234567890123456\n    users",
            r"w.yml:3: accounts\[0\].id: .*put it in quotes.*",
        ),
        ('"1234567890123456"\n    users', '"12"\n    users', r"w.yml:3: accounts\[0\].id: .*not '12'"),
        ("[admin]", "[adm]", r"w.yml:7: accounts\[0\].users\[0\].policies\[0\]: not a policy document .*"),
        ("[admin]", "admin", r"w.yml:7: accounts\[0\].users\[0\].policies: Input should be a valid list.*"),
        (
            "[admin]",
            "[{Statement: [{Effect: Allow, Action: '*'}]}]",
            r"w.yml:7: accounts\[0\].users\[0\].policies\[0\].*a statement needs either Resource or NotResource",
        ),
        (
            'trust: ["1234567890123456"]',
            'trust: ["6543210987654321"]',
            r"w.yml:10: accounts\[0\].roles\[0\].trust\[0\]: role reader trusts 6543210987654321, which is not .*",
        ),
        ("      - name: reader", "      - name: reader\n        name: twice", r"w.yml:10: .*name: is given twice"),
        ("name: small", "name: small\nfaults: [{effect: no}]", r"w.yml:2: faults\[0\].effect: Input should be .*"),
        ("name: small", "name: small\nclock: {start: soon}", r"w.yml:2: clock.start.*"),
        ("name: small", "name: small\nsettings: {latency_ms: fast}", r"w.yml:2: settings.latency_ms: .*not 'fast'"),
        ("name: small", "name: [small", r"w.yml:\d+: .*"),
        ("name: small", "name: !!python/object:os.system x", r"w.yml:1: could not determine a constructor .*"),
    ],
)
def test_mistakes(old, new, line):
    assert old in GOOD
    found = mistakes(GOOD.replace(old, new, 1))
    assert any(re.fullmatch(line, item, re.DOTALL) for item in found), found


def test_all_mistakes_are_reported_at_once():
    found = mistakes(GOOD.replace("[admin]", "[adm]").replace("    roles:", "    role:"))
    assert len(found) == 2


def test_duplicates():
    account = "  - id: '1234567890123456'\n    root_keys: [{id: abcd, secret: efgh}]\n"
    found = mistakes(GOOD + account)
    assert [item.partition(": ")[2] for item in found] == [
        "accounts[1].id: account 1234567890123456 is declared twice",
        "accounts[1].root_keys[0].id: access key abcd is declared twice",
    ]


def test_secret_is_not_in_the_error():
    assert "hunter2" not in "\n".join(mistakes(GOOD.replace("secret: efgh", "secret: [hunter2]")))
    assert "hunter2" not in "\n".join(mistakes(GOOD.replace("{id: abcd, secret: efgh}", "hunter2")))
    assert "abc" not in mistakes(GOOD.replace("secret: efgh", "secret: abc"))[0].partition("secret:")[2]


@pytest.mark.parametrize("text", ["", "- a\n", "just text\n", "name: x\naccounts: []\n"])
def test_files_that_are_no_world(text):
    assert mistakes(text)


def test_anchors_and_merge_keys_are_understood():
    text = GOOD.replace(
        "users:\n", "users:\n      - &base {name: base, policies: [admin]}\n      - {<<: *base, name: b}\n", 1
    )
    assert [user.name for user in parse_world(text, "w.yml").accounts[0].users] == ["base", "b", "operator"]


def test_worlds_are_found_by_name_and_path(tmp_path):
    path = tmp_path / "own.yml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_world(find_world(str(path))).name == "small"
    with pytest.raises(WorldError, match="no such world file"):
        find_world("nowhere")


def test_name_of_a_world_that_comes_along_goes_before_files_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "minimal").mkdir()
    assert load_world(find_world("minimal")).name == "minimal"
    (tmp_path / "own").mkdir()
    with pytest.raises(WorldError, match="no such world file"):
        find_world("own")


def run(*arguments: str, cwd) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "simulator", *arguments]
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_line_serves_until_interrupted(root, tmp_path, number):
    path = tmp_path / "own.yml"
    path.write_text(GOOD, encoding="utf-8")
    process = run("--world", str(path), cwd=root)
    line = process.stdout.readline()
    found = re.fullmatch(
        r"local cloud ready on (http://127\.0\.0\.1:\d+) \(world small, 1 account, 0 regions\)\n", line
    )
    assert found, line
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    assert b'"ok"' in opener.open(found[1] + "/_simulator/health", timeout=10).read()
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_command_line_names_the_mistake_and_nothing_else(root, tmp_path):
    path = tmp_path / "bad.yml"
    path.write_text(GOOD.replace("policies", "polices"), encoding="utf-8")
    process = run("--world", str(path), cwd=root)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (2, "")
    assert err.startswith(f"{path}:7: accounts[0].users[0].polices: unknown key")
    assert "Traceback" not in err


def test_command_line_listens_on_loopback_only(root):
    process = run("--host", "0.0.0.0", cwd=root)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "not a loopback address" in err


def test_command_line_says_when_the_port_is_taken(root, tmp_path, cloud):
    path = tmp_path / "own.yml"
    path.write_text(GOOD, encoding="utf-8")
    process = run("--world", str(path), "--port", str(cloud.port), cwd=root)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert err.startswith("cannot listen on 127.0.0.1:")
    assert "Traceback" not in err
