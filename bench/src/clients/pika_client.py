"""pika, with its BlockingConnection; for a window of confirms, with its SelectConnection."""

import threading
import time

import pika
from run_client import bench_exchange, confirm_window, content_type, next_id, percentiles, run_client


def properties():
    return pika.BasicProperties(delivery_mode=2, content_type=content_type, message_id=next_id())


class Pika:
    def __init__(self, url):
        self.parameters = pika.URLParameters(url)
        # Between two requests, no code would run to send them.
        self.parameters.heartbeat = 0
        self.connect()
        self.in_window = None

    def connect(self):
        self.connection = pika.BlockingConnection(self.parameters)
        self.unconfirmed = self.connection.channel()
        self.confirmed = self.connection.channel()
        self.confirmed.confirm_delivery()

    def publish_one_by_one(self, request, _):
        body = b"x" * request["bytes"]
        for _ in range(request["count"]):
            self.confirmed.basic_publish(bench_exchange, "", body, properties())

    def publish_unconfirmed(self, request, _):
        body = b"x" * request["bytes"]
        for _ in range(request["count"]):
            self.unconfirmed.basic_publish(bench_exchange, "", body, properties())
        self.unconfirmed.exchange_declare(bench_exchange, passive=True)

    def publish_window(self, request, stopwatch):
        self.publish_in_window(request, stopwatch, bench_exchange, "")

    def publish_to_queue(self, request, stopwatch):
        self.publish_in_window(request, stopwatch, "", request["queue"])

    def publish_in_window(self, request, stopwatch, *target):
        if self.in_window is None:
            self.in_window = WindowPublisher(self.parameters)
        stopwatch.start()
        self.in_window.publish(request["count"], b"x" * request["bytes"], target)

    def consume(self, request, stopwatch):
        channel = self.connection.channel()
        auto_ack, remaining = request["autoAck"], request["count"]
        if not auto_ack:
            channel.basic_qos(prefetch_count=request["prefetch"])

        def on_message(ch, method, _properties, _body):
            nonlocal remaining
            if not auto_ack:
                ch.basic_ack(method.delivery_tag)
            remaining -= 1
            if remaining == 0:
                ch.stop_consuming()

        stopwatch.start()
        channel.basic_consume(request["queue"], on_message, auto_ack=auto_ack)
        channel.start_consuming()
        stopwatch.stop()
        channel.close()

    def serve_calls(self, request, _):
        connection = pika.BlockingConnection(self.parameters)
        channel = connection.channel()
        channel.basic_qos(prefetch_count=request["prefetch"])

        def on_request(ch, method, request, body):
            reply = pika.BasicProperties(correlation_id=request.correlation_id)
            ch.basic_publish("", request.reply_to, body, reply)
            ch.basic_ack(method.delivery_tag)

        channel.basic_consume(request["queue"], on_request)
        threading.Thread(target=channel.start_consuming, daemon=True).start()

    def call(self, request, stopwatch):
        channel = self.connection.channel()
        body, remaining, begun = b"x" * request["bytes"], request["count"], {}
        times = []

        def send():
            correlation_id = next_id()
            begun[correlation_id] = time.perf_counter()
            properties = pika.BasicProperties(
                content_type=content_type,
                correlation_id=correlation_id,
                reply_to="amq.rabbitmq.reply-to",
            )
            channel.basic_publish("", request["queue"], body, properties)

        def on_reply(ch, _method, reply, _body):
            nonlocal remaining
            times.append((time.perf_counter() - begun.pop(reply.correlation_id)) * 1000)
            if remaining > 0:
                remaining -= 1
                send()
            elif not begun:
                ch.stop_consuming()

        channel.basic_consume("amq.rabbitmq.reply-to", on_reply, auto_ack=True)
        stopwatch.start()
        for _ in range(min(request["concurrency"], request["count"])):
            remaining -= 1
            send()
        channel.start_consuming()
        stopwatch.stop()
        channel.close()
        return percentiles(times)

    def publish_retrying(self, request, _):
        while True:
            try:
                return self.publish_one_by_one(request, _)
            except pika.exceptions.AMQPError:
                self.connect()


class WindowPublisher:
    """Publishes with a window of confirms. The event loop only runs while publish() does."""

    def __init__(self, parameters):
        self.channel = None
        self.connection = pika.SelectConnection(
            parameters,
            on_open_callback=lambda connection: connection.channel(
                on_open_callback=self.on_channel
            ),
        )
        self.connection.ioloop.start()

    def on_channel(self, channel):
        self.channel = channel
        self.sent = self.confirmed = 0
        channel.confirm_delivery(self.on_confirm, lambda _: self.connection.ioloop.stop())

    def publish(self, count, body, target):
        self.body, self.target, self.last = body, target, self.sent + count
        self.fill_window()
        self.connection.ioloop.start()

    def on_confirm(self, frame):
        # With at most one queue, confirms arrive in the order of the messages.
        self.confirmed = max(self.confirmed, frame.method.delivery_tag)
        if self.confirmed == self.last:
            self.connection.ioloop.stop()
        else:
            self.fill_window()

    def fill_window(self):
        while self.sent < self.last and self.sent - self.confirmed < confirm_window:
            self.sent += 1
            self.channel.basic_publish(*self.target, self.body, properties())


def connect(url):
    client = Pika(url)
    return {
        "publish-one-by-one": client.publish_one_by_one,
        "publish-window": client.publish_window,
        "publish-unconfirmed": client.publish_unconfirmed,
        "publish-to-queue": client.publish_to_queue,
        "consume": client.consume,
        "serve-calls": client.serve_calls,
        "call": client.call,
        "publish-retrying": client.publish_retrying,
    }


run_client(connect)
