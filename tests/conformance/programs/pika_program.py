"""Uses pika, with a new connection for each check."""

import contextlib

import pika
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError, UnroutableError

import tap

parameters = pika.URLParameters(tap.url)


@contextlib.contextmanager
def opened():
    connection = pika.BlockingConnection(parameters)
    try:
        yield connection, connection.channel()
    finally:
        connection.close()


def confirms_and_keeps_the_properties():
    with opened() as (_, channel):
        channel.confirm_delivery()
        channel.queue_declare("pika", durable=True)
        sent = pika.BasicProperties(
            content_type="text/plain",
            delivery_mode=2,
            headers={"number": 1, "nested": {"list": [1, 2**40, "x", None, True]}},
            message_id="m-1",
        )
        channel.basic_publish("", "pika", b"hello", sent, mandatory=True)
        _, properties, body = channel.basic_get("pika", auto_ack=True)
        assert body == b"hello"
        assert properties == sent, properties
        channel.queue_delete("pika")


def gets_unroutable_messages_back():
    with opened() as (_, channel):
        channel.confirm_delivery()
        try:
            channel.basic_publish("", "nobody-has-this", b"x", mandatory=True)
        except UnroutableError as error:
            assert error.messages[0].method.reply_code == 312
        else:
            raise AssertionError("the message was routed")


def gets_a_requeued_message_again():
    with opened() as (_, channel):
        channel.queue_declare("pika-again", durable=True)
        channel.basic_publish("", "pika-again", b"x" * 300_000)
        method, _, _ = tap.wait_for(
            lambda: (got := channel.basic_get("pika-again"))[0] and got
        )
        assert not method.redelivered
        channel.basic_nack(method.delivery_tag)
        for method, _, body in channel.consume("pika-again", inactivity_timeout=tap.timeout):
            assert method.redelivered and len(body) == 300_000
            channel.basic_ack(method.delivery_tag)
            break
        channel.cancel()
        assert channel.queue_delete("pika-again").method.message_count == 0


def is_notified_of_a_deleted_queue():
    with opened() as (connection, channel):
        queue = channel.queue_declare("", exclusive=True).method.queue
        cancelled = []
        channel.add_on_cancel_callback(cancelled.append)
        channel.basic_consume(queue, lambda *_: None)
        connection.channel().queue_delete(queue)
        tap.wait_for(lambda: cancelled, lambda: connection.process_data_events(0.1))


def calls_through_direct_reply_to():
    with opened() as (connection, channel):
        answers = []
        channel.basic_consume(
            "amq.rabbitmq.reply-to", lambda *message: answers.append(message[3]), auto_ack=True
        )
        server = connection.channel()
        queue = server.queue_declare("", exclusive=True).method.queue

        def answer(_, method, properties, body):
            server.basic_publish("", properties.reply_to, body[::-1])
            server.basic_ack(method.delivery_tag)

        server.basic_consume(queue, answer)
        properties = pika.BasicProperties(reply_to="amq.rabbitmq.reply-to")
        channel.basic_publish("", queue, b"ping", properties)
        tap.wait_for(lambda: answers, lambda: connection.process_data_events(0.1))
        assert answers == [b"gnip"]


def keeps_an_idle_connection_open_with_heartbeats():
    quick = pika.URLParameters(tap.url)
    quick.heartbeat = 1
    connection = pika.BlockingConnection(quick)
    # Without heartbeats, the broker would close it after two and a half seconds.
    connection.sleep(3.5)
    connection.channel()
    connection.close()


def continues_after_a_channel_error():
    with opened() as (connection, channel):
        try:
            channel.queue_declare("nobody-declared-this", passive=True)
        except ChannelClosedByBroker as error:
            assert error.reply_code == 404
        else:
            raise AssertionError("the queue exists")
        assert connection.channel().is_open


def is_refused_with_a_wrong_password():
    wrong = pika.URLParameters(tap.url)
    wrong.credentials = pika.PlainCredentials("guest", "wrong")
    try:
        pika.BlockingConnection(wrong)
    except ProbableAuthenticationError as error:
        assert "403" in str(error)
    else:
        raise AssertionError("the password was accepted")


tap.run(
    confirms_and_keeps_the_properties,
    gets_unroutable_messages_back,
    gets_a_requeued_message_again,
    is_notified_of_a_deleted_queue,
    calls_through_direct_reply_to,
    keeps_an_idle_connection_open_with_heartbeats,
    continues_after_a_channel_error,
    is_refused_with_a_wrong_password,
)
