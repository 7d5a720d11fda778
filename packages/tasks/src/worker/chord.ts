import {
  MessagingError,
  type Delivery,
  type MessagingErrorCode,
  type Queue,
  type Session,
} from '@messaging-patterns/shared'

import { TaskFailure } from '../protocol/failure.ts'
import { isObject, numberOf, textOf } from '../protocol/json.ts'
import { encodeResult } from '../protocol/result-message.ts'
import { errbacksOf } from '../protocol/signature-options.ts'
import { singleTasks, type ResultIds, type Signature } from '../protocol/signature.ts'
import { memberOfSignature, type ChordCaller, type Member } from './members.ts'
import type { WorkerParts } from './worker-options.ts'

/** An unfinished chord is deleted after a day, like results that nobody reads. */
const expireAfter = 86_400_000

/** Milliseconds in which all endings must arrive. If the queue is emptied meanwhile, they never do. */
const collectingTakes = 30_000

type Parts = Pick<WorkerParts, 'session' | 'sender' | 'dispatcher'>

/** What became of a member: its result, or why there is none. */
export type Ending = { readonly value: unknown } | { readonly error: string }

/** An ending in the queue of a chord. Groups of one chord, from Python, use the same indexes. */
type MemberEnding = Ending & { readonly id: string; readonly index: number }

/** A chord, and the shape of its results if they are not a flat list. */
interface Expected {
  readonly body: Signature
  readonly size: number
  readonly ids: readonly ResultIds[] | undefined
}

/**
 * Puts the ending of a member into the queue of its chord. The worker that finds all of them there calls
 * the body. Its own task is not acknowledged before: if it dies, the task runs again, and the next worker
 * that puts an ending there finds all of them.
 */
export async function endMember(
  parts: Parts,
  { id, rootId, group, index, body }: Member,
  ending: Ending,
): Promise<void> {
  const queue = await chordQueue(parts.session, group)
  await queue.send({ id, index, ...ending })
  // Without a size, Python has sent a task that asks whether the chord is complete.
  const { chord_size: size, chord_results: ids } = body
  if (size === undefined) queue.forget()
  else await complete(parts, { queue, body, size, ids }, { id, rootId })
}

/** Calls the body of a chord that has `size` members, if all of them have ended. Resolves with whether it was. */
export async function completeChord(
  parts: Parts,
  { group, ...expected }: Expected & { readonly group: string },
  caller: ChordCaller,
): Promise<boolean> {
  const queue = await chordQueue(parts.session, group)
  return complete(parts, { queue, ...expected }, caller)
}

function chordQueue(session: Session, group: string): Promise<Queue> {
  return session.queue(`celery.chord.${group}`, {
    type: 'classic',
    arguments: { 'x-expires': expireAfter },
  })
}

async function complete(
  parts: Parts,
  { queue, body, size, ids }: Expected & { readonly queue: Queue },
  caller: ChordCaller,
): Promise<boolean> {
  try {
    for (;;) {
      const count = await unlessGone(queue.count())
      // Another worker has called the body, and deleted the queue.
      if (count === undefined) return true
      if (count.messages < size) return false
      const lock = await lockFor(parts.session, queue)
      // Another worker has all the results.
      if (lock === undefined) return true
      try {
        const endings = await unlessGone(takeAll(queue, size))
        if (endings === undefined) continue
        await callBody(parts, { body, endings, ids, caller })
        await queue.delete()
        return true
      } finally {
        collecting.delete(queue.name)
        await lock.delete()
      }
    }
  } finally {
    queue.forget()
  }
}

const gone: ReadonlySet<MessagingErrorCode> = new Set(['NOT_FOUND', 'CONSUMER_CANCELLED'])

/** Undefined if the queue was deleted. */
function unlessGone<T>(request: Promise<T>): Promise<T | undefined> {
  return request.catch((error: unknown) => {
    if (error instanceof MessagingError && gone.has(error.code)) return undefined
    throw error
  })
}

/** The chords that this process is collecting: an exclusive queue only keeps other sessions out. */
const collecting = new Set<string>()

/** A queue that is exclusive to this session; undefined if the chord is being collected already. */
async function lockFor(session: Session, { name }: Queue): Promise<Queue | undefined> {
  if (collecting.has(name)) return undefined
  collecting.add(name)
  try {
    return await session.queue(`${name}.lock`, { exclusive: true, durable: false })
  } catch (error) {
    collecting.delete(name)
    if (error instanceof MessagingError && error.code === 'LOCKED') return undefined
    throw error
  }
}

/**
 * All endings, in the order of their indexes. Undefined if some are there twice, and others are missing,
 * or if the connection was lost: then the lock is lost, too, and another worker may be collecting them.
 */
async function takeAll(queue: Queue, size: number): Promise<readonly MemberEnding[] | undefined> {
  const taken = new Map<string, { readonly ending: MemberEnding; readonly delivery: Delivery }>()
  const { messages } = await queue.count()
  const signal = AbortSignal.timeout(collectingTakes)
  // What is not acknowledged is requeued.
  await using deliveries = await queue.consume({ prefetch: 0, limit: messages, signal })
  for await (const delivery of deliveries) {
    const ending = decodeEnding(delivery.json())
    const earlier = taken.get(ending.id)
    // A task that ran twice has put its result there twice. After a lost connection it is the same message again.
    if (earlier?.delivery.lost === false) delivery.ack()
    else taken.set(ending.id, { ending, delivery })
    if (taken.size === size) break
  }
  const all = [...taken.values()]
  if (all.length < size || all.some(({ delivery }) => delivery.lost)) return undefined
  return all.map(({ ending }) => ending).toSorted((first, second) => first.index - second.index)
}

function decodeEnding(body: unknown): MemberEnding {
  const { id, index, value, error } = isObject(body) ? body : {}
  const ending = typeof error === 'string' ? { error } : { value }
  return { id: String(id), index: numberOf(index) ?? 0, ...ending }
}

interface Completed extends Pick<Expected, 'body' | 'ids'> {
  readonly endings: readonly MemberEnding[]
  readonly caller: ChordCaller
}

async function callBody(parts: Parts, { body, endings, ids, caller }: Completed): Promise<void> {
  for (const ending of endings) {
    if (!('error' in ending)) continue
    await failBody(parts, { body, caller, error: ending.error })
    return
  }
  const values = new Map(endings.map((each) => [each.id, 'value' in each ? each.value : null]))
  const results = ids === undefined ? [...values.values()] : shaped(ids, values)
  await parts.dispatcher.call(body, { before: [results], caller })
}

function shaped(
  ids: readonly ResultIds[],
  values: ReadonlyMap<string, unknown>,
): readonly unknown[] {
  return ids.map((each) =>
    typeof each === 'string' ? (values.get(each) ?? null) : shaped(each, values),
  )
}

/** A member has failed, so the body is never called: its client gets a ChordError. */
async function failBody(
  parts: Parts,
  { body, caller, error: text }: Omit<Completed, 'endings' | 'ids'> & { readonly error: string },
): Promise<void> {
  const error = new TaskFailure({ type: 'ChordError', module: 'celery.exceptions', args: [text] })
  for (const task of singleTasks(body)) {
    const { options } = task
    const taskId = textOf(options['task_id'])
    const replyTo = textOf(options['reply_to'])
    // The body may be in the header of another chord.
    const member = memberOfSignature(task, caller.rootId)
    if (member !== undefined) await endMember(parts, member, { error: text })
    if (taskId === undefined || replyTo === undefined) continue
    const about = { taskId, parentId: caller.id, children: [], error }
    await parts.sender.reply(replyTo, encodeResult('FAILURE', about), taskId)
  }
  // Last: if one cannot be called, the client of the body still gets its error.
  for (const { errback, taskId } of errbacksOf(body))
    await parts.dispatcher.call(errback, { before: [taskId], caller })
}
