"""Calls tasks from Python: client.py NAME ARGUMENTS [OPTIONS], in JSON. Prints what became of the call."""

import datetime
import json
import sys

import celery
from celery.canvas import StampingVisitor, xmap, xstarmap
from celery_app import app

deadline = 60


def report(result, **options):
    """The state and the value; for an error its class, arguments and traceback."""
    try:
        value = result.get(timeout=deadline, **options)
        # That of a group has no state.
        facts = {"state": getattr(result, "state", "SUCCESS"), "value": value}
    except Exception as error:
        facts = {
            "state": result.state,
            "error": type(error).__name__,
            "module": type(error).__module__,
            "args": [str(each) for each in error.args],
            "traceback": result.traceback,
        }
    print(json.dumps(facts), flush=True)


def call(name, arguments, options="{}"):
    options = json.loads(options)
    for key in ("link", "link_error"):
        if key in options:
            options[key] = signature(options[key])
    report(app.send_task(name, json.loads(arguments), **options))


def signature(text):
    """["tasks.add", 1] is add.s(1)."""
    name, *arguments = text
    return app.signature(name, args=arguments, app=app)


def chain(*steps):
    report(celery.chain(*(signature(json.loads(step)) for step in steps)).apply_async())


def group(*steps):
    result = celery.group([signature(json.loads(step)) for step in steps]).apply_async()
    print(json.dumps({"value": result.get(timeout=deadline)}), flush=True)


def canvas(text, options="{}"):
    """Calls a chain, a group or a chord: {"header": [...], "body": ...}. A task may have an eta: see timed."""
    options = json.loads(options)
    if "backend" in options:
        app.conf.result_backend = options["backend"]
    try:
        result = stamped(nested(json.loads(text)), options).apply_async(**options.get("apply", {}))
    except NotImplementedError as error:
        print(json.dumps({"error": type(error).__name__}), flush=True)
        return
    if options.get("wait", True):
        report(result, **options.get("get", {}))
    else:
        print(json.dumps({"state": result.state}), flush=True)


def stamped(signature, options):
    if "stamps" in options:
        signature.stamp(Stamps(options["stamps"]))
    return signature


class Stamps(StampingVisitor):
    """The same for each task."""

    def __init__(self, stamps):
        self.stamps = stamps

    def on_signature(self, sig, **headers):
        return self.stamps


def nested(step):
    if isinstance(step, list):
        return signature(step)
    if "task" in step:
        return timed(**step)
    if "chain" in step:
        return celery.chain(*map(nested, step["chain"]))
    if "group" in step:
        return celery.group(*map(nested, step["group"]))
    steps = celery.chord(list(map(nested, step["header"])), nested(step["body"]))
    return steps.on_error(signature(step["on_error"])) if "on_error" in step else steps


def timed(task, link=None, **times):
    """{"task": ["tasks.add", 1], "eta": 2} is add.s(1) with a datetime two seconds from now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    options = {name: now + datetime.timedelta(seconds=each) for name, each in times.items()}
    call = signature(task).set(**options)
    if link is not None:
        call.link(nested(link))
    return call


def bulk(kind, name, items):
    """Calls a task for each item of a list: map, starmap, or chunks of two."""
    task = app.signature(name, app=app)
    items = json.loads(items)
    if kind == "chunks":
        many = celery.chunks(task, items, 2)
    else:
        many = {"map": xmap, "starmap": xstarmap}[kind](task, items)
    result = many.apply_async(queue="node")
    print(json.dumps({"value": result.get(timeout=deadline)}), flush=True)


def states(name, arguments):
    """Every state that a waiting client sees."""
    seen = []
    result = app.send_task(name, json.loads(arguments))
    result.get(timeout=deadline, on_message=lambda body: seen.append([body["status"], body["result"]]))
    print(json.dumps(seen), flush=True)


def revoke(name, arguments):
    """Calls a task for later, revokes it, and waits for it."""
    result = app.send_task(name, json.loads(arguments), countdown=2)
    result.revoke()
    report(result)


def quorum(program, *arguments):
    """Any of these programs, with a quorum queue."""
    app.conf.task_default_queue_type = "quorum"
    app.conf.task_default_exchange_type = "topic"
    programs[program](*arguments)


def children(name, arguments):
    """The ids of the calls that a task has made."""
    result = app.send_task(name, json.loads(arguments))
    result.get(timeout=deadline)
    print(json.dumps([each.id for each in result.children]), flush=True)


programs = {
    each.__name__: each
    for each in (call, chain, group, canvas, bulk, states, revoke, quorum, children)
}
programs[sys.argv[1]](*sys.argv[2:])
