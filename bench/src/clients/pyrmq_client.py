"""
Publishes like PyRMQ: with a new connection and channel for each message, a check of the exchange, and
without closing the connection. PyRMQ also sets the mandatory flag. It is omitted here, because no queue
is bound to the exchange.
"""

import pika
from run_client import bench_exchange, run_client


def connect(url):
    parameters = pika.URLParameters(url)

    def publish_one_by_one(request, _):
        body = b"x" * request["bytes"]
        for _ in range(request["count"]):
            channel = pika.BlockingConnection(parameters).channel()
            channel.confirm_delivery()
            channel.exchange_declare(bench_exchange, passive=True)
            channel.basic_publish(bench_exchange, "", body, pika.BasicProperties(delivery_mode=2))

    return {"publish-one-by-one": publish_one_by_one}


run_client(connect)
