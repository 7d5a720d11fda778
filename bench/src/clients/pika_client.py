"""pika: the blocking connection, and for a window of confirms the one with an event loop."""

import threading
import time

import pika
from serve import confirm_window, content_type, exchange, next_id, serve, times_of


def properties():
    return pika.BasicProperties(delivery_mode=2, content_type=content_type, message_id=next_id())


class Pika:
    def __init__(self, url):
        self.parameters = pika.URLParameters(url)
        # Between two orders nobody would send any.
        self.parameters.heartbeat = 0
        self.connect()
        self.in_window = None

    def connect(self):
        self.connection = pika.BlockingConnection(self.parameters)
        self.unconfirmed = self.connection.channel()
        self.confirmed = self.connection.channel()
        self.confirmed.confirm_delivery()

    def publish_one(self, order, _):
        body = b"x" * order["bytes"]
        for _ in range(order["count"]):
            self.confirmed.basic_publish(exchange, "", body, properties())

    def publish_none(self, order, _):
        body = b"x" * order["bytes"]
        for _ in range(order["count"]):
            self.unconfirmed.basic_publish(exchange, "", body, properties())
        self.unconfirmed.exchange_declare(exchange, passive=True)

    def publish_window(self, order, stopwatch):
        self.publish_in_window(order, stopwatch, exchange, "")

    def fill(self, order, stopwatch):
        self.publish_in_window(order, stopwatch, "", order["queue"])

    def publish_in_window(self, order, stopwatch, *target):
        if self.in_window is None:
            self.in_window = WindowPublisher(self.parameters)
        stopwatch.start()
        self.in_window.publish(order["count"], b"x" * order["bytes"], target)

    def consume(self, order, stopwatch):
        channel = self.connection.channel()
        auto_ack, left = order["autoAck"], order["count"]
        if not auto_ack:
            channel.basic_qos(prefetch_count=order["prefetch"])

        def on_message(ch, method, _properties, _body):
            nonlocal left
            if not auto_ack:
                ch.basic_ack(method.delivery_tag)
            left -= 1
            if left == 0:
                ch.stop_consuming()

        stopwatch.start()
        channel.basic_consume(order["queue"], on_message, auto_ack=auto_ack)
        channel.start_consuming()
        stopwatch.stop()
        channel.close()

    def serve(self, order, _):
        connection = pika.BlockingConnection(self.parameters)
        channel = connection.channel()
        channel.basic_qos(prefetch_count=order["prefetch"])

        def on_request(ch, method, request, body):
            reply = pika.BasicProperties(correlation_id=request.correlation_id)
            ch.basic_publish("", request.reply_to, body, reply)
            ch.basic_ack(method.delivery_tag)

        channel.basic_consume(order["queue"], on_request)
        threading.Thread(target=channel.start_consuming, daemon=True).start()

    def call(self, order, stopwatch):
        channel = self.connection.channel()
        body, left, begun = b"x" * order["bytes"], order["count"], {}
        times = []

        def send():
            correlation_id = next_id()
            begun[correlation_id] = time.perf_counter()
            request = pika.BasicProperties(
                content_type=content_type,
                correlation_id=correlation_id,
                reply_to="amq.rabbitmq.reply-to",
            )
            channel.basic_publish("", order["queue"], body, request)

        def on_reply(ch, _method, reply, _body):
            nonlocal left
            times.append((time.perf_counter() - begun.pop(reply.correlation_id)) * 1000)
            if left > 0:
                left -= 1
                send()
            elif not begun:
                ch.stop_consuming()

        channel.basic_consume("amq.rabbitmq.reply-to", on_reply, auto_ack=True)
        stopwatch.start()
        for _ in range(min(order["window"], order["count"])):
            left -= 1
            send()
        channel.start_consuming()
        stopwatch.stop()
        channel.close()
        return times_of(times)

    def insist(self, order, _):
        while True:
            try:
                return self.publish_one(order, _)
            except pika.exceptions.AMQPError:
                self.connect()


class WindowPublisher:
    """A connection whose event loop runs while something is published, and stands still otherwise."""

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
        # Of one queue, or of none, they come in the order of the messages.
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
        "publish-one": client.publish_one,
        "publish-window": client.publish_window,
        "publish-none": client.publish_none,
        "fill": client.fill,
        "consume": client.consume,
        "serve": client.serve,
        "call": client.call,
        "insist": client.insist,
    }


serve(connect)
