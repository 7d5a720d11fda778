import type { FieldTable } from '../../protocol/field-value.ts'
import type { Queue } from '../queue/queue.ts'
import { DirectTable } from './direct-table.ts'
import { FanoutTable } from './fanout-table.ts'
import { checkMatchMode, HeadersTable } from './headers-table.ts'
import type { BindingRule, RoutingTable } from './routing-table.ts'
import { checkTopicKey, TopicTable } from './topic-table.ts'

export const exchangeTypes = ['direct', 'fanout', 'topic', 'headers'] as const
export type ExchangeType = (typeof exchangeTypes)[number]

/** Where a binding can lead. */
export type Destination = Queue | Exchange

/** How an exchange was declared. */
export interface ExchangeSpec {
  readonly name: string
  readonly type: ExchangeType
  readonly durable: boolean
  readonly autoDelete: boolean
  readonly internal: boolean
  readonly arguments: FieldTable
}

const tables: Readonly<Record<ExchangeType, () => RoutingTable<Destination>>> = {
  direct: () => new DirectTable(),
  fanout: () => new FanoutTable(),
  topic: () => new TopicTable(),
  headers: () => new HeadersTable(),
}

/** An exchange: its declaration, and the table that finds where a message goes. */
export class Exchange {
  readonly spec: ExchangeSpec
  readonly vhost: string
  readonly table: RoutingTable<Destination>

  constructor(spec: ExchangeSpec, vhost: string) {
    this.spec = spec
    this.vhost = vhost
    this.table = tables[spec.type]()
  }

  get name(): string {
    return this.spec.name
  }

  /** Its name in error texts: `exchange 'logs' in vhost '/'`. */
  get title(): string {
    return `exchange '${this.spec.name}' in vhost '${this.vhost}'`
  }

  /** The name of the exchange for messages that no binding matches. */
  get alternate(): string | undefined {
    const field = this.spec.arguments.get('alternate-exchange')
    return field?.type === 'longstr' ? field.value : undefined
  }

  /** Throws RabbitMQ's error for an invalid binding. */
  check(rule: BindingRule): void {
    if (this.spec.type === 'topic') checkTopicKey(rule.routingKey)
    if (this.spec.type === 'headers') checkMatchMode(rule.arguments)
  }
}

export function isExchangeType(type: string): type is ExchangeType {
  return exchangeTypes.some((known) => known === type)
}
