import { isObject, listOf, textOf, type JsonObject } from './json.ts'
import { chordOf, decodeSignature, tasksOf, withOptions, type Signature } from './signature.ts'

/** Python allows one signature in place of a list. */
export function signaturesOf(value: unknown): readonly Signature[] {
  return (isObject(value) ? [value] : listOf(value)).map(decodeSignature)
}

/**
 * Applies each option to the tasks of a signature that it is for, as Celery does: `link` and the id to
 * the last task of a chain, `link_error` to all of its tasks, and the others, such as a countdown, to the
 * first. A chord's body also gets the queue.
 */
export function applyOptions(signature: Signature, options: JsonObject): Signature {
  const { link_error: linkError, link, task_id: id, ...begin } = options
  const whenFailed = definedOf({ link_error: linkError })
  const atEnd = definedOf({ link, task_id: id })
  const { subtask_type: type } = signature
  if (type === 'chain') {
    const tasks = tasksOf(signature)
    const applied = tasks.map((task, index) =>
      applyOptions(task, {
        ...whenFailed,
        ...(index === 0 && begin),
        ...(index === tasks.length - 1 && atEnd),
      }),
    )
    return { ...signature, kwargs: { tasks: applied } }
  }
  if (type === 'group') {
    if (link !== undefined)
      throw new TypeError('a group has no single result to link to; put it into a chain')
    return mapHeader(signature, (task) => applyOptions(task, { ...whenFailed, ...begin }))
  }
  if (type === 'chord') {
    const { header, body } = mapHeader(signature, (task) => applyOptions(task, begin)).kwargs
    const { queue } = begin
    const atBody = definedOf({ queue })
    const last = applyOptions(decodeSignature(body), { ...whenFailed, ...atEnd, ...atBody })
    return { ...signature, kwargs: { header, body: last } }
  }
  const links = {
    link: joined(signature, link, 'link'),
    link_error: joined(signature, linkError, 'link_error'),
  }
  return withOptions(signature, definedOf({ ...options, ...links }))
}

/** Options that Celery applies when it calls a chain, a group or a chord. */
const applied = ['queue', 'countdown', 'eta', 'expires', 'priority', 'link', 'link_error']

/** Python writes options next to the tasks of a chain, a group or a chord. This applies them to the tasks. */
export function spreadOptions(signature: Signature): Signature {
  const { subtask_type: type, options } = signature
  const names = applied.filter((name) => (options[name] ?? null) !== null)
  // Celery links to a task of a group instead.
  const wanted = names.filter((name) => type !== 'group' || name !== 'link')
  return applyOptions(
    { ...signature, options: {} },
    Object.fromEntries(wanted.map((name) => [name, options[name]])),
  )
}

/**
 * What is called, with the id of a task, if a signature fails because it can never start. A chain fails
 * with its first task, a group with each of its tasks, and a chord with its body.
 */
export function errbacksOf(
  signature: Signature,
): readonly { readonly errback: Signature; readonly taskId: string | null }[] {
  const { subtask_type: type, options } = signature
  if (type === null) {
    const taskId = textOf(options['task_id']) ?? null
    return signaturesOf(options['link_error']).map((errback) => ({ errback, taskId }))
  }
  const spread = spreadOptions(signature)
  if (type === 'chord') return errbacksOf(chordOf(spread).body)
  const tasks = tasksOf(spread)
  return (type === 'chain' ? tasks.slice(0, 1) : tasks).flatMap(errbacksOf)
}

/** The same call without the previous result: its first tasks get their own arguments only. */
export function immutableOf(signature: Signature): Signature {
  const { subtask_type: type } = signature
  if (type === 'group' || type === 'chord') return mapHeader(signature, immutableOf)
  if (type !== 'chain') return { ...signature, immutable: true }
  const [first, ...rest] = tasksOf(signature)
  const tasks = first === undefined ? [] : [immutableOf(first), ...rest]
  return { ...signature, kwargs: { tasks } }
}

/** Changes the tasks of a group, or of the header of a chord. */
function mapHeader(signature: Signature, change: (task: Signature) => Signature): Signature {
  if (signature.subtask_type === 'group')
    return { ...signature, kwargs: { tasks: tasksOf(signature).map(change) } }
  const { header, body } = chordOf(signature)
  return { ...signature, kwargs: { header: header.map(change), body } }
}

function joined({ options }: Signature, more: unknown, name: 'link' | 'link_error'): unknown {
  return more === undefined
    ? options[name]
    : [...signaturesOf(options[name]), ...signaturesOf(more)]
}

function definedOf(options: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
