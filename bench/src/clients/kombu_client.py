"""kombu, with its Producer and Consumer. It always waits for each confirm, so it has no window."""

import kombu
from run_client import bench_exchange, content_type, next_id, run_client


class Kombu:
    def __init__(self, url):
        self.connection = kombu.Connection(url)
        confirming = kombu.Connection(url, transport_options={"confirm_publish": True})
        self.confirmed = kombu.Producer(confirming.channel(), auto_declare=False)
        self.unconfirmed = kombu.Producer(self.connection.channel(), auto_declare=False)

    def publish(self, producer, request, **retrying):
        body = b"x" * request["bytes"]
        for _ in range(request["count"]):
            producer.publish(
                body,
                exchange=bench_exchange,
                routing_key="",
                content_type=content_type,
                content_encoding="binary",
                delivery_mode=2,
                message_id=next_id(),
                **retrying,
            )

    def publish_one_by_one(self, request, _):
        self.publish(self.confirmed, request)

    def publish_unconfirmed(self, request, _):
        self.publish(self.unconfirmed, request)
        self.unconfirmed.channel.exchange_declare(bench_exchange, "direct", passive=True)

    def publish_retrying(self, request, _):
        self.publish(self.confirmed, request, retry=True)

    def consume(self, request, stopwatch):
        channel = self.connection.channel()
        auto_ack, remaining = request["autoAck"], request["count"]
        queue = kombu.Queue(request["queue"], no_declare=True, channel=channel)

        def on_message(message):
            nonlocal remaining
            if not auto_ack:
                message.ack()
            remaining -= 1

        consumer = kombu.Consumer(channel, [queue], no_ack=auto_ack, on_message=on_message)
        if not auto_ack:
            consumer.qos(prefetch_count=request["prefetch"])
        stopwatch.start()
        consumer.consume()
        while remaining > 0:
            self.connection.drain_events()
        stopwatch.stop()
        channel.close()


def connect(url):
    client = Kombu(url)
    return {
        "publish-one-by-one": client.publish_one_by_one,
        "publish-unconfirmed": client.publish_unconfirmed,
        "consume": client.consume,
        "publish-retrying": client.publish_retrying,
    }


run_client(connect)
