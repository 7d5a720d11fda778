"""Shared by the Python programs: the broker's URL, and the reporting of checks in TAP."""

import os
import time
import traceback

url = os.environ["AMQP_URL"]

# How long a check waits for a result, in seconds.
timeout = 30


def wait_for(probe, between=lambda: time.sleep(0.02)):
    """Waits until `probe` returns a true value, and returns it."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        value = probe()
        if value:
            return value
        between()
    raise TimeoutError(f"timed out after {timeout} s")


def run(*checks):
    """Runs checks one after another, and prints TAP like node:test."""
    passed = 0
    for number, check in enumerate(checks, 1):
        name = check.__name__.replace("_", " ")
        try:
            check()
            passed += 1
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            print(f"not ok {number} - {name}", flush=True)
            traceback.print_exc()
    print(f"# tests {len(checks)}\n# pass {passed}", flush=True)
