import { MessagingError, type Queue, type Session } from '@messaging-patterns/shared'

import { TaskFailure } from '../protocol/failure.ts'
import { isObject, numberOf, textOf } from '../protocol/json.ts'
import { encodeResult } from '../protocol/result-message.ts'
import { signaturesOf } from '../protocol/signature-options.ts'
import { singleTasks, type Signature } from '../protocol/signature.ts'
import { memberOfSignature, type ChordCaller, type Member } from './members.ts'
import type { WorkerParts } from './worker-options.ts'

/** An unfinished chord is deleted after a day, like results that nobody reads. */
const expireAfter = 86_400_000

type Parts = Pick<WorkerParts, 'session' | 'sender' | 'dispatcher'>

/** What became of a member: its result, or why there is none. */
export type Ending = { readonly value: unknown } | { readonly error: string }

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
  await queue.send({ index, ...ending })
  // Without a size, Python has sent a task that asks whether the chord is complete.
  if (body.chord_size === undefined) queue.forget()
  else await complete(parts, { queue, body, size: body.chord_size }, { id, rootId })
}

/** Calls the body of a chord that has `size` members, if all of them have ended. Resolves with whether it was. */
export async function completeChord(
  parts: Parts,
  {
    group,
    body,
    size,
  }: { readonly group: string; readonly body: Signature; readonly size: number },
  caller: ChordCaller,
): Promise<boolean> {
  const queue = await chordQueue(parts.session, group)
  return complete(parts, { queue, body, size }, caller)
}

function chordQueue(session: Session, group: string): Promise<Queue> {
  return session.queue(`celery.chord.${group}`, {
    type: 'classic',
    arguments: { 'x-expires': expireAfter },
  })
}

async function complete(
  parts: Parts,
  { queue, body, size }: { readonly queue: Queue; readonly body: Signature; readonly size: number },
  caller: ChordCaller,
): Promise<boolean> {
  while ((await queue.count()).messages >= size) {
    const lock = await lockFor(parts.session, queue)
    // Another worker has all the results.
    if (lock === undefined) return true
    try {
      const endings = await takeAll(queue, size)
      if (endings === undefined) continue
      await callBody(parts, { body, endings, caller })
      await queue.delete()
      return true
    } finally {
      collecting.delete(queue.name)
      await lock.delete()
    }
  }
  queue.forget()
  return false
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

/** All endings, in order; undefined if some are there twice, and others are missing. */
async function takeAll(queue: Queue, size: number): Promise<readonly Ending[] | undefined> {
  const endings = new Map<number, Ending>()
  const { messages } = await queue.count()
  // What is not acknowledged is requeued.
  await using deliveries = await queue.consume({ prefetch: 0, limit: messages })
  for await (const delivery of deliveries) {
    const { index, ...ending } = decodeEnding(delivery.json())
    // A task that ran twice has put its result there twice.
    if (endings.has(index)) delivery.ack()
    endings.set(index, ending)
    if (endings.size === size) break
  }
  if (endings.size < size) return undefined
  return [...endings].toSorted(([first], [second]) => first - second).map(([, ending]) => ending)
}

function decodeEnding(body: unknown): Ending & { readonly index: number } {
  const { index, value, error } = isObject(body) ? body : {}
  const ending = typeof error === 'string' ? { error } : { value }
  return { index: numberOf(index) ?? 0, ...ending }
}

interface Completed {
  readonly body: Signature
  readonly endings: readonly Ending[]
  readonly caller: ChordCaller
}

async function callBody(parts: Parts, { body, endings, caller }: Completed): Promise<void> {
  for (const ending of endings) {
    if (!('error' in ending)) continue
    await failBody(parts, { body, caller, error: ending.error })
    return
  }
  const results = endings.map((ending) => ('value' in ending ? ending.value : null))
  await parts.dispatcher.call(body, { before: [results], caller })
}

/** A member has failed, so the body is never called: its client gets a ChordError. */
async function failBody(
  parts: Parts,
  { body, caller, error: text }: Omit<Completed, 'endings'> & { readonly error: string },
): Promise<void> {
  const error = new TaskFailure({ type: 'ChordError', module: 'celery.exceptions', args: [text] })
  for (const task of singleTasks(body)) {
    const { options } = task
    const taskId = textOf(options['task_id'])
    const replyTo = textOf(options['reply_to'])
    // The body may be in the header of another chord.
    const member = memberOfSignature(task, caller.rootId)
    if (member !== undefined) await endMember(parts, member, { error: text })
    for (const errback of signaturesOf(options['link_error']))
      await parts.dispatcher.call(errback, { before: [taskId ?? null], caller })
    if (taskId === undefined || replyTo === undefined) continue
    const about = { taskId, parentId: caller.id, children: [], error }
    await parts.sender.reply(replyTo, encodeResult('FAILURE', about), taskId)
  }
}
