import { accessRefused, notFound, preconditionFailed } from '../protocol/faults.ts'
import { emptyTable } from '../protocol/field-value.ts'
import type { DeclarationGuard } from './declaration-guard.ts'
import { assertSame, assertSameArguments } from './equivalence.ts'
import {
  Exchange,
  isExchangeType,
  type ExchangeSpec,
  type ExchangeType,
} from './exchange/exchange.ts'

/** An exchange that a client declares. The type may be unknown. */
export interface ExchangeDeclaration extends Omit<ExchangeSpec, 'type'> {
  readonly type: string
  readonly guard: DeclarationGuard
}

/** Where the firehose publishes. */
export const traceExchange = 'amq.rabbitmq.trace'

const predeclared: readonly (readonly [name: string, type: ExchangeType])[] = [
  ['', 'direct'],
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  [traceExchange, 'topic'],
]

/** The exchanges of a virtual host. */
export class ExchangeRegistry {
  readonly #vhost: string
  readonly #exchanges = new Map<string, Exchange>()

  constructor(vhost: string) {
    this.#vhost = vhost
    for (const [name, type] of predeclared) {
      const internal = name === traceExchange
      const spec = { name, type, durable: true, autoDelete: false, internal, arguments: emptyTable }
      this.#exchanges.set(name, new Exchange(spec, vhost))
    }
  }

  get(name: string): Exchange | undefined {
    return this.#exchanges.get(name)
  }

  /** Throws if there is no such exchange. */
  expect(name: string): Exchange {
    const exchange = this.#exchanges.get(name)
    if (exchange === undefined) throw notFound(`no ${this.title(name)}`)
    return exchange
  }

  title(name: string): string {
    return `exchange '${name}' in vhost '${this.#vhost}'`
  }

  /** Returns undefined if the exchange already exists. Throws if it exists with other properties. */
  declare(declaration: ExchangeDeclaration): Exchange | undefined {
    const { guard, ...spec } = declaration
    const { name } = spec
    const type = exchangeType(declaration.type)
    assertNotDefault(name)
    guard.checkDeclare(name)
    const known = this.#exchanges.get(name)
    if (known !== undefined) {
      assertEquivalent(known, { ...spec, type })
      return undefined
    }
    if (name.startsWith('amq.'))
      throw accessRefused(`exchange name '${name}' contains reserved prefix 'amq.*'`)
    this.#checkAlternate(declaration)
    const exchange = new Exchange({ ...spec, type }, this.#vhost)
    this.#exchanges.set(name, exchange)
    return exchange
  }

  /** Throws if no client may delete an exchange of this name. */
  checkDelete(name: string): Exchange | undefined {
    assertNotDefault(name)
    if (name.startsWith('amq.'))
      throw accessRefused(`deletion of system ${this.title(name)} not allowed`)
    return this.#exchanges.get(name)
  }

  /** Returns false if the exchange was deleted before. */
  delete(exchange: Exchange): boolean {
    return this.#exchanges.delete(exchange.name)
  }

  [Symbol.iterator](): Iterator<Exchange> {
    return this.#exchanges.values()
  }

  #checkAlternate({ name, arguments: args, guard }: ExchangeDeclaration): void {
    const field = args.get('alternate-exchange')
    if (field === undefined) return
    if (field.type !== 'longstr')
      throw preconditionFailed(
        `invalid type '${field.type}' for arg 'alternate-exchange' in ${this.title(name)}`,
      )
    guard.checkForward(name, field.value)
  }
}

/** Throws for the default exchange, which cannot be declared, deleted or bound. */
export function assertNotDefault(name: string): void {
  if (name === '') throw accessRefused('operation not permitted on the default exchange')
}

function exchangeType(type: string): ExchangeType {
  if (isExchangeType(type)) return type
  throw preconditionFailed(`unknown exchange type '${type}'`)
}

function assertEquivalent(exchange: Exchange, received: ExchangeSpec): void {
  const { spec, title } = exchange
  assertSame(title, 'type', { current: spec.type, received: received.type })
  assertSame(title, 'durable', { current: spec.durable, received: received.durable })
  assertSame(title, 'auto_delete', { current: spec.autoDelete, received: received.autoDelete })
  assertSame(title, 'internal', { current: spec.internal, received: received.internal })
  assertSameArguments(title, ['alternate-exchange'], {
    current: spec.arguments,
    received: received.arguments,
  })
}
