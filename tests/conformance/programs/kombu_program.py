"""Uses kombu, with its transport py-amqp."""

import kombu
from kombu.pools import producers

import tap


def puts_into_and_gets_from_a_simple_queue():
    with kombu.Connection(tap.url) as connection:
        queue = connection.SimpleQueue("kombu-simple")
        queue.put({"number": 1, "text": "Grüße"})
        message = queue.get(timeout=tap.timeout)
        assert message.payload == {"number": 1, "text": "Grüße"}
        message.ack()
        assert queue.qsize() == 0
        queue.close()
        queue.queue.bind(connection.channel()).delete()


def declares_publishes_and_consumes():
    exchange = kombu.Exchange("kombu-topic", "topic", auto_delete=True)
    queue = kombu.Queue("kombu-topic", exchange, routing_key="a.#", auto_delete=True)
    with kombu.Connection(tap.url) as connection:
        got = []

        def receive(body, message):
            got.append((body, message.delivery_info["routing_key"]))
            message.ack()

        with connection.Consumer([queue], callbacks=[receive]):
            with producers[connection].acquire(block=True) as producer:
                for key in ["a.b", "b.a", "a"]:
                    producer.publish(key, exchange=exchange, routing_key=key, retry=True)
            while len(got) < 2:
                connection.drain_events(timeout=tap.timeout)
        assert got == [("a.b", "a.b"), ("a", "a")], got


def waits_for_confirms_and_gets_by_priority():
    options = {"confirm_publish": True}
    with kombu.Connection(tap.url, transport_options=options) as connection:
        queue = kombu.Queue("kombu-priority", max_priority=5)(connection.channel())
        queue.declare()
        producer = kombu.Producer(connection)
        for priority in [1, 5, 3]:
            producer.publish(priority, routing_key=queue.name, priority=priority, compression="gzip")
        assert [queue.get(no_ack=True).payload for _ in range(3)] == [5, 3, 1]
        queue.delete()


def rejects_and_requeues():
    with kombu.Connection(tap.url) as connection:
        queue = kombu.Queue("kombu-requeue")(connection.channel())
        queue.declare()
        kombu.Producer(connection).publish("again", routing_key=queue.name)
        tap.wait_for(lambda: queue.queue_declare(passive=True).message_count == 1)
        queue.get().requeue()
        message = queue.get()
        assert message.delivery_info["redelivered"]
        message.reject()
        assert queue.get() is None
        queue.delete()


def reconnects_after_its_connection_broke():
    with kombu.Connection(tap.url) as connection:
        connection.connect()
        connection.transport.close_connection(connection.connection)
        connection.ensure_connection(max_retries=3)
        producer = kombu.Producer(connection)
        producer.publish("x", exchange=kombu.Exchange("amq.fanout", "fanout"), retry=True)


tap.run(
    puts_into_and_gets_from_a_simple_queue,
    declares_publishes_and_consumes,
    waits_for_confirms_and_gets_by_priority,
    rejects_and_requeues,
    reconnects_after_its_connection_broke,
)
