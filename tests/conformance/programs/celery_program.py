"""A worker of Celery, once with processes of its own and once without, and what asks it."""

import os
import subprocess
import sys
import tempfile

import celery

import tap
from celery_tasks import add, app, fail, succeed_at_the_third_try


class Worker:
    """It has a queue of its own, so that no other one answers in its stead."""

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

    def ask(self, task, *arguments):
        return task.apply_async(arguments, queue=self.pool)

    def read_log(self):
        self.log.seek(0)
        return self.log.read()


workers = [Worker("prefork"), Worker("solo")]


def a_worker_answers(worker):
    assert worker.ask(add, 2, 3).get(timeout=tap.patience) == 5
    many = [worker.ask(add, n, n) for n in range(100)]
    assert [result.get(timeout=tap.patience) for result in many] == list(range(0, 200, 2))


def an_error_comes_back(worker):
    try:
        worker.ask(fail).get(timeout=tap.patience)
    except ValueError as error:
        assert str(error) == "on purpose"
    else:
        raise AssertionError("it did not fail")


def a_task_is_tried_again_later(worker):
    assert worker.ask(succeed_at_the_third_try).get(timeout=tap.patience) == 2


def tasks_follow_each_other(worker):
    chain = celery.chain(add.s(1, 2), add.s(3), add.s(4))
    for task in chain.tasks:
        task.set(queue=worker.pool)
    assert chain.apply_async().get(timeout=tap.patience) == 10


def a_worker_is_pinged(worker):
    replies = tap.wait_for(lambda: app.control.ping(destination=[worker.name], timeout=2))
    assert replies == [{worker.name: {"ok": "pong"}}], replies


def a_worker_ends_in_good_order(worker):
    worker.process.terminate()
    assert worker.process.wait(tap.patience) == 0


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
                a_worker_answers,
                an_error_comes_back,
                a_task_is_tried_again_later,
                tasks_follow_each_other,
                a_worker_is_pinged,
                a_worker_ends_in_good_order,
            ]
        )
    )
finally:
    for worker in workers:
        worker.process.kill()
