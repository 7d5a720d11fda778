"""The tasks for celery_program.py. Its workers import this module."""

import celery

import tap

app = celery.Celery("celery_tasks", broker=tap.url, backend="rpc://")
app.conf.task_acks_late = True


@app.task
def add(x, y):
    return x + y


@app.task
def fail():
    raise ValueError("on purpose")


@app.task(bind=True, default_retry_delay=0.1)
def succeed_at_the_third_try(self):
    if self.request.retries < 2:
        raise self.retry()
    return self.request.retries
