import { hostname } from 'node:os'

import type { Delivery, Headers, MessageOptions } from '@messaging-patterns/shared'

import { TaskFailure } from './failure.ts'
import { booleanOf, isObject, listOf, numberOf, textOf, timeOf, type JsonObject } from './json.ts'
import { repr, reprTuple } from './repr.ts'
import { decodeEmbed, type Embed } from './signature.ts'

/** One call of a task: what a message of Celery says. */
export interface Call {
  readonly id: string
  /** The name of the task. */
  readonly task: string
  /** As they are sent: see {@link fromPython}. */
  readonly args: readonly unknown[]
  readonly kwargs: JsonObject
  readonly embed: Embed
  /** The call that started everything that this one belongs to. */
  readonly rootId: string
  /** The task that made the call, or that was retried. */
  readonly parentId: string | null
  readonly group: string | null
  readonly groupIndex: number | null
  readonly retries: number
  /** It must not start before this time. */
  readonly eta: Date | undefined
  /** It must not start after this time. */
  readonly expires: Date | undefined
  /** Seconds. */
  readonly timeLimit: number | undefined
  readonly softTimeLimit: number | undefined
  /** Undefined in a message of protocol 1: then the definition of the task decides. */
  readonly ignoreResult: boolean | undefined
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
  // The broker drops an expired message, and nobody is told. If other calls wait for this one, a worker
  // has to receive it, so that they fail with it.
  const dropWhenExpired = call.embed.chord === null && call.embed.chain.length === 0
  return {
    headers: encodeHeaders(call),
    contentType: 'application/json',
    correlationId: call.correlationId,
    ...(replyTo !== undefined && { replyTo }),
    ...(priority !== undefined && { priority }),
    ...(expires !== undefined &&
      dropWhenExpired && { expiration: Math.max(0, expires.getTime() - now) }),
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
    ignore_result: call.ignoreResult ?? null,
  }
}

/** Headers that are fields of a call. */
const fields = new Set(
  'lang task id root_id parent_id group group_index retries eta expires timelimit argsrepr kwargsrepr ignore_result'.split(
    ' ',
  ),
)

/** Headers that the broker adds: they say where the message has been. */
const ofBroker = /^x-((first-|last-)?death.*|delivery-count|acquired-count)$/

/**
 * Throws if the message is not a call of a task: a TypeError, or a TaskFailure if its body cannot be
 * read.
 */
export function decodeCall(delivery: Delivery): Call {
  const { about, args, kwargs, embed } = decodeMessage(delivery)
  const { task, id } = about
  if (typeof task !== 'string' || typeof id !== 'string')
    throw new TypeError('the message has no headers "task" and "id", so it is not a task')
  if (!Array.isArray(args) || !isObject(kwargs))
    throw new TypeError('the body is not a list of arguments, keyword arguments and what follows')
  const [hard, soft] = listOf(about['timelimit'])
  const { priority } = delivery.message.properties
  return {
    id,
    task,
    args: listOf(args),
    kwargs,
    embed: decodeEmbed(embed),
    rootId: textOf(about['root_id']) ?? id,
    parentId: textOf(about['parent_id']) ?? null,
    group: textOf(about['group']) ?? textOf(about['taskset']) ?? null,
    groupIndex: numberOf(about['group_index']) ?? null,
    retries: numberOf(about['retries']) ?? 0,
    eta: timeOf('eta', about['eta']),
    expires: timeOf('expires', about['expires']),
    timeLimit: numberOf(hard),
    softTimeLimit: numberOf(soft),
    ignoreResult: booleanOf(about['ignore_result']),
    replyTo: delivery.replyTo,
    correlationId: delivery.correlationId ?? id,
    priority: numberOf(priority),
    headers: otherHeaders(delivery.headers),
  }
}

function otherHeaders(headers: Headers): Headers {
  const names = Object.keys(headers).filter((name) => !fields.has(name) && !ofBroker.test(name))
  return Object.fromEntries(names.map((name) => [name, headers[name]]))
}

/** The parts of a message. In protocol 1 the body is an object, and has what protocol 2 has in headers. */
function decodeMessage(delivery: Delivery): {
  readonly about: JsonObject
  readonly args: unknown
  readonly kwargs: unknown
  readonly embed: unknown
} {
  const { headers } = delivery
  if (typeof headers['task'] === 'string') {
    const body = decodeBody(delivery)
    if (!isObject(body)) {
      const [args, kwargs, embed] = listOf(body)
      return { about: headers, args, kwargs, embed }
    }
    return { about: { ...body, ...headers }, ...partsOf(body) }
  }
  const { contentType } = delivery.message.properties
  const body = isJson(contentType) ? decodeBody(delivery) : undefined
  const about = isObject(body) ? body : {}
  return { about, ...partsOf(about) }
}

function partsOf(body: JsonObject) {
  const { args = [], kwargs = {} } = body
  return { args, kwargs, embed: body }
}

function isJson(contentType: unknown): boolean {
  return contentType === undefined || contentType === 'application/json'
}

/** Throws the errors with which Celery refuses a pickled message if it accepts only JSON. */
function decodeBody(delivery: Delivery): unknown {
  const { contentType } = delivery.message.properties as { readonly contentType?: unknown }
  if (!isJson(contentType))
    throw unreadable('ContentDisallowed', `${String(contentType)} is not accepted, only JSON`)
  try {
    return delivery.json()
  } catch (error) {
    throw unreadable('DecodeError', error instanceof Error ? error.message : String(error))
  }
}

function unreadable(type: string, text: string): TaskFailure {
  return new TaskFailure({ type, module: 'kombu.exceptions', args: [text] })
}

/** The client that learns that a message was refused; undefined if the message does not name it. */
export function senderOf({ headers, replyTo }: Delivery) {
  const { id, parent_id: parentId } = headers
  if (typeof id !== 'string' || replyTo === undefined) return undefined
  return { id, parentId: textOf(parentId) ?? null, replyTo }
}
