import type { Picture } from './layout.ts'

const producer = { id: 'p', kind: 'producer', text: 'producer' } as const

/** The pictures of the course: the things in each layer, and the arrows between them. */
export const pictures: Readonly<Record<string, Picture>> = {
  start: {
    says: 'A producer publishes a message to an exchange. The exchange routes it through a binding into a queue, and the queue delivers it to a consumer. Exchange, binding and queue are in the broker.',
    layers: [
      [producer],
      [{ id: 'x', kind: 'exchange', text: 'exchange' }],
      [{ id: 'q', kind: 'queue', text: 'queue' }],
      [{ id: 'c', kind: 'consumer', text: 'consumer' }],
    ],
    arrows: [
      { from: 'p', to: 'x' },
      { from: 'x', to: 'q', text: 'binding' },
      { from: 'q', to: 'c' },
    ],
  },
  basic: {
    says: 'A producer sends messages to the queue hello in the broker, and one consumer takes them out.',
    layers: [
      [producer],
      [{ id: 'q', kind: 'queue', text: 'hello' }],
      [{ id: 'c', kind: 'consumer', text: 'consumer' }],
    ],
    arrows: [
      { from: 'p', to: 'q', text: 'send' },
      { from: 'q', to: 'c', text: 'deliver' },
    ],
  },
  'work-queues': {
    says: 'A producer sends tasks to one queue, task_queue. Three workers take tasks from it; each task goes to one of them.',
    layers: [
      [producer],
      [{ id: 'q', kind: 'queue', text: 'task_queue' }],
      [
        { id: 'c1', kind: 'consumer', text: 'worker 1' },
        { id: 'c2', kind: 'consumer', text: 'worker 2' },
        { id: 'c3', kind: 'consumer', text: 'worker 3' },
      ],
    ],
    arrows: [
      { from: 'p', to: 'q', text: '0 1 2 3' },
      { from: 'q', to: 'c1', text: '0 3' },
      { from: 'q', to: 'c2', text: '1' },
      { from: 'q', to: 'c3', text: '2' },
    ],
  },
  pubsub: {
    says: 'A producer publishes to the fanout exchange logs. The exchange copies each message into two queues, one for each consumer.',
    layers: [
      [producer],
      [{ id: 'x', kind: 'exchange', text: 'logs', note: 'fanout' }],
      [
        { id: 'q1', kind: 'queue', text: 'amq.gen-…' },
        { id: 'q2', kind: 'queue', text: 'amq.gen-…' },
      ],
      [
        { id: 'c1', kind: 'consumer', text: 'consumer' },
        { id: 'c2', kind: 'consumer', text: 'consumer' },
      ],
    ],
    arrows: [
      { from: 'p', to: 'x' },
      { from: 'x', to: 'q1', text: 'copy' },
      { from: 'x', to: 'q2', text: 'copy' },
      { from: 'q1', to: 'c1' },
      { from: 'q2', to: 'c2' },
    ],
  },
  routing: {
    says: 'A producer publishes to the direct exchange direct_logs. The binding key error leads to the queues of both consumers; the binding key warning leads to the queue of the second one only.',
    layers: [
      [producer],
      [{ id: 'x', kind: 'exchange', text: 'direct_logs', note: 'direct' }],
      [
        { id: 'q1', kind: 'queue', text: 'amq.gen-…' },
        { id: 'q2', kind: 'queue', text: 'amq.gen-…' },
      ],
      [
        { id: 'c1', kind: 'consumer', text: 'pager' },
        { id: 'c2', kind: 'consumer', text: 'log file' },
      ],
    ],
    arrows: [
      { from: 'p', to: 'x' },
      { from: 'x', to: 'q1', text: 'error' },
      { from: 'x', to: 'q2', text: 'error' },
      { from: 'x', to: 'q2', text: 'warning' },
      { from: 'q1', to: 'c1' },
      { from: 'q2', to: 'c2' },
    ],
  },
  topics: {
    says: 'A producer publishes to the topic exchange topic_logs. The binding keys kern.*, *.critical and # lead to one queue each, and each queue to its consumer.',
    layers: [
      [producer],
      [{ id: 'x', kind: 'exchange', text: 'topic_logs', note: 'topic' }],
      [
        { id: 'q1', kind: 'queue', text: 'amq.gen-…' },
        { id: 'q2', kind: 'queue', text: 'amq.gen-…' },
        { id: 'q3', kind: 'queue', text: 'amq.gen-…' },
      ],
      [
        { id: 'c1', kind: 'consumer', text: 'kernel' },
        { id: 'c2', kind: 'consumer', text: 'critical' },
        { id: 'c3', kind: 'consumer', text: 'all' },
      ],
    ],
    arrows: [
      { from: 'p', to: 'x' },
      { from: 'x', to: 'q1', text: 'kern.*' },
      { from: 'x', to: 'q2', text: '*.critical' },
      { from: 'x', to: 'q3', text: '#' },
      { from: 'q1', to: 'c1' },
      { from: 'q2', to: 'c2' },
      { from: 'q3', to: 'c3' },
    ],
  },
  rpc: {
    says: 'A client sends a request to the queue rpc_queue, with a reply-to address and a correlation id. A server receives the request, and sends a reply with the same correlation id to that address, which leads back to the client.',
    layers: [
      [{ id: 'p', kind: 'producer', text: 'client' }],
      [
        { id: 'q', kind: 'queue', text: 'rpc_queue' },
        { id: 'r', kind: 'exchange', text: 'reply-to' },
      ],
      [{ id: 'c', kind: 'consumer', text: 'server' }],
    ],
    arrows: [
      { from: 'p', to: 'q', text: 'request' },
      { from: 'q', to: 'c' },
      { from: 'c', to: 'r', text: 'reply' },
      { from: 'r', to: 'p' },
    ],
  },
  headers: {
    says: 'A producer publishes to the headers exchange headers_logs, which has three bindings. The first requires all of type=report and format=pdf, the second any of them, and the third the number 5 for pages. Each binding leads to a queue, and each queue to a consumer.',
    layers: [
      [producer],
      [{ id: 'x', kind: 'exchange', text: 'headers_logs', note: 'headers' }],
      [
        { id: 'q1', kind: 'queue', text: 'amq.gen-…' },
        { id: 'q2', kind: 'queue', text: 'amq.gen-…' },
        { id: 'q3', kind: 'queue', text: 'amq.gen-…' },
      ],
      [
        { id: 'c1', kind: 'consumer', text: 'both' },
        { id: 'c2', kind: 'consumer', text: 'either' },
        { id: 'c3', kind: 'consumer', text: 'five pages' },
      ],
    ],
    arrows: [
      { from: 'p', to: 'x' },
      { from: 'x', to: 'q1', text: 'all of two' },
      { from: 'x', to: 'q2', text: 'any of two' },
      { from: 'x', to: 'q3', text: 'pages:=5' },
      { from: 'q1', to: 'c1' },
      { from: 'q2', to: 'c2' },
      { from: 'q3', to: 'c3' },
    ],
  },
  streams: {
    says: 'A producer appends messages to the stream streams, in which they have the offsets 0 to 4. Three consumers read the same stream from different positions: the first from offset 0, the second from offset 3, and the third only new messages.',
    layers: [
      [producer],
      [{ id: 'q', kind: 'queue', text: 'streams', note: '0 1 2 3 4' }],
      [
        { id: 'c1', kind: 'consumer', text: 'history' },
        { id: 'c2', kind: 'consumer', text: 'billing' },
        { id: 'c3', kind: 'consumer', text: 'live' },
      ],
    ],
    arrows: [
      { from: 'p', to: 'q', text: 'append' },
      { from: 'q', to: 'c1', text: 'from 0' },
      { from: 'q', to: 'c2', text: 'from 3' },
      { from: 'q', to: 'c3', text: 'next' },
    ],
  },
  tasks: {
    says: 'A client sends a task to the queue celery. A worker in TypeScript and a worker in Python take tasks from it. The results go to a queue of the client, and each leads back to its call.',
    layers: [
      [{ id: 'p', kind: 'producer', text: 'client' }],
      [
        { id: 'q', kind: 'queue', text: 'celery' },
        { id: 'r', kind: 'queue', text: 'results' },
      ],
      [
        { id: 'c1', kind: 'consumer', text: 'TypeScript' },
        { id: 'c2', kind: 'consumer', text: 'Python' },
      ],
    ],
    arrows: [
      { from: 'p', to: 'q', text: 'task' },
      { from: 'q', to: 'c1' },
      { from: 'q', to: 'c2' },
      { from: 'c2', to: 'r', text: 'result' },
      { from: 'r', to: 'p' },
    ],
  },
  confirms: {
    says: 'A producer sends a message to the queue confirms_quorum, and the broker sends a confirm back to it. The queue delivers the message to a consumer, which sends an ack back.',
    layers: [
      [producer],
      [{ id: 'q', kind: 'queue', text: 'confirms_quorum' }],
      [{ id: 'c', kind: 'consumer', text: 'consumer' }],
    ],
    arrows: [
      { from: 'p', to: 'q', text: 'message' },
      { from: 'q', to: 'p', text: 'confirm' },
      { from: 'q', to: 'c', text: 'deliver' },
      { from: 'c', to: 'q', text: 'ack' },
    ],
  },
  retries: {
    says: 'A producer sends messages to the queue retries, which delivers them to a consumer. The consumer moves a failed message to the queue retries.retry.1000, from which it returns to the queue retries one second later. After the last attempt, the consumer moves it to the queue retries.parked.',
    layers: [
      [producer],
      [{ id: 'q', kind: 'queue', text: 'retries' }],
      [
        { id: 'w', kind: 'queue', text: 'retries.retry.1000' },
        { id: 'd', kind: 'queue', text: 'retries.parked' },
      ],
      [{ id: 'c', kind: 'consumer', text: 'consumer' }],
    ],
    arrows: [
      { from: 'p', to: 'q' },
      { from: 'q', to: 'c' },
      { from: 'c', to: 'w', text: 'failed' },
      { from: 'w', to: 'q', text: '1 s later' },
      { from: 'c', to: 'd', text: 'parked' },
    ],
  },
  cluster: {
    says: 'A producer sends messages to the leader of a quorum queue, on the node rabbit1. The leader copies each message to its followers on rabbit2 and rabbit3, and delivers it to the consumer.',
    frame: 'cluster',
    layers: [
      [producer],
      [{ id: 'l', kind: 'queue', text: 'the leader', note: 'on rabbit1' }],
      [
        { id: 'f2', kind: 'queue', text: 'follower', note: 'on rabbit2' },
        { id: 'f3', kind: 'queue', text: 'follower', note: 'on rabbit3' },
      ],
      [{ id: 'c', kind: 'consumer', text: 'consumer' }],
    ],
    arrows: [
      { from: 'p', to: 'l' },
      { from: 'l', to: 'c' },
      { from: 'l', to: 'f2', text: 'copy' },
      { from: 'l', to: 'f3', text: 'copy' },
    ],
  },
  testing: {
    says: 'A test sends messages to the queue orders.shipping. The consumer under test takes them, and sends its own messages to the queue parcels, where the test looks for them.',
    layers: [
      [{ id: 'p', kind: 'producer', text: 'test' }],
      [{ id: 'q', kind: 'queue', text: 'orders.shipping' }],
      [{ id: 'c', kind: 'consumer', text: 'consumer' }],
      [{ id: 'r', kind: 'queue', text: 'parcels' }],
      [{ id: 't', kind: 'consumer', text: 'test' }],
    ],
    arrows: [
      { from: 'p', to: 'q', text: 'send' },
      { from: 'q', to: 'c' },
      { from: 'c', to: 'r' },
      { from: 'r', to: 't', text: 'check' },
    ],
  },
  service: {
    says: 'The API stores orders, and a relay publishes their events to the topic exchange orders. Payment and stock each have a queue for the events of orders, and the saga has one for the results of payment and stock.',
    layers: [
      [{ id: 'p', kind: 'producer', text: 'API, outbox' }],
      [{ id: 'x', kind: 'exchange', text: 'orders', note: 'topic' }],
      [
        { id: 'q1', kind: 'queue', text: '….payment' },
        { id: 'q2', kind: 'queue', text: '….stock' },
        { id: 'q3', kind: 'queue', text: '….saga' },
      ],
      [
        { id: 'c1', kind: 'consumer', text: 'payment' },
        { id: 'c2', kind: 'consumer', text: 'stock' },
        { id: 'c3', kind: 'consumer', text: 'saga' },
      ],
    ],
    arrows: [
      { from: 'p', to: 'x', text: 'relay' },
      { from: 'x', to: 'q1', text: 'order.*' },
      { from: 'x', to: 'q2', text: 'order.*' },
      { from: 'x', to: 'q3', text: 'results' },
      { from: 'q1', to: 'c1' },
      { from: 'q2', to: 'c2' },
      { from: 'q3', to: 'c3' },
    ],
  },
}
