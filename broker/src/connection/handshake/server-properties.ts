import { bool, longstr, table, type FieldTable } from '../../protocol/field-value.ts'

/** The version of RabbitMQ that the broker follows. Clients read it to see what they can use. */
export const rabbitmqVersion = '4.3.6'

const capabilities = [
  'publisher_confirms',
  'exchange_exchange_bindings',
  'basic.nack',
  'consumer_cancel_notify',
  'connection.blocked',
  'consumer_priorities',
  'authentication_failure_close',
  'per_consumer_qos',
  'direct_reply_to',
]

/** The properties of the broker in connection.start. */
export function serverProperties(product: string): FieldTable {
  return new Map([
    ['capabilities', table(Object.fromEntries(capabilities.map((name) => [name, bool(true)])))],
    ['cluster_name', longstr('messaging-patterns')],
    ['copyright', longstr('The messaging-patterns authors')],
    [
      'information',
      longstr(`Speaks AMQP 0-9-1 as RabbitMQ ${rabbitmqVersion} does; keeps everything in memory`),
    ],
    ['platform', longstr('JavaScript')],
    ['product', longstr(product)],
    ['version', longstr(rabbitmqVersion)],
  ])
}
