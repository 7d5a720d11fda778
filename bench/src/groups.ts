/** The sections of the page, in their order: what is measured in the rows of each. */
export const groups: Readonly<Record<string, string>> = {
  'publish, one confirm at a time':
    'Each message is published when the confirm of the one before has come: how it is where every message must be safe before the next step. Most of the time is the way to the broker and back.',
  'publish, a window of 256':
    'Up to 256 messages are without a confirm at any time. Here the client has something to do, and its cost is seen best.',
  'publish, without confirms':
    'Nobody hears whether the broker has them. `shared` always waits for confirms, so it takes no part; it ends when the broker has answered a question that came after the last message.',
  'consume, auto-ack':
    'Messages are in a durable classic queue before the time begins. The broker sends them as fast as the socket takes them, and forgets them.',
  'consume, ack, prefetch 1':
    'The next message comes when the one before is acknowledged: most of the time is the way to the broker and back.',
  'consume, ack, prefetch 10':
    'Each message is acknowledged on its own, and up to ten are on their way.',
  'consume, ack, prefetch 250': 'The same with up to 250 on their way.',
  'end to end':
    'One process publishes persistent messages with confirms into a durable classic queue, another one of the same client consumes and acknowledges them. Here the broker has the most to do.',
  'RPC, one at a time':
    'A call and its reply by Direct Reply-to, with the server in a process of its own, on the same client; it sends back what it was sent. The CPU is that of the caller. `shared` is the client of lesson 6, whose requests and replies are text and are confirmed by the broker; amqplib does without, and once more with confirms.',
  'RPC, 64 under way': 'The same with 64 calls under way at any time.',
  reconnect:
    'The connection is cut; the time ends with the next confirmed message. It is the patience of each client that is seen here, with its own defaults, not its speed: `amqplib` and `pika` connect again at once, as a program by hand would.',
  'cold start':
    'A program is started, sends one message to a quorum queue, and ends. The producer is that of lesson 1, as its package runs it when nothing was edited since its last start; an empty program is what Node.js takes for itself.',
  memory:
    'The memory of the whole process (RSS), after publishing in a window of 256. Each of the Node.js clients has the translator of TypeScript in it, which the bench is run with.',
  'broker, publish, one confirm at a time':
    'The same amqplib publishes to each broker in a process of its own; the CPU, here and below, is that of the broker. The null broker only reads frames and confirms: it shows what the client itself allows. No queue is bound to the exchange.',
  'broker, publish, a window of 256': 'The same with up to 256 confirms outstanding.',
  'broker, publish, without confirms':
    'The same without confirms; it ends when the broker has answered a question that came after the last message.',
  'broker, publish into a queue':
    'With up to 256 confirms outstanding. The messages are persistent, and RabbitMQ writes them to its disk where the embedded broker keeps them in memory. The queue is empty before each round and has no limit, which would add the dropping of a message to each that comes.',
  'broker, consume':
    'The queue was filled before. RabbitMQ has the messages on its disk, the embedded broker in memory.',
  'broker, end to end':
    'One process publishes with confirms, another one consumes and acknowledges with a prefetch of 250. RabbitMQ writes the messages to its disk.',
  'broker, RPC': 'Calls by Direct Reply-to, with client and server on amqplib.',
  'broker, fan-out':
    'Each message of a fanout exchange goes to so many queues, and counts as confirmed when it is in all of them. Messages are transient, so nobody waits for a disk.',
  'broker, topics':
    'One of the bindings of a topic exchange matches each message. The patterns have `*` and `#` in different places, and no routing key comes twice, so no broker can remember where the last one went. RabbitMQ 3.10 takes too long to declare 100,000 bindings.',
  'broker, bindings that do not match':
    'The same on the embedded broker alone: what many bindings that do not match cost.',
  'broker, many at once':
    'On brokers that nobody has used before: opening 1,000 connections, 50 at a time, of which each publishes a message with a confirm; declaring 10,000 durable classic queues on 64 channels. Beside it stands the memory of the process (RSS) before and after.',
  'broker, memory':
    'The memory of the process (RSS) of a broker that nobody has used before. A consumer does not read what it is sent, of a queue of at most 1,000 messages, while 200 MiB are published: the figure is the most that the broker ever had. Waiting messages are persistent; RabbitMQ keeps them on the disk.',
  'broker, start':
    'From the start of a broker to the first confirmed message in a durable queue. `startBroker()` is inside a process, and the time to load the code from TypeScript stands beside it; the others are programs, RabbitMQ in a container.',
}
