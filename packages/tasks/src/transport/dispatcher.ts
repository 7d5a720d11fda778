import { randomUUID } from 'node:crypto'

import { numberOf, isObject, textOf, timeOf, type JsonObject } from '../protocol/json.ts'
import {
  chordOf,
  decodeSignature,
  routedTask,
  tasksOf,
  type Embed,
  type Signature,
} from '../protocol/signature.ts'
import { signaturesOf, spreadOptions } from '../protocol/signature-options.ts'
import type { Call } from '../protocol/task-message.ts'
import { followedBy, freeze, idsOf, joinAll, sizeOf } from './freeze.ts'
import type { Sender } from './sender.ts'

/** The context in which a signature is called. */
export interface Place {
  /** The previous result, which becomes its first argument unless it is immutable. */
  readonly before?: readonly unknown[]
  /** The rest of the chain, in reverse: the last one is next. */
  readonly chain?: readonly Signature[]
  /** The task that calls it. */
  readonly caller?: { readonly id: string; readonly rootId: string } | undefined
}

/** Calls signatures: those of single tasks, chains, groups and chords, in any combination. */
export class Dispatcher {
  readonly #sender: Sender
  readonly #queueOf: (task: string) => string

  constructor(sender: Sender, queueOf: (task: string) => string) {
    this.#sender = sender
    this.#queueOf = queueOf
  }

  /** Resolves with the ids of the tasks that were sent: a chain's first, all of a group. */
  async call(signature: Signature, place: Place = {}): Promise<readonly string[]> {
    const { subtask_type: type, options } = signature
    const { chain = [] } = place
    if (type !== null && Object.keys(options).length > 0)
      return this.call(spreadOptions(signature), {
        ...place,
        chain: [...chain, ...signaturesOf(options['chain'])],
      })
    if (type === 'chain') {
      const [first, ...rest] = tasksOf(signature)
      if (first === undefined) throw new TypeError('a chain needs a task')
      return this.call(first, { ...place, chain: [...chain, ...rest.toReversed()] })
    }
    if (type === 'group') return this.#callGroup(tasksOf(signature), place)
    if (type === 'chord') {
      const { header, body } = chordOf(signature)
      return this.#callChord(header, followedBy(body, chain), place)
    }
    const call = callOf(signature, place)
    await this.#sender.send(call, this.queueFor(signature))
    return [call.id]
  }

  /** The queue of a single task. */
  queueFor(signature: Signature): string {
    return textOf(signature.options['queue']) ?? this.#queueOf(routedTask(signature))
  }

  async #callGroup(tasks: readonly Signature[], place: Place): Promise<readonly string[]> {
    const { chain = [], ...others } = place
    const next = chain.at(-1)
    // What follows a group gets the list of its results.
    if (next !== undefined)
      return this.#callChord(tasks, followedBy(next, chain.slice(0, -1)), others)
    return this.#callAll(joinAll(tasks, { group: randomUUID(), chord: null }), others)
  }

  #callChord(
    header: readonly Signature[],
    body: Signature,
    place: Place,
  ): Promise<readonly string[]> {
    const size = header.reduce((sum, each) => sum + sizeOf(each), 0)
    if (size === 0) return this.call(body, { ...place, chain: [], before: [[]] })
    const frozen = header.map((each) => freeze(each, undefined))
    const ids = idsOf(frozen)
    const isFlat = ids.every((each) => typeof each === 'string')
    // Ids would make the messages of a large header large.
    const chord = { ...body, chord_size: size, ...(!isFlat && { chord_results: ids }) }
    return this.#callAll(joinAll(frozen, { group: randomUUID(), chord }), place)
  }

  async #callAll(tasks: readonly Signature[], place: Place): Promise<readonly string[]> {
    const sent = await Promise.all(tasks.map((task) => this.call(task, { ...place, chain: [] })))
    return sent.flat()
  }
}

/** The call that a signature of a single task stands for. */
export function callOf(signature: Signature, { before = [], chain = [], caller }: Place): Call {
  const { task, options, immutable, kwargs } = signature
  const id = textOf(options['task_id']) ?? randomUUID()
  return {
    id,
    task,
    args: immutable ? signature.args : [...before, ...signature.args],
    kwargs,
    embed: embedOf(options, chain),
    rootId: caller?.rootId ?? id,
    parentId: caller?.id ?? null,
    correlationId: id,
    ...whereOf(options),
    ...whenOf(options),
  }
}

function whereOf(options: JsonObject) {
  const { group_id: group, group_index: index, retries, priority, headers } = options
  const nesting = numberOf(options['replaced_task_nesting'])
  return {
    group: textOf(group) ?? null,
    groupIndex: numberOf(index) ?? null,
    retries: numberOf(retries) ?? 0,
    ignoreResult: options['ignore_result'] === true,
    replyTo: textOf(options['reply_to']),
    priority: numberOf(priority),
    headers: {
      ...(isObject(headers) && headers),
      ...(nesting !== undefined && { replaced_task_nesting: nesting }),
      ...stampsOf(options),
    },
  }
}

/** Python writes the stamps of a call as options of its signature, next to the list of their names. */
function stampsOf(options: JsonObject): JsonObject {
  const { stamped_headers: stamped } = options
  if (!Array.isArray(stamped)) return {}
  const names = stamped.map(String)
  const stamps = Object.fromEntries(names.map((name) => [name, options[name] ?? null]))
  return { stamped_headers: names, stamps }
}

function whenOf(options: JsonObject, now = Date.now()) {
  // As in Celery, a call without a delay has no eta.
  const countdown = numberOf(options['countdown']) ?? 0
  return {
    eta: timeOrDelay('eta', options['eta'] ?? (countdown > 0 ? countdown : undefined), now),
    expires: timeOrDelay('expires', options['expires'], now),
    timeLimit: numberOf(options['time_limit']),
    softTimeLimit: numberOf(options['soft_time_limit']),
  }
}

function embedOf(options: JsonObject, chain: readonly Signature[]): Embed {
  const { link, link_error: linkError, chord, chain: own } = options
  return {
    callbacks: signaturesOf(link),
    errbacks: signaturesOf(linkError),
    chain: [...chain, ...signaturesOf(own)],
    chord: isObject(chord) ? decodeSignature(chord) : null,
  }
}

/** A time, or a number of seconds from now. */
function timeOrDelay(name: 'eta' | 'expires', value: unknown, now: number): Date | undefined {
  return typeof value === 'number' ? new Date(now + value * 1000) : timeOf(name, value)
}
