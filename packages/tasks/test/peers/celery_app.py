"""A Celery application with the settings that Celery 5.6 needs on RabbitMQ 4.3, and tasks for the tests."""

import os
import time

import celery

app = celery.Celery(
    "celery_app", broker=os.environ["AMQP_URL"], backend="rabbit_results.RabbitResults"
)
app.conf.control_queue_exclusive = True
app.conf.event_queue_exclusive = True
app.conf.worker_prefetch_multiplier = 1
if os.environ.get("QUEUE_TYPE") == "quorum":
    # With these two, Celery delays calls in the broker. It cannot do so with a direct exchange.
    app.conf.task_default_queue_type = "quorum"
    app.conf.task_default_exchange_type = "topic"
# The tasks of our workers have a queue of their own, in the tests in which both languages work.
names = ("ts.plus", "ts.double", "ts.list", "ts.sum", "ts.fail", "ts.log")
app.conf.task_routes = {name: {"queue": "node"} for name in names}


@app.task(name="py.add")
def add(x, y):
    return x + y


@app.task(name="py.sum")
def add_all(values):
    return sum(values)


@app.task(name="py.fail")
def fail(message):
    raise ValueError(message)


@app.task(name="py.flaky", bind=True)
def flaky(self, times):
    """Succeeds after some retries."""
    if self.request.retries < times:
        raise self.retry(exc=KeyError("not yet"), countdown=1)
    return self.request.retries


@app.task(name="py.copy", bind=True)
def copy(self, files):
    for done in range(1, files + 1):
        self.update_state(state="PROGRESS", meta={"done": done})
    return "done"


@app.task(name="py.headers", bind=True)
def headers(self):
    request = self.request
    return {"root": request.root_id, "parent": request.parent_id, "group": request.group}


@app.task(name="py.outer")
def outer():
    return add.delay(1, 1).id


@app.task(name="py.replace", bind=True)
def replace(self, name, *args):
    return self.replace(app.signature(name, args=args))


@app.task(name="py.replace_by_group", bind=True)
def replace_by_group(self, name, *args):
    return self.replace(celery.group(app.signature(name, args=args), app.signature(name, args=args)))


@app.task(name="py.endless")
def endless():
    while True:
        time.sleep(0.1)


@app.task(name="py.typed")
def typed():
    import datetime
    import uuid

    return {
        "at": datetime.datetime(2026, 11, 26, 12, 0, tzinfo=datetime.timezone.utc),
        "id": uuid.UUID(int=7),
    }
