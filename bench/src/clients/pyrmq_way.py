"""
Publishing as PyRMQ does it: a connection, a channel and a look at the exchange for each message, and
no goodbye. It also publishes as mandatory; here no queue takes the message, so that is left out.
"""

import pika
from serve import exchange, serve


def connect(url):
    parameters = pika.URLParameters(url)

    def publish_one(order, _):
        body = b"x" * order["bytes"]
        for _ in range(order["count"]):
            channel = pika.BlockingConnection(parameters).channel()
            channel.confirm_delivery()
            channel.exchange_declare(exchange, passive=True)
            channel.basic_publish(exchange, "", body, pika.BasicProperties(delivery_mode=2))

    return {"publish-one": publish_one}


serve(connect)
