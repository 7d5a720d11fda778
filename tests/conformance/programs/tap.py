"""What the programs in Python share: the broker's URL, and how they tell which checks passed."""

import os
import time
import traceback

url = os.environ["AMQP_URL"]

# How long a check waits for what must come, in seconds.
patience = 30


def wait_for(probe, between=lambda: time.sleep(0.02)):
    """Waits until `probe` returns something true, and returns it."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        value = probe()
        if value:
            return value
        between()
    raise TimeoutError(f"waited {patience} s in vain")


def run(*checks):
    """Runs functions one after the other, and writes TAP as node:test does."""
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
