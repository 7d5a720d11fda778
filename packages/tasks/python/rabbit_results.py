"""Celery's results on RabbitMQ 4.3, with chords and without another database.

    app = celery.Celery("tasks", broker="amqp://localhost", backend="rabbit_results.RabbitResults")
"""

import sys

import amqp
from amqp.exceptions import NotFound, ResourceLocked
from celery import states
from celery.app.task import Context
from celery.backends.rpc import RPCBackend
from celery.canvas import _chain, chord, group, maybe_signature
from celery.exceptions import ChordError
from celery.result import GroupResult
from kombu.utils import json
from kombu.utils.functional import maybe_list

# An unfinished chord is deleted after a day, like results that nobody reads.
EXPIRE_AFTER = 86_400_000


class RabbitResults(RPCBackend):
    """The backend rpc://, with three differences.

    Its queue of results is durable, because RabbitMQ 4.3 refuses one that is neither durable nor
    exclusive. It is not deleted with its consumer: a client that waits replaces that every second, and
    results that arrive in between would be lost.

    And it has chords: the results of a header collect in a queue, as in the TypeScript workers, and the
    worker that finds all of them there calls the body. So workers of both languages may run the tasks of
    one header.

    And while a client waits, it does not ask the broker for each result: a chord may have hundreds.

    A worker that dies in the middle of a task loses the chord, unless you set task_acks_late.
    """

    @property
    def binding(self):
        return self.Queue(
            self.oid, self.exchange, self.oid, durable=True, auto_delete=False, expires=self.expires
        )

    # How many waits there are now: several if threads share the backend.
    _waits = 0

    def wait_for_pending(self, result, **kwargs):
        self._waits += 1
        try:
            return super().wait_for_pending(result, **kwargs)
        finally:
            self._waits -= 1

    def get_task_meta(self, task_id, backlog_limit=sys.maxsize):
        """During a wait, results arrive at the consumer, and none is in the queue.

        A client that waits for the body of a chord asks for those of all members whenever one arrives.
        """
        arrived = self._pending_messages.get(task_id)
        if arrived:
            return self.meta_from_decoded(arrived[-1])
        if self._waits == 0 or task_id in self._out_of_band:
            return super().get_task_meta(task_id, backlog_limit)
        return self._cache.get(task_id) or {"status": states.PENDING, "result": None}

    def ensure_chords_allowed(self):
        """They are; rpc:// raises NotImplementedError here."""

    def apply_chord(self, header_result_args, body, **kwargs):
        # It travels with each task of the header, which is sent next.
        _, results = header_result_args
        ids = ids_of(results)
        body["chord_size"] = count(ids)
        if any(isinstance(each, list) for each in ids):
            # The body gets a list in a list. Without this, it gets a flat one.
            body["chord_results"] = ids

    def on_chord_part_return(self, request, state, result, **kwargs):
        name = f"celery.chord.{request.group}"
        part = {"id": request.id, "index": request.group_index}
        if state in states.PROPAGATE_STATES:
            part["error"] = f"Dependency {request.id} raised {result!r}"
        else:
            part["value"] = result
        with self.app.connection_for_write() as connection:
            channel = connection.default_channel
            arguments = {"x-queue-type": "classic", "x-expires": EXPIRE_AFTER}
            channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
            message = amqp.Message(
                json.dumps(part), content_type="application/json", delivery_mode=2
            )
            channel.basic_publish_confirm(message, "", name)
            try:
                parts = self._all_parts(channel, name, request.chord["chord_size"])
            except NotFound:
                # Another worker has called the body, and deleted the queue.
                return
            if parts is not None:
                ids = request.chord.get("chord_results") or list(parts)
                self._call_body(maybe_signature(request.chord, app=self.app), parts, ids)
                channel.queue_delete(name)

    def _all_parts(self, channel, name, size):
        """The parts in order, by id; None if some are missing, or another worker has them."""
        while channel.queue_declare(name, passive=True).message_count >= size:
            try:
                # A queue that is exclusive to this connection is a lock.
                channel.queue_declare(f"{name}.lock", exclusive=True)
            except ResourceLocked:
                return None
            parts = {}
            while len(parts) < size and (message := channel.basic_get(name)) is not None:
                part = json.loads(message.body)
                if part["id"] in parts:
                    # A task that ran twice has put its result there twice.
                    channel.basic_ack(message.delivery_tag)
                parts[part["id"]] = part
            if len(parts) == size:
                return dict(sorted(parts.items(), key=lambda item: item[1]["index"]))
            channel.basic_recover(requeue=True)
        return None

    def _call_body(self, body, parts, ids):
        for part in parts.values():
            if "error" in part:
                self._fail(body, ChordError(part["error"]))
                return
        body.delay(values(parts, ids))

    def _fail(self, body, error):
        for task, errbacks in failures(body):
            request = Context(task)
            request.update(task.options)
            request.id = task.options.get("task_id")
            # The body may be in the header of another chord.
            request.group = task.options.get("group_id")
            request.errbacks = errbacks
            # Celery reads it before it calls them.
            request.delivery_info = {}
            self.mark_as_failure(request.id, error, request=request)


def ids_of(results):
    """The ids of the tasks: those of a group that ends a chain in a list of their own."""
    return [ids_of(each.results) if isinstance(each, GroupResult) else each.id for each in results]


def count(ids):
    return sum(count(each) if isinstance(each, list) else 1 for each in ids)


def values(parts, ids):
    """The results, in lists as the ids are."""
    return [
        values(parts, each) if isinstance(each, list) else parts[each].get("value") for each in ids
    ]


def failures(signature, errbacks=()):
    """Its tasks, each with what is called when it fails: those of a chain fail together with the first."""
    errbacks = [*errbacks, *maybe_list(signature.options.get("link_error") or [])]
    if isinstance(signature, chord):
        yield from failures(signature.body, errbacks)
    elif isinstance(signature, (_chain, group)):
        for task in signature.tasks:
            yield from failures(maybe_signature(task, app=signature.app), errbacks)
            if isinstance(signature, _chain):
                errbacks = ()
    else:
        yield signature, errbacks
