import type { Scene } from '../stage/scene.ts'

const [first, second] = [5681, 5682]

/** The two nodes of the list, beginning with one of them. */
function urls(...ports: readonly number[]): readonly string[] {
  return ['--url', ports.map((port) => `amqp://localhost:${port}`).join(',')]
}

/**
 * What programs do when the node that they use fails. Both addresses lead to the same broker, so the queue
 * is still there afterward; in a cluster, that takes its replicas.
 */
export const cluster: Scene = {
  id: 'cluster',
  chapter: 9,
  title: 'A node fails, and its producer continues with the other one',
  caption:
    'Press the buttons in this order. Without confirms, the producer waits, although the consumer has its messages. When the node is killed, the producer connects to node 5682 and sends them again: the consumer counts five duplicates.',
  programs: [
    {
      id: 'consumer',
      name: 'consumer',
      program: 'cluster/consumer',
      argv: urls(second, first),
      ready: 'waiting for messages',
      starts: 'at once',
    },
    {
      id: 'producer',
      name: 'producer',
      program: 'cluster/producer',
      argv: ['--count', '5', ...urls(first, second)],
      starts: 'by a button',
    },
  ],
  buttons: [
    { id: 'publish', label: 'Send five messages', actions: [{ type: 'run', program: 'producer' }] },
    {
      id: 'lose',
      label: 'Lose the confirms of node 5681, and send five',
      actions: [
        { type: 'lose-confirms', port: first },
        { type: 'run', program: 'producer' },
      ],
    },
    {
      id: 'kill',
      label: 'Kill node 5681',
      actions: [{ type: 'close-port', port: first }],
      after: 'lose',
    },
    {
      id: 'stop',
      label: 'Stop the consumer and show its counts',
      actions: [{ type: 'interrupt', program: 'consumer' }],
    },
  ],
  script: [
    { press: 'publish' },
    { program: 'producer', prints: 'the longest wait' },
    { press: 'lose' },
    { program: 'consumer', prints: 'received', times: 10 },
    { press: 'kill' },
    { program: 'producer', prints: 'the longest wait', times: 2 },
    // The consumer prints no duplicates. It has had them when it prints what came after them.
    { press: 'publish' },
    { program: 'consumer', prints: 'received', times: 15 },
    { press: 'stop' },
    { program: 'consumer', prints: 'different messages: 15, duplicates: 5' },
  ],
  expected: {
    queues: { cluster: { ready: 0, unacked: 0 } },
    // Fifteen messages, and five of them twice.
    deliveries: { consumer: 20 },
  },
}
