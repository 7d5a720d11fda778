"""The programs of the official Python tutorials, with pika."""

import json
import uuid

import pika

from peer import body_of, fib, main, idle_timeout, ready, show, url

quorum = {"x-queue-type": "quorum"}


def open_channel():
    connection = pika.BlockingConnection(pika.URLParameters(url))
    connection.call_later(idle_timeout, connection.close)
    return connection, connection.channel()


def publish(channel, exchange, key, words, **properties):
    body = body_of(words)
    # The tutorials send text without a content type.
    if not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False)
        properties["content_type"] = "application/json"
    channel.basic_publish(exchange, key, body, pika.BasicProperties(**properties))


def take(channel, queue, count, auto_ack=True):
    left = int(count)

    def callback(ch, method, properties, body):
        nonlocal left
        is_json = properties.content_type == "application/json"
        show(method.routing_key, json.loads(body) if is_json else body, properties.content_type)
        if not auto_ack:
            ch.basic_ack(method.delivery_tag)
        left -= 1
        if left == 0:
            ch.stop_consuming()

    channel.basic_consume(queue, callback, auto_ack=auto_ack)
    ready()
    channel.start_consuming()


def send(*words):
    connection, channel = open_channel()
    channel.queue_declare("hello", durable=True, arguments=quorum)
    publish(channel, "", "hello", words)
    connection.close()


def receive(count):
    connection, channel = open_channel()
    channel.queue_declare("hello", durable=True, arguments=quorum)
    take(channel, "hello", count)
    connection.close()


def new_task(*words):
    connection, channel = open_channel()
    channel.queue_declare("task_queue", durable=True, arguments=quorum)
    publish(channel, "", "task_queue", words, delivery_mode=2)
    connection.close()


def worker(count):
    connection, channel = open_channel()
    channel.queue_declare("task_queue", durable=True, arguments=quorum)
    channel.basic_qos(prefetch_count=1)
    take(channel, "task_queue", count, auto_ack=False)
    connection.close()


def emit(exchange, kind):
    def program(key, *words):
        connection, channel = open_channel()
        channel.exchange_declare(exchange, kind)
        publish(channel, exchange, key, words)
        connection.close()

    return program


def listen(exchange, kind):
    def program(count, *keys):
        connection, channel = open_channel()
        channel.exchange_declare(exchange, kind)
        queue = channel.queue_declare("", exclusive=True).method.queue
        for key in keys:
            channel.queue_bind(queue, exchange, key)
        take(channel, queue, count)
        connection.close()

    return program


def rpc_server(count):
    connection, channel = open_channel()
    channel.queue_declare("rpc_queue", durable=True, arguments=quorum)
    left = int(count)

    def on_request(ch, method, properties, body):
        nonlocal left
        show(method.routing_key, body, properties.content_type)
        reply = pika.BasicProperties(correlation_id=properties.correlation_id)
        ch.basic_publish("", properties.reply_to, str(fib(int(body))), reply)
        ch.basic_ack(method.delivery_tag)
        left -= 1
        if left == 0:
            ch.stop_consuming()

    channel.basic_qos(prefetch_count=1)
    channel.basic_consume("rpc_queue", on_request)
    ready()
    channel.start_consuming()
    connection.close()


def rpc_client(n):
    """Like the official Python client, with an exclusive queue for the replies."""
    connection, channel = open_channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    correlation_id = str(uuid.uuid4())
    replies = []

    def on_reply(_channel, _method, properties, body):
        if properties.correlation_id == correlation_id:
            replies.append((body, properties.content_type))

    channel.basic_consume(queue, on_reply, auto_ack=True)
    properties = pika.BasicProperties(reply_to=queue, correlation_id=correlation_id)
    channel.basic_publish("", "rpc_queue", n, properties)
    while not replies:
        connection.process_data_events(time_limit=1)
    show("", *replies[0])
    connection.close()


main(
    {
        "send": send,
        "receive": receive,
        "new_task": new_task,
        "worker": worker,
        "emit_log": emit("logs", "fanout"),
        "receive_logs": listen("logs", "fanout"),
        "emit_log_direct": emit("direct_logs", "direct"),
        "receive_logs_direct": listen("direct_logs", "direct"),
        "emit_log_topic": emit("topic_logs", "topic"),
        "receive_logs_topic": listen("topic_logs", "topic"),
        "rpc_server": rpc_server,
        "rpc_client": rpc_client,
    }
)
