#!/usr/bin/env python3
# SPDX-FileCopyrightText: The dataworks.network contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the virtual environments of the Makefile, each once per checksum of what goes into it.

Runs on any Python from 3.6, so that an old one gets an explanation rather than a syntax error.
"""

from __future__ import print_function

import argparse
import contextlib
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

CONTROLLER_PYTHONS = {
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
USABLE_PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MODULE_PYTHONS = ("3.10",)
MODULES_CONFIG = "modules:\n  python_requires: '>=3.10'\n"
BOOTSTRAP = "import ensurepip\n\nensurepip.bootstrap()\n"
PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2], sys.executable)"
ADVICE = {
    "python": "no Python {wanted} with the venv module found; ansible-core {core} needs one of them on the controller "
    "(the modules themselves run on 3.10). Install one, or name it: make PYTHON=/path/to/python3.12",
    "venv": "{python} cannot make virtual environments (module {module} is missing). "
    "Install it, for example: apt-get install python3-venv",
    "old": "{python} is Python {version}; ansible-core 2.18 and newer need Python 3.11 or newer on the controller "
    "(the modules themselves run on 3.10). Install one, or name it: make PYTHON=/path/to/python3.12",
}


class Unusable(Exception):
    """No environment can be made, and why."""


class Missing(Unusable):
    """No suitable interpreter is on this machine."""


def probe(python):
    """Return version and real path of an interpreter that can make virtual environments, else nothing."""
    try:
        done = subprocess.run(
            [python, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "", ""
    version, _, path = done.stdout.decode().strip().partition(" ") if done.returncode == 0 else ("", "", "")
    return version, path


def candidates(versions):
    """Yield interpreters of these versions: `python3`, by name on PATH, and those of pyenv."""
    yield from filter(None, [shutil.which("python3")])
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    for version in versions:
        yield from filter(None, [shutil.which("python" + version)])
        installed = glob.glob(os.path.join(root, "versions", version + ".*", "bin", "python"))
        yield from sorted(installed, key=lambda path: [int(part) for part in re.findall(r"\d+", path)], reverse=True)


def find_python(versions):
    """Return the path of the first usable interpreter of these versions, else nothing."""
    for candidate in candidates(versions):
        version, path = probe(candidate)
        if version in versions:
            return path
    return ""


def named_python(python):
    """Return the path of the interpreter the user named, or say what is wrong with it."""
    version, path = probe(python)
    if version in USABLE_PYTHONS:
        return path
    if version:
        raise Unusable(ADVICE["old"].format(python=python, version=version))
    for module in ("venv", "ensurepip"):
        try:
            if subprocess.run([python, "-c", "import " + module], stderr=subprocess.DEVNULL, check=False).returncode:
                raise Unusable(ADVICE["venv"].format(python=python, module=module))
        except OSError as error:
            raise Unusable("{}: {}".format(python, error.strerror))
    raise Unusable(ADVICE["python"].format(wanted=" or ".join(USABLE_PYTHONS), core="2.18 and newer"))


def choose_python(args):
    """Return the interpreter for the environment: the named one, or one that runs the wanted core."""
    if args.python:
        return named_python(args.python)
    versions = CONTROLLER_PYTHONS.get(args.core, USABLE_PYTHONS)
    python = find_python(versions)
    if not python:
        raise Missing(ADVICE["python"].format(wanted=" or ".join(versions), core=args.core or "2.18 and newer"))
    return python


def link_pythons(folder):
    """Link every interpreter found, so that ansible-test tries the collection on each."""
    os.makedirs(folder, exist_ok=True)
    for version in MODULE_PYTHONS + USABLE_PYTHONS:
        python = find_python([version])
        if python and not os.path.lexists(os.path.join(folder, "python" + version)):
            os.symlink(python, os.path.join(folder, "python" + version))


def prime_sanity(folder):
    """Let ansible-test make the environments of its tests now, so that the tests themselves need no network.

    It would fetch pip from a host of its own; a script in its cache takes the interpreter's instead.
    """
    folder = os.path.abspath(folder)
    link_pythons(os.path.join(folder, "pythons"))
    (source,) = glob.glob(
        os.path.join(folder, "lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    )
    for version in re.findall(r"\bpip='([\d.]+)'", read(source)):
        write(os.path.join(folder, "home/.ansible/test/cache", "get_pip_%s.py" % version.replace(".", "_")), BOOTSTRAP)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    environment.update(HOME=os.path.join(folder, "home"), PATH="%s/bin:%s/pythons" % (folder, folder), LANG="C.UTF-8")
    with tempfile.TemporaryDirectory() as top:
        collection = os.path.join(top, "ansible_collections", "dataworks", "network")
        for name, text in (("galaxy.yml", ""), ("plugins/modules/any.py", ""), ("tests/config.yml", MODULES_CONFIG)):
            write(os.path.join(collection, name), text)
        run_quietly(["ansible-test", "sanity", "--prime-venvs"], cwd=collection, env=environment)


def requirement_files(path):
    """Yield a requirement file and those it includes."""
    yield path
    with open(path, encoding="utf-8") as stream:
        included = re.findall(r"^-r\s+(\S+)", stream.read(), re.MULTILINE)
    for name in included:
        for nested in requirement_files(os.path.join(os.path.dirname(path), name)):
            yield nested


def checksum(python, args):
    """Return the interpreter and the checksum of everything else that decides the environment's content."""
    digest = hashlib.sha256()
    digest.update("\0".join(args.packages).encode())
    for top in args.requirements:
        for path in requirement_files(top):
            with open(path, "rb") as stream:
                digest.update(stream.read())
    with open(__file__, "rb") as stream:
        digest.update(stream.read())
    return python + "\n" + digest.hexdigest()


def run_quietly(command, cwd=None, env=None):
    """Run a command and show its output only when it fails."""
    path = shutil.which(command[0], path=env["PATH"] if env else None) or command[0]
    done = subprocess.run(
        [path] + command[1:], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise Unusable("failed: " + " ".join(command))


@contextlib.contextmanager
def locked(path):
    """Hold a lock file, so that parallel makes build an environment once."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def read(path):
    """Return a file's text, or nothing when it is not there."""
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""


def write(path, text):
    """Write a file, and the folders it lies in."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


def build(python, args, stamp, wanted):
    """Make the environment, or bring one of the same interpreter up to date, and stamp it."""
    print("{}: Python {}, {}".format(args.folder, probe(python)[0], ", ".join(args.packages + args.requirements)))
    sys.stdout.flush()
    inside = os.path.join(args.folder, "bin", "python")
    if read(stamp).startswith(python + "\n") and probe(inside)[0] == probe(python)[0]:
        os.remove(stamp)
    else:
        run_quietly([python, "-m", "venv", "--clear", args.folder])
    install = [inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for name in args.requirements:
        install += ["-r", name]
    run_quietly(install + args.packages)
    if args.core:
        prime_sanity(args.folder)
    write(stamp, wanted)


def main():
    """Make one environment when it is missing or outdated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="where the environment is to be")
    parser.add_argument("--python", default="", help="interpreter to use; found when not given")
    parser.add_argument("--core", default="", help="prepare ansible-test of this ansible-core, such as 2.18")
    parser.add_argument("--optional", action="store_true", help="succeed when no such interpreter is found")
    parser.add_argument("-r", dest="requirements", action="append", default=[], help="requirement file")
    parser.add_argument("-p", dest="packages", action="append", default=[], help="requirement beside the files")
    args = parser.parse_args()
    stamp = os.path.join(args.folder, "stamp")
    try:
        with locked(os.path.join("build", "locks", args.folder.replace("/", "-"))):
            python = choose_python(args)
            wanted = checksum(python, args)
            if read(stamp) != wanted:
                build(python, args, stamp, wanted)
    except Missing as reason:
        print("{}: {}".format(args.folder, reason), file=sys.stderr)
        return 0 if args.optional else 1
    except Unusable as reason:
        print("{}: {}".format(args.folder, reason), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
