import { inject } from 'vitest'

import { embedded, rabbitMq, type Brokers } from '../src/judge/brokers.ts'

/** The brokers of the vitest project that runs: embedded ones, or virtual hosts of its RabbitMQ. */
export function brokersOfProject(): Brokers {
  if (inject('broker') === 'embedded') return embedded
  const { amqp, management } = inject('rabbitmq')
  return rabbitMq(amqp, management)
}
