"""Sends tasks to Celery workers, one with a process pool and one without."""

import os
import subprocess
import sys
import tempfile

import celery

import tap
from celery_tasks import add, app, fail, succeed_at_the_third_try


class Worker:
    """Each worker has its own queue, so that no other worker can take its tasks."""

    def __init__(self, pool):
        self.pool = pool
        self.name = f"{pool}@localhost"
        command = [sys.executable, "-m", "celery", "-A", "celery_tasks", "worker"]
        options = ["--pool", pool, "--concurrency", "2", "--queues", pool, "--hostname", self.name]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [*command, *options, "--events", "--loglevel", "info"],
            cwd=os.path.dirname(__file__),
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def send(self, task, *arguments):
        return task.apply_async(arguments, queue=self.pool)

    def read_log(self):
        self.log.seek(0)
        return self.log.read()


workers = [Worker("prefork"), Worker("solo")]


def returns_results(worker):
    assert worker.send(add, 2, 3).get(timeout=tap.timeout) == 5
    results = [worker.send(add, n, n) for n in range(100)]
    assert [result.get(timeout=tap.timeout) for result in results] == list(range(0, 200, 2))


def returns_an_error(worker):
    try:
        worker.send(fail).get(timeout=tap.timeout)
    except ValueError as error:
        assert str(error) == "on purpose"
    else:
        raise AssertionError("the task did not fail")


def retries_a_task(worker):
    assert worker.send(succeed_at_the_third_try).get(timeout=tap.timeout) == 2


def runs_a_chain_of_tasks(worker):
    chain = celery.chain(add.s(1, 2), add.s(3), add.s(4))
    for task in chain.tasks:
        task.set(queue=worker.pool)
    assert chain.apply_async().get(timeout=tap.timeout) == 10


def answers_a_ping(worker):
    replies = tap.wait_for(lambda: app.control.ping(destination=[worker.name], timeout=2))
    assert replies == [{worker.name: {"ok": "pong"}}], replies


def shuts_down_gracefully(worker):
    worker.process.terminate()
    assert worker.process.wait(tap.timeout) == 0


def on(worker, check):
    def run():
        try:
            check(worker)
        except Exception:
            print(worker.read_log())
            raise

    run.__name__ = f"{worker.pool}: {check.__name__}"
    return run


try:
    tap.run(
        *(
            on(worker, check)
            for worker in workers
            for check in [
                returns_results,
                returns_an_error,
                retries_a_task,
                runs_a_chain_of_tasks,
                answers_a_ping,
                shuts_down_gracefully,
            ]
        )
    )
finally:
    for worker in workers:
        worker.process.kill()
