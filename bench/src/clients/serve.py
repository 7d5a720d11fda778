"""What serve.ts is for Node.js: orders as lines of JSON on stdin, an answer to each on stdout."""

import json
import os
import statistics
import sys
import time
import traceback

exchange = "bench"
confirm_window = 256
content_type = "application/octet-stream"

_prefix = f"{time.time_ns():x}-"
_count = 0


def next_id():
    global _count
    _count += 1
    return f"{_prefix}{_count:x}"


class Stopwatch:
    """For a load that has more to do than what is measured."""

    def __init__(self):
        self.figures = None
        self.start()

    def start(self):
        self.began = time.perf_counter()
        self.cpu_before = time.process_time()

    def stop(self):
        cpu = time.process_time() - self.cpu_before
        self.figures = {"seconds": time.perf_counter() - self.began, "cpu": cpu}


def memory():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def say(facts):
    print(json.dumps(facts), flush=True)


def perform(load, order):
    stopwatch = Stopwatch()
    more = load(order, stopwatch)
    if stopwatch.figures is None:
        stopwatch.stop()
    return {**stopwatch.figures, "rss": memory(), **({"more": more} if more else {})}


def times_of(milliseconds):
    """How long calls took, as timeCalls in under-way.ts says it."""
    if len(milliseconds) < 2:
        return {"p50 ms": milliseconds[0], "p99 ms": milliseconds[0]}
    hundredths = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return {"p50 ms": hundredths[49], "p99 ms": hundredths[98]}


def serve(connect):
    """`connect` gets a URL, and gives back the loads by their names: functions of (order, stopwatch)."""
    loads = None
    for line in sys.stdin:
        try:
            order = json.loads(line)
            if loads is None:
                loads = connect(order["url"])
                say({"loads": list(loads), "rss": memory()})
            else:
                say(perform(loads[order["load"]], order))
        except Exception:
            say({"error": traceback.format_exc()})
