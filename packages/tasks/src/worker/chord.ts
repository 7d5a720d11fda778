import { MessagingError, type Queue, type Session } from '@messaging-patterns/shared'

import { TaskFailure } from '../protocol/failure.ts'
import { isObject, numberOf, textOf } from '../protocol/json.ts'
import { encodeResult } from '../protocol/result-message.ts'
import { chordOf, tasksOf, type Signature } from '../protocol/signature.ts'
import type { Call } from '../protocol/task-message.ts'
import type { WorkerParts } from './worker-options.ts'

/** An unfinished chord is deleted after a day, like results that nobody reads. */
const expireAfter = 86_400_000

type Parts = Pick<WorkerParts, 'session' | 'sender' | 'dispatcher'>

/**
 * Puts the result of a task into the queue of its chord. The worker that finds all results there calls
 * the body with them. Its own task is not acknowledged before: if it dies, the task runs again, and the
 * next worker that puts a result there finds all of them.
 */
export async function collectChord(parts: Parts, call: Call, value: unknown): Promise<void> {
  const { group, groupIndex } = call
  const { chord: body } = call.embed
  if (body === null || group === null) return
  const size = body.chord_size ?? 1
  const queue = await parts.session.queue(`celery.chord.${group}`, {
    type: 'classic',
    arguments: { 'x-expires': expireAfter },
  })
  await queue.send({ index: groupIndex ?? 0, value })
  while ((await queue.count()).messages >= size) {
    const lock = await lockFor(parts.session, queue)
    // Another worker has all the results.
    if (lock === undefined) break
    try {
      const results = await takeAll(queue, size)
      if (results === undefined) continue
      const caller = { id: call.id, rootId: call.rootId }
      await parts.dispatcher.call(body, { before: [results], caller })
      await queue.delete()
      return
    } finally {
      collecting.delete(queue.name)
      await lock.delete()
    }
  }
  queue.forget()
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

/** All results, in order; undefined if some are there twice, and others are missing. */
async function takeAll(queue: Queue, size: number): Promise<readonly unknown[] | undefined> {
  const results = new Map<number, unknown>()
  const { messages } = await queue.count()
  // What is not acknowledged is requeued.
  await using deliveries = await queue.consume({ prefetch: 0, limit: messages })
  for await (const delivery of deliveries) {
    const { index, value } = entryOf(delivery.json())
    // A task that ran twice has put its result there twice.
    if (results.has(index)) delivery.ack()
    results.set(index, value)
    if (results.size === size) break
  }
  if (results.size < size) return undefined
  return Array.from({ length: size }, (_, index) => results.get(index))
}

function entryOf(body: unknown): { readonly index: number; readonly value: unknown } {
  const { index, value } = isObject(body) ? body : {}
  return { index: numberOf(index) ?? 0, value }
}

/** A task of a chord has failed, so its body is never called: its client gets a ChordError. */
export async function failChord(parts: Parts, call: Call, error: unknown): Promise<void> {
  if (call.embed.chord === null) return
  const text = `Dependency ${call.id} raised ${String(error)}`
  const failure = new TaskFailure({ type: 'ChordError', module: 'celery.exceptions', args: [text] })
  for (const { options } of singleTasks(call.embed.chord)) {
    const taskId = textOf(options['task_id'])
    const replyTo = textOf(options['reply_to'])
    if (taskId === undefined || replyTo === undefined) continue
    const about = { taskId, parentId: call.id, children: [], error: failure }
    await parts.sender.reply(replyTo, encodeResult('FAILURE', about), taskId)
  }
}

function singleTasks(signature: Signature): readonly Signature[] {
  const { subtask_type: type } = signature
  if (type === 'chord') return singleTasks(chordOf(signature).body)
  if (type === 'chain' || type === 'group') return tasksOf(signature).flatMap(singleTasks)
  return [signature]
}
