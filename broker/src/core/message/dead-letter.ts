import {
  long,
  longstr,
  sortedTable,
  type FieldTable,
  type FieldValue,
} from '../../protocol/field-value.ts'
import type { MessageProperties } from '../../protocol/properties.ts'
import type { DeathReason, DeathRecord } from './death.ts'
import { Message } from './message.ts'

/** Why a message is dead-lettered, from which queue and to which exchange. */
export interface DeadLettering {
  readonly queue: string
  readonly reason: DeathReason
  /** How often a consumer failed to process the message. */
  readonly failures: number
  /** The dead letter exchange. */
  readonly exchange: string
  /** x-dead-letter-routing-key; undefined if the message keeps its routing keys. */
  readonly routingKey: string | undefined
}

/**
 * The message as it is published to the dead letter exchange. Its headers say why, and it has no
 * expiration, because it would expire again.
 */
export function createDeadLetter(message: Message, death: DeadLettering, time: number): Message {
  const deaths = addDeath(message, death, time)
  const { expiration: _, ...properties } = message.properties
  const headers = deathHeaders(message.properties.headers, deaths, death)
  const keepsKeys = death.routingKey === undefined
  return new Message({
    id: message.id,
    exchange: death.exchange,
    routingKey: death.routingKey ?? message.routingKey,
    extraKeys: keepsKeys ? message.extraKeys : [],
    hiddenKeys: keepsKeys ? message.hiddenKeys : 0,
    properties: { ...properties, headers } satisfies MessageProperties,
    body: message.body,
    deaths,
    failures: death.failures,
  })
}

/** There is one record per queue and reason. The latest comes first. */
function addDeath(
  message: Message,
  { queue, reason }: DeadLettering,
  time: number,
): readonly DeathRecord[] {
  const same = message.deaths.find((each) => each.queue === queue && each.reason === reason)
  const others = message.deaths.filter((each) => each !== same)
  if (same !== undefined) return [{ ...same, count: same.count + 1 }, ...others]
  const { expiration } = message.properties
  const record = {
    queue,
    reason,
    count: 1,
    time,
    exchange: message.exchange,
    routingKeys: message.visibleKeys,
    ...(expiration !== undefined && { expiration }),
  }
  return [record, ...others]
}

function deathHeaders(
  headers: FieldTable | undefined,
  deaths: readonly DeathRecord[],
  last: DeadLettering,
): FieldTable {
  const latest = deaths[0]
  const isFirst = deaths.length === 1 && latest?.count === 1
  const all = new Map<string, FieldValue>(headers)
  all.set('x-death', { type: 'array', value: deaths.map(deathTable) })
  if (isFirst) {
    all.set('x-first-death-exchange', longstr(latest.exchange))
    all.set('x-first-death-queue', longstr(last.queue))
    all.set('x-first-death-reason', longstr(last.reason))
  }
  // The exchange to which the message was published, not the dead letter exchange.
  all.set('x-last-death-exchange', longstr(latest?.exchange ?? ''))
  all.set('x-last-death-queue', longstr(last.queue))
  all.set('x-last-death-reason', longstr(last.reason))
  return sortedTable(all)
}

function deathTable(death: DeathRecord): FieldValue {
  const fields = new Map<string, FieldValue>()
  if (death.expiration !== undefined) fields.set('original-expiration', longstr(death.expiration))
  fields.set('count', long(death.count))
  fields.set('reason', longstr(death.reason))
  fields.set('queue', longstr(death.queue))
  fields.set('time', { type: 'timestamp', value: Math.floor(death.time / 1000) })
  fields.set('exchange', longstr(death.exchange))
  fields.set('routing-keys', { type: 'array', value: death.routingKeys.map(longstr) })
  return { type: 'table', value: fields }
}
