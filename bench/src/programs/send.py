"""The producer of lesson 1 with pika, as its documentation shows it, and with a confirm."""

import os

import pika

connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
channel = connection.channel()
channel.queue_declare("hello", durable=True, arguments={"x-queue-type": "quorum"})
channel.confirm_delivery()
channel.basic_publish("", "hello", b"Hello", pika.BasicProperties(delivery_mode=2), mandatory=True)
print("Hello sent", flush=True)
connection.close()
