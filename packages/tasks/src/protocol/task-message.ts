import { hostname } from 'node:os'

import type { Delivery, Headers, MessageOptions } from '@messaging-patterns/shared'

import { isObject, listOf, numberOf, textOf, type JsonObject } from './json.ts'
import { repr, reprTuple } from './repr.ts'
import { decodeEmbed, type Embed } from './signature.ts'

/** One call of a task: what a message of Celery's protocol 2 says. */
export interface Call {
  readonly id: string
  /** The name of the task. */
  readonly task: string
  /** As they travel: see {@link fromPython}. */
  readonly args: readonly unknown[]
  readonly kwargs: JsonObject
  readonly embed: Embed
  /** The first task of everything that this one belongs to. */
  readonly rootId: string
  /** The task that made the call, or that was retried. */
  readonly parentId: string | null
  readonly group: string | null
  readonly groupIndex: number | null
  readonly retries: number
  /** Not before. */
  readonly eta: Date | undefined
  /** Not after. */
  readonly expires: Date | undefined
  /** Seconds. */
  readonly timeLimit: number | undefined
  readonly softTimeLimit: number | undefined
  readonly ignoreResult: boolean
  readonly replyTo: string | undefined
  readonly correlationId: string
  readonly priority: number | undefined
  /** Headers that a caller added, and those of Celery that we only pass on. */
  readonly headers: Headers
}

const origin = `gen${process.pid}@${hostname()}`

/** The body of a message for a call. */
export function encodeBody({ args, kwargs, embed }: Call): readonly unknown[] {
  const { callbacks, errbacks, chain, chord } = embed
  const embedded = {
    callbacks: orNull(callbacks),
    errbacks: orNull(errbacks),
    chain: orNull(chain),
    chord,
  }
  return [args, kwargs, embedded]
}

/** Headers and properties of a message for a call. */
export function encodeProperties(call: Call, now = Date.now()): MessageOptions {
  const { expires, priority, replyTo } = call
  return {
    headers: encodeHeaders(call),
    contentType: 'application/json',
    correlationId: call.correlationId,
    ...(replyTo !== undefined && { replyTo }),
    ...(priority !== undefined && { priority }),
    ...(expires !== undefined && { expiration: Math.max(0, expires.getTime() - now) }),
  }
}

function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length > 0 ? list : null
}

function encodeHeaders(call: Call): Headers {
  const { id, task, rootId, parentId, group, groupIndex, retries, args, kwargs } = call
  return {
    shadow: null,
    origin,
    replaced_task_nesting: 0,
    stamped_headers: null,
    stamps: {},
    ...call.headers,
    lang: 'js',
    task,
    id,
    root_id: rootId,
    parent_id: parentId,
    group,
    group_index: groupIndex,
    retries,
    eta: call.eta?.toISOString() ?? null,
    expires: call.expires?.toISOString() ?? null,
    timelimit: [call.timeLimit ?? null, call.softTimeLimit ?? null],
    argsrepr: reprTuple(args),
    kwargsrepr: repr(kwargs),
    ignore_result: call.ignoreResult,
  }
}

/** Headers that are fields of a call. */
const fields = new Set(
  'lang task id root_id parent_id group group_index retries eta expires timelimit argsrepr kwargsrepr ignore_result'.split(
    ' ',
  ),
)

/** Throws if the message is not a call of a task. */
export function decodeCall(delivery: Delivery): Call {
  const { headers } = delivery
  const { task, id } = headers
  if (typeof task !== 'string' || typeof id !== 'string')
    throw new TypeError('the message has no headers "task" and "id", so it is not a task')
  const body = delivery.json()
  const [args, kwargs, embed] = listOf(body)
  if (!Array.isArray(args) || !isObject(kwargs))
    throw new TypeError('the body is not a list of arguments, keyword arguments and what follows')
  const [hard, soft] = listOf(headers['timelimit'])
  const { priority } = delivery.message.properties
  return {
    id,
    task,
    args: listOf(args),
    kwargs,
    embed: decodeEmbed(embed),
    rootId: textOf(headers['root_id']) ?? id,
    parentId: textOf(headers['parent_id']) ?? null,
    group: textOf(headers['group']) ?? null,
    groupIndex: numberOf(headers['group_index']) ?? null,
    retries: numberOf(headers['retries']) ?? 0,
    eta: timeOf(headers['eta']),
    expires: timeOf(headers['expires']),
    timeLimit: numberOf(hard),
    softTimeLimit: numberOf(soft),
    ignoreResult: headers['ignore_result'] === true,
    replyTo: delivery.replyTo,
    correlationId: delivery.correlationId ?? id,
    priority: numberOf(priority),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => isPassedOn(name))),
  }
}

/** Not the broker's own headers, which say where the message has been. */
function isPassedOn(name: string): boolean {
  return !fields.has(name) && !name.startsWith('x-')
}

/** A time in a header. Without an offset it is UTC, Celery's default. */
function timeOf(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined
  const time = new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`)
  return Number.isNaN(time.getTime()) ? undefined : time
}
