"""Celery: its client, and a worker with the pool that the first argument names, prefork or threads.

With the argument "confirming", the broker confirms calls and results, as it always does for the tasks of lesson 12.
"""

import os
import signal
import subprocess
import sys
import threading
import time

import celery
import celery.signals
from celery.backends.rpc import RPCBackend
from celery.result import ResultSet
from run_client import percentiles, run_client

folder = os.path.dirname(os.path.abspath(__file__))
timeout = 60
if "confirming" in sys.argv:
    # Its worker loads this module as well.
    os.environ["CONFIRMING"] = "yes"


class DurableResults(RPCBackend):
    """RabbitMQ 4.3 refuses the queue of results of Celery 5.6.3, which is neither durable nor exclusive."""

    @property
    def binding(self):
        return self.Queue(
            self.oid, self.exchange, self.oid, durable=True, auto_delete=True, expires=self.expires
        )


app = celery.Celery(
    "celery_client",
    broker=os.environ.get("AMQP_URL"),
    backend="celery_client.DurableResults",
)
# RabbitMQ 4.3 needs these two.
app.conf.control_queue_exclusive = True
app.conf.event_queue_exclusive = True
if "CONFIRMING" in os.environ:
    app.conf.broker_transport_options = {"confirm_publish": True}


@app.task(name="bench.empty")
def empty():
    return None


@celery.signals.worker_init.connect
def stop_with_client(**_):
    """The benchmark kills the client, which closes this pipe. Nothing else would stop the worker."""

    def wait():
        # Not through sys.stdin, whose lock the processes of the pool would inherit.
        os.read(0, 1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


@celery.signals.worker_ready.connect
def say_so(**_):
    print("ready", file=sys.__stdout__, flush=True)


def start_worker(url, arguments, request):
    pool = arguments[0]
    command = [sys.executable, "-B", "-m", "celery", "-A", "celery_client", "worker"]
    options = ["--pool", pool, "--concurrency", str(request["concurrency"])]
    names = ["--queues", request["queue"], "--hostname", f"{'-'.join(arguments)}@bench"]
    worker = subprocess.Popen(
        [*command, *options, *names],
        cwd=folder,
        env={**os.environ, "AMQP_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for line in worker.stdout:
        if line == b"ready\n":
            return
    raise RuntimeError(f"the worker exited with code {worker.wait()}")


def send_calls(request, _):
    queue = request["queue"]
    for _ in range(request["count"] - 1):
        empty.apply_async(queue=queue, ignore_result=True)
    empty.apply_async(queue=queue).get(timeout=timeout)


def collect_results(request, _):
    results = [empty.apply_async(queue=request["queue"]) for _ in range(request["count"])]
    # Much faster than a get() for each of them, which waits for up to a second now and then.
    ResultSet(results).join_native(timeout=timeout)


def call(request, _):
    times = []
    for _ in range(request["count"]):
        began = time.perf_counter()
        empty.apply_async(queue=request["queue"]).get(timeout=timeout)
        times.append((time.perf_counter() - began) * 1000)
    return percentiles(times)


def connect(url):
    app.conf.broker_url = url
    return {
        "serve-calls": lambda request, _: start_worker(url, sys.argv[1:], request),
        "send-calls": send_calls,
        "collect-results": collect_results,
        "call": call,
    }


if __name__ == "__main__":
    run_client(connect)
