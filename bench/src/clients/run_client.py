"""The Python counterpart of run-client.ts: requests as lines of JSON on stdin, answers on stdout."""

import json
import os
import statistics
import sys
import time
import traceback

bench_exchange = "bench"
confirm_window = 256
content_type = "application/octet-stream"

_prefix = f"{time.time_ns():x}-"
_count = 0


def next_id():
    global _count
    _count += 1
    return f"{_prefix}{_count:x}"


class Stopwatch:
    """For a load that also does work that must not be measured."""

    def __init__(self):
        self.measured = None
        self.start()

    def start(self):
        self.began = time.perf_counter()
        self.cpu_before = time.process_time()

    def stop(self):
        cpu = time.process_time() - self.cpu_before
        self.measured = {"seconds": time.perf_counter() - self.began, "cpu": cpu}


def memory():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def answer(value):
    print(json.dumps(value), flush=True)


def run(handler, request):
    stopwatch = Stopwatch()
    extra = handler(request, stopwatch)
    if stopwatch.measured is None:
        stopwatch.stop()
    return {**stopwatch.measured, "rss": memory(), **({"extra": extra} if extra else {})}


def percentiles(milliseconds):
    """The percentiles of call latencies, like measureLatency in latency.ts."""
    if len(milliseconds) < 2:
        return {"p50 ms": milliseconds[0], "p99 ms": milliseconds[0]}
    hundredths = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return {"p50 ms": hundredths[49], "p99 ms": hundredths[98]}


def run_client(connect):
    """`connect` gets a URL and returns the load handlers by name: functions of (request, stopwatch)."""
    handlers = None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if handlers is None:
                handlers = connect(request["url"])
                answer({"loads": list(handlers), "rss": memory()})
            else:
                answer(run(handlers[request["load"]], request))
        except Exception:
            answer({"error": traceback.format_exc()})
