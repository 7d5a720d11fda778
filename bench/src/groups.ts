/** The sections of the page, in their order: what is measured in the rows of each. */
export const groups: Readonly<Record<string, string>> = {
  'publish, one confirm at a time':
    'Each message is published when the confirm of the one before has come: how it is where every message must be safe before the next step. Most of the time is the way to the broker and back.',
  'publish, a window of 256':
    'Up to 256 messages are without a confirm at any time. Here the client has something to do, and its cost is seen best.',
  'publish, without confirms':
    'Nobody hears whether the broker has them. `shared` always waits for confirms, so it takes no part; it ends when the broker has answered a question that came after the last message.',
  consume:
    'Messages of 100 B are in a durable classic queue before the time begins. With prefetch 1 the next message comes when the one before is acknowledged.',
  'end to end':
    'One process publishes persistent messages with confirms into a durable classic queue, another one of the same client consumes and acknowledges them. Here the broker has the most to do.',
  RPC: 'A call and its reply by Direct Reply-to, with the server in a process of its own, on the same client. The CPU is that of the caller. `shared` is the client of lesson 6, which also waits for the confirms of its requests, and a server that sends its reply safely before it acknowledges.',
  reconnect:
    'The connection is cut; the time ends with the next confirmed message. It is the patience of each client that is seen here, with its own defaults, not its speed: `amqplib` and `pika` connect again at once, as a program by hand would.',
  'cold start':
    'A program is started, sends one message to a quorum queue, and ends. The producer is that of lesson 1, as its package runs it; an empty program is what Node.js takes for itself.',
  memory:
    'The memory of the whole process (RSS), after publishing in a window of 256. Each of the Node.js clients has the translator of TypeScript in it, which the bench is run with.',
  'broker, publish':
    'The same amqplib publishes to each broker. The null broker only reads frames and confirms: no broker in Node.js can be faster with this client.',
  'broker, end to end':
    'One process publishes, another one consumes and acknowledges. The embedded broker keeps messages in memory; RabbitMQ writes them to the disk.',
  'broker, RPC': 'Calls by Direct Reply-to, with client and server on amqplib.',
  'broker, fan-out': 'One message goes to many queues.',
  'broker, topics':
    'One message is routed among many bindings of which few match: what does not match should cost nothing.',
  'broker, start': 'From the start of the broker to the first message.',
  'broker, memory': 'What the messages that wait take in the memory of the broker.',
  'broker, many at once': 'Many connections, many queues, and a consumer that stops reading.',
}
