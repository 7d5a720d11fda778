import { Script } from './script.ts'

/** Lesson 2: a producer, a queue, two workers with prefetch 1. */
export function workQueues(): Script {
  return new Script()
    .exchange('', 'direct')
    .program('producer')
    .program('worker-1', 'worker 1')
    .program('worker-2', 'worker 2')
    .queue('task_queue')
    .consume('worker-1', 'task_queue')
    .consume('worker-2', 'task_queue')
}

/** Lesson 5: three consumers; each has a queue that is bound by a pattern. */
export function topics(): Script {
  const script = new Script().exchange('topic_logs').program('producer')
  for (const [i, pattern] of ['kern.*', '*.critical', '#'].entries())
    script
      .program(`consumer-${i}`, `consumer ${i + 1}`)
      .queue(`amq.gen-${'aZ4'[i]}Kq81xTbnW`)
      .bind('topic_logs', `amq.gen-${'aZ4'[i]}Kq81xTbnW`, pattern)
      .consume(`consumer-${i}`, `amq.gen-${'aZ4'[i]}Kq81xTbnW`, { prefetch: 0 })
  return script
}

/** Lesson 8: a queue, a delay queue and a parking queue. */
export function retries(): Script {
  const parked = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'retries.parked' }
  return new Script()
    .exchange('', 'direct')
    .program('producer')
    .program('consumer')
    .queue('retries', parked)
    .queue('retries.delay.1000', {
      'x-message-ttl': 1000,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'retries',
    })
    .queue('retries.parked')
    .consume('consumer', 'retries')
}

/** Lesson 6: a client, a server, and a queue for each direction. */
export function rpc(): Script {
  return new Script()
    .exchange('', 'direct')
    .program('client')
    .program('server')
    .queue('rpc_queue')
    .queue('amq.gen-replies')
    .consume('client', 'amq.gen-replies', { prefetch: 0, acks: false })
    .consume('server', 'rpc_queue')
}
