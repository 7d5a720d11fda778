"""What each language's peer does: see stream-clients.mjs."""

import asyncio
import os
import sys
from urllib.parse import urlparse

from rstream import (
    AMQPMessage,
    CompressionType,
    Consumer,
    ConsumerOffsetSpecification,
    OffsetNotFound,
    OffsetType,
    Producer,
    Properties,
    RawMessage,
    SuperStreamConsumer,
    SuperStreamProducer,
    amqp_decoder,
)

url = urlparse(os.environ["STREAM_URL"])
broker = {
    "host": url.hostname,
    "port": url.port,
    "username": url.username,
    "password": url.password,
}
first = ConsumerOffsetSpecification(OffsetType.FIRST, None)


def message(number):
    body = f"python-{number}"
    return AMQPMessage(properties=Properties(message_id=body), body=body.encode())


async def write(stream, count):
    async with Producer(**broker) as producer:
        for number in range(count):
            await producer.send_wait(stream, message(number))


async def write_batch(stream, count, compression):
    confirmed = asyncio.Event()

    async def on_confirm(status):
        confirmed.set()

    async with Producer(**broker) as producer:
        await producer.send_sub_entry(
            stream,
            [message(number) for number in range(count)],
            compression_type=CompressionType[compression.capitalize()],
            on_publish_confirm=on_confirm,
        )
        await asyncio.wait_for(confirmed.wait(), 30)


async def write_again(stream, count):
    """Sends the same publishing ids twice, so each message is stored once."""
    for _ in range(2):
        async with Producer(**broker) as producer:
            for number in range(count):
                body = bytes(message(number))
                raw = RawMessage(body, publishing_id=number + 1)
                await producer.send_wait(stream, raw, publisher_name="python-writer")


async def write_super(stream, count):
    async def key(item):
        return str(item.properties.message_id)

    async with SuperStreamProducer(
        **broker, super_stream=stream, routing_extractor=key
    ) as producer:
        for number in range(count):
            await producer.send(message(number))


async def collect(consumer, subscribe, count):
    bodies = []
    finished = asyncio.Event()

    async def on_message(item, context):
        if len(bodies) == count:
            return
        bodies.append(b"".join(item.data) if hasattr(item, "data") else bytes(item.body))
        if len(bodies) == count:
            await on_end(context)
            finished.set()

    async def on_end(context):
        if subscribe == "resume":
            await consumer.store_offset(context.stream, "reader", context.offset)

    await start(consumer, subscribe, on_message)
    running = asyncio.create_task(consumer.run())
    await asyncio.wait_for(finished.wait(), 30)
    for body in bodies:
        print(body.decode())
    running.cancel()
    await consumer.close()


async def start(consumer, subscribe, on_message):
    await consumer.start()
    if subscribe == "super":
        await consumer.subscribe(on_message, decoder=amqp_decoder, offset_specification=first)
        return
    offset = first
    if subscribe == "resume":
        try:
            stored = await consumer.query_offset(sys.argv[2], "reader")
            offset = ConsumerOffsetSpecification(OffsetType.OFFSET, stored + 1)
        except OffsetNotFound:
            pass
    await consumer.subscribe(
        sys.argv[2], on_message, decoder=amqp_decoder, offset_specification=offset
    )


async def main(task, stream, count, *more):
    if task == "write":
        await write(stream, count)
    elif task == "write-batch":
        await write_batch(stream, count, *more)
    elif task == "write-again":
        await write_again(stream, count)
    elif task == "write-super":
        await write_super(stream, count)
    elif task == "read":
        await collect(Consumer(**broker), "stream", count)
    elif task == "read-super":
        await collect(SuperStreamConsumer(**broker, super_stream=stream), "super", count)
    elif task == "resume":
        await collect(Consumer(**broker), "resume", count)
    else:
        raise ValueError(task)


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:]))
