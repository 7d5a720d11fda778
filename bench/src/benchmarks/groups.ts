/** The sections of the page: what the benchmarks of each group measure. */
export const groups: Readonly<Record<string, string>> = {
  'publish, one confirm at a time':
    'The client waits for the confirm of each message before it publishes the next. Programs do this if every message must be safe before the next step. Most of the time is the round trip to the broker.',
  'publish, a window of 256':
    'Up to 256 messages are unconfirmed at any time. The client is busy here, so this shows its cost best.',
  'publish, without confirms':
    'The client does not know whether the broker received the messages. `shared` always uses confirms, so it is not included. The clock stops when the broker answers a request that was sent after the last message.',
  'consume, auto-ack':
    'The messages are in a durable classic queue before the clock starts. The broker delivers them as fast as the socket accepts them, and deletes them immediately.',
  'consume, ack, prefetch 1':
    'The broker delivers the next message when the previous one is acknowledged. Most of the time is the round trip to the broker.',
  'consume, ack, prefetch 10':
    'Each message is acknowledged individually, and up to ten are unacknowledged.',
  'consume, ack, prefetch 250': 'The same with up to 250 unacknowledged messages.',
  'end to end':
    'One process publishes persistent messages with confirms to a durable classic queue. Another process of the same client consumes and acknowledges them. This is the most work for the broker.',
  'RPC, one at a time':
    'A call and its reply through Direct Reply-to. The server is another process of the same client, and returns the request as the reply. The CPU time is the caller\'s. `shared` stands for the client and the server of lesson 6: the client sends text, and the server does not ask about lost replies. So there are no confirms, except in the row "with confirms".',
  'RPC, 64 in flight': 'The same with 64 calls in flight at any time.',
  'tasks, 100 at the same time':
    'Calls of a task that does nothing, with a worker that runs up to 100 tasks at the same time. Each library has its own client and its own worker, with its defaults; the baseline is Celery with its default pool. The CPU time is that of the client and the worker together, without the broker. In the first benchmark, the results are ignored; the clock stops when one last call has its result or, for BullMQ, when no job is left. In the second, one program publishes the same messages for each worker, so it measures the workers alone, and so does its CPU time. In the third, the client makes all calls, and then waits for all results. BullMQ uses Redis: in one row, Redis keeps its data only in memory; in the other, it also appends every write to a file (AOF), as BullMQ recommends, and flushes that file to disk once a second. With RabbitMQ, the calls are persistent messages in a durable classic queue. celery-node is not included, because it declares a queue for each result, even if the result is ignored.',
  'tasks, one call at a time':
    'The client waits for the result of each call before it makes the next. The CPU time is that of the client and the worker together. In lesson 12 the broker confirms each call and each result. Celery asks for no confirms by default; "with confirms" is its pool of threads with the option `confirm_publish`. celery-node polls for a result every half second. It is no longer maintained, and its version of amqplib, 0.8, asks for frames of 4 KiB, which RabbitMQ 4.1 and later refuse, so for this benchmark its URL has `?frameMax=8192`.',
  reconnect:
    'The time from a broken connection to the next confirmed message. It mostly shows how long each client waits by default before it reconnects, not how fast it is. `amqplib` and `pika` do not reconnect by themselves, so here the program does it for them, immediately.',
  'cold start':
    'A program starts, publishes one message to a quorum queue, and exits. "basic producer" is the producer of lesson 1, started as its package starts it. The empty programs show how much of the time is Node.js itself, and how much is tsx.',
  memory:
    'The memory of the whole process (RSS) after publishing in a window of 256. The Node.js clients run as compiled JavaScript, as packages on npm do. What differs between them after 1,000,000 messages is mostly the space that V8 reserves for new objects. V8 doubles it now and then, and amqplib gets there after more messages: in three separate runs with 4,000,000 messages, amqplib took 87 MiB, and `shared` 86 to 88.',
  'broker, publish, one confirm at a time':
    'The same amqplib program publishes to each broker. The CPU time, here and below, is that of the broker. No queue is bound to the exchange. The null broker only reads frames and confirms them: it shows the limit of the client.',
  'broker, publish, a window of 256': 'The same with up to 256 outstanding confirms.',
  'broker, publish, without confirms':
    'The same without confirms. The clock stops when the broker answers a request that was sent after the last message.',
  'broker, publish into a queue':
    'Up to 256 outstanding confirms. The messages are persistent: RabbitMQ writes them to disk, and the embedded broker keeps them in memory. The queue is empty before each round. It has no length limit, because at the limit, every new message would also drop an old one.',
  'broker, consume':
    'The queue is filled before the clock starts. RabbitMQ has the messages on disk, and the embedded broker has them in memory.',
  'broker, end to end':
    'One process publishes with confirms, another consumes and acknowledges with a prefetch of 250. RabbitMQ writes the messages to disk.',
  'broker, RPC': 'Calls through Direct Reply-to, with amqplib as client and server.',
  'broker, fan-out':
    'A fanout exchange copies each message to the given number of queues. A message is confirmed when all of them have it. The messages are transient, so the disk does not matter.',
  'broker, topics':
    'One of the bindings of a topic exchange matches each message. The patterns have `*` and `#` in different places. Every routing key is new, so that a broker cannot cache the result.',
  'broker, bindings that do not match':
    'The same on the embedded broker alone: the cost of bindings that do not match.',
  'broker, streams and queues over AMQP':
    'The same work on a stream and on durable classic queues, with messages of 100 B, and with a client that publishes with amqplib and counts what it consumes without decoding it. "Publish" has up to 256 outstanding confirms, and "consume" a prefetch of 250. "Ten readers": while the messages are published, ten consumers receive all of them, either from one stream or from ten queues that are bound to one exchange.',
  'broker, stream protocol':
    'Streams over their own protocol on port 5552, with the official JavaScript client: up to 256 outstanding confirms, and its default credit. "Ten readers" as above.',
  'broker, next to a flood':
    'How long one client waits for the answer to a passive queue declaration, or for a new connection, while others publish as fast as their sockets accept it, without waiting for confirms. They publish transient messages of 100 B to a fanout exchange with one queue of at most 1,000 messages. The results are the median and the 99th percentile.',
  'broker, connections and queues':
    'On new brokers. The first benchmark opens 1,000 connections, 50 at a time, and publishes one confirmed message on each. The second declares 10,000 durable classic queues on 64 channels. The other columns show the memory of the broker process (RSS) before and after.',
  'broker, memory':
    'The memory of the broker process (RSS), on new brokers. In the first benchmark, 200 MiB are published to a queue of at most 1,000 messages, while its consumer does not read from its socket. The result is the peak. In the second, the messages are persistent; RabbitMQ keeps them on disk.',
  'broker, start':
    'The time from the start of a broker to the first confirmed message in a durable queue. `startBroker()` and `startTestBroker()` of the test helpers run inside a process, and the additional column shows how long loading their TypeScript took. The others are separate programs; RabbitMQ is a container.',
}
