"""The list of what the service is built on says what is installed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def bill():
    return subprocess.run([sys.executable, "ops/sbom"], cwd=ROOT, capture_output=True, check=True)


def test_the_bill_names_every_package_of_the_lock_file_with_all_its_hashes(bill):
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    named = dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.M))

    listed = json.loads(bill.stdout)
    components = {one["name"]: one for one in listed["components"]}
    hashes = [
        mark["content"]
        for one in components.values()
        for reference in one["externalReferences"]
        for mark in reference["hashes"]
    ]

    assert {name: one["version"] for name, one in components.items()} == named
    assert hashes == re.findall(r"--hash=sha256:(\w+)", lock)
    assert components["flask"]["purl"] == f"pkg:pypi/flask@{named['flask']}"
    assert components["psycopg-binary"]["scope"] == "optional"


def test_it_says_what_needs_what_and_every_package_is_needed_by_something(bill):
    listed = json.loads(bill.stdout)
    needs = {one["ref"]: one["dependsOn"] for one in listed["dependencies"]}
    own = listed["metadata"]["component"]["bom-ref"]

    needed = {ref for on in needs.values() for ref in on}

    assert any(ref.startswith("pkg:pypi/sqlalchemy@") for ref in needs[own])
    assert {one["bom-ref"] for one in listed["components"]} == needed
    assert set(needs) == needed | {own}


def test_it_names_each_need_once_as_the_schema_of_cyclonedx_asks(bill):
    for one in json.loads(bill.stdout)["dependencies"]:
        assert one["dependsOn"] == sorted(set(one["dependsOn"]))
