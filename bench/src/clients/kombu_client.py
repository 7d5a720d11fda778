"""kombu: its producer and its consumer. Each confirm is waited for; it has no window."""

import kombu
from serve import content_type, exchange, next_id, serve


class Kombu:
    def __init__(self, url):
        self.connection = kombu.Connection(url)
        confirming = kombu.Connection(url, transport_options={"confirm_publish": True})
        self.confirmed = kombu.Producer(confirming.channel(), auto_declare=False)
        self.unconfirmed = kombu.Producer(self.connection.channel(), auto_declare=False)

    def publish(self, producer, order, **retrying):
        body = b"x" * order["bytes"]
        for _ in range(order["count"]):
            producer.publish(
                body,
                exchange=exchange,
                routing_key="",
                content_type=content_type,
                content_encoding="binary",
                delivery_mode=2,
                message_id=next_id(),
                **retrying,
            )

    def publish_one(self, order, _):
        self.publish(self.confirmed, order)

    def publish_none(self, order, _):
        self.publish(self.unconfirmed, order)
        self.unconfirmed.channel.exchange_declare(exchange, "direct", passive=True)

    def insist(self, order, _):
        self.publish(self.confirmed, order, retry=True)

    def consume(self, order, stopwatch):
        channel = self.connection.channel()
        auto_ack, left = order["autoAck"], order["count"]
        queue = kombu.Queue(order["queue"], no_declare=True, channel=channel)

        def on_message(message):
            nonlocal left
            if not auto_ack:
                message.ack()
            left -= 1

        consumer = kombu.Consumer(channel, [queue], no_ack=auto_ack, on_message=on_message)
        if not auto_ack:
            consumer.qos(prefetch_count=order["prefetch"])
        stopwatch.start()
        consumer.consume()
        while left > 0:
            self.connection.drain_events()
        stopwatch.stop()
        channel.close()


def connect(url):
    client = Kombu(url)
    return {
        "publish-one": client.publish_one,
        "publish-none": client.publish_none,
        "consume": client.consume,
        "insist": client.insist,
    }


serve(connect)
