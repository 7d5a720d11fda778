"""The programs of the official tutorials, written with kombu, the library of Celery."""

import uuid

from kombu import Connection, Consumer, Exchange, Producer, Queue, binding

from peer import body_of, fib, main, idle_timeout, ready, show, url

quorum = {"x-queue-type": "quorum"}
hello = Queue("hello", durable=True, queue_arguments=quorum)
tasks = Queue("task_queue", durable=True, queue_arguments=quorum)
requests = Queue("rpc_queue", durable=True, queue_arguments=quorum)

# kombu decodes JSON itself, and refuses types that are not listed here.
accept = ["json", "text/plain"]
as_text = {"content_type": "text/plain", "content_encoding": "utf-8"}


def open_channel():
    connection = Connection(url, transport="pyamqp")
    return connection, connection.channel()


def publish(channel, words, **how):
    body = body_of(words)
    if isinstance(body, str):
        how.update(as_text)
    # kombu sends everything else as JSON.
    Producer(channel).publish(body, **how)


def take(connection, channel, queue, count, no_ack=False):
    left = int(count)

    def callback(body, message):
        nonlocal left
        show(message.delivery_info["routing_key"], body, message.content_type)
        if not no_ack:
            message.ack()
        left -= 1

    consumer = Consumer(channel, queue, callbacks=[callback], accept=accept, no_ack=no_ack)
    consumer.qos(prefetch_count=1)
    with consumer:
        ready()
        while left > 0:
            connection.drain_events(timeout=idle_timeout)
    connection.close()


def send_to(queue):
    def program(*words):
        connection, channel = open_channel()
        publish(channel, words, routing_key=queue.name, declare=[queue])
        connection.close()

    return program


def receive_from(queue):
    def program(count):
        take(*open_channel(), queue, count)

    return program


def emit(exchange):
    def program(key, *words):
        connection, channel = open_channel()
        publish(channel, words, exchange=exchange, routing_key=key, declare=[exchange])
        connection.close()

    return program


def listen(exchange):
    def program(count, *keys):
        connection, channel = open_channel()
        bindings = [binding(exchange, key) for key in keys]
        queue = Queue("", bindings=bindings, durable=False, exclusive=True)
        take(connection, channel, queue, count, no_ack=True)

    return program


def rpc_server(count):
    connection, channel = open_channel()
    producer = Producer(channel)
    left = int(count)

    def on_request(body, message):
        nonlocal left
        show(message.delivery_info["routing_key"], body, message.content_type)
        producer.publish(
            str(fib(int(body))),
            routing_key=message.properties["reply_to"],
            correlation_id=message.properties["correlation_id"],
            **as_text,
        )
        message.ack()
        left -= 1

    consumer = Consumer(channel, requests, callbacks=[on_request], accept=accept)
    consumer.qos(prefetch_count=1)
    with consumer:
        ready()
        while left > 0:
            connection.drain_events(timeout=idle_timeout)
    connection.close()


def rpc_client(n):
    """Through Direct Reply-to, where consuming and publishing must use the same channel."""
    connection, channel = open_channel()
    correlation_id = str(uuid.uuid4())
    replies = []

    def on_reply(body, message):
        if message.properties["correlation_id"] == correlation_id:
            replies.append((body, message.content_type))

    reply_to = Queue("amq.rabbitmq.reply-to", no_declare=True)
    with Consumer(channel, reply_to, callbacks=[on_reply], accept=accept, no_ack=True):
        publish(
            channel,
            [n],
            routing_key="rpc_queue",
            reply_to="amq.rabbitmq.reply-to",
            correlation_id=correlation_id,
        )
        while not replies:
            connection.drain_events(timeout=idle_timeout)
    show("", *replies[0])
    connection.close()


logs = Exchange("logs", "fanout", durable=False)
direct_logs = Exchange("direct_logs", "direct", durable=False)
topic_logs = Exchange("topic_logs", "topic", durable=False)

main(
    {
        "send": send_to(hello),
        "receive": receive_from(hello),
        "new_task": send_to(tasks),
        "worker": receive_from(tasks),
        "emit_log": emit(logs),
        "receive_logs": listen(logs),
        "emit_log_direct": emit(direct_logs),
        "receive_logs_direct": listen(direct_logs),
        "emit_log_topic": emit(topic_logs),
        "receive_logs_topic": listen(topic_logs),
        "rpc_server": rpc_server,
        "rpc_client": rpc_client,
    }
)
