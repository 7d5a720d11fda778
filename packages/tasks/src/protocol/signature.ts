import { isObject, listOf, numberOf, textOf, type JsonObject } from './json.ts'

/** A call that has not been made yet, as it is sent in a message. */
export interface Signature {
  readonly task: string
  readonly args: readonly unknown[]
  readonly kwargs: JsonObject
  /** `task_id`, `reply_to`, `queue`, `countdown` and so on. */
  readonly options: JsonObject
  /** `chain`, `group` and so on; null for a task. */
  readonly subtask_type: string | null
  /** Whether it is called with its own arguments only, without the previous result. */
  readonly immutable: boolean
  /** In the body of a chord: how many tasks it waits for. */
  readonly chord_size?: number
  /** In the body of a chord: the shape of its results. Without it, they are a flat list. */
  readonly chord_results?: readonly ResultIds[]
}

/** The id of a task, or those of a group. */
export type ResultIds = string | readonly ResultIds[]

/** What to call after the task of a message. */
export interface Embed {
  /** Called with the result, if the task succeeds. */
  readonly callbacks: readonly Signature[]
  /** Called with the id of the task, if it fails. */
  readonly errbacks: readonly Signature[]
  /** The rest of the chain, in reverse: the next task is the last one. */
  readonly chain: readonly Signature[]
  /** Called with the results of all tasks of the group. */
  readonly chord: Signature | null
}

export const nothingEmbedded: Embed = { callbacks: [], errbacks: [], chain: [], chord: null }

export function decodeSignature(value: unknown): Signature {
  if (!isObject(value) || typeof value['task'] !== 'string')
    throw new TypeError('a signature must be an object with the name of a task')
  const { task, args, kwargs, options, subtask_type: type, immutable } = value
  const size = numberOf(value['chord_size'])
  const results = value['chord_results']
  return {
    task,
    args: listOf(args),
    kwargs: isObject(kwargs) ? kwargs : {},
    options: isObject(options) ? options : {},
    subtask_type: textOf(type) ?? null,
    immutable: immutable === true,
    ...(size !== undefined && { chord_size: size }),
    ...(Array.isArray(results) && { chord_results: results.map(decodeIds) }),
  }
}

function decodeIds(value: unknown): ResultIds {
  return Array.isArray(value) ? value.map(decodeIds) : String(value)
}

/** The signature with further options, which replace those of the same name. */
export function withOptions(signature: Signature, options: JsonObject): Signature {
  return { ...signature, options: { ...signature.options, ...options } }
}

/** Celery's tasks that call another task for each item of a list. */
const bulkTasks: ReadonlySet<string> = new Set(['celery.map', 'celery.starmap', 'celery.chunks'])

/** The task whose queue a call goes to: perhaps only the workers of that queue know the inner task. */
export function routedTask({ task, kwargs }: Signature): string {
  const { task: inner } = kwargs
  return bulkTasks.has(task) && isObject(inner) ? (textOf(inner['task']) ?? task) : task
}

/** The tasks of a chain or a group. */
export function tasksOf({ kwargs }: Signature): readonly Signature[] {
  return listOf(kwargs['tasks']).map(decodeSignature)
}

/** The two parts of a chord. Python sends the header as a group or as a list. */
export function chordOf({ kwargs }: Signature): {
  readonly header: readonly Signature[]
  readonly body: Signature
} {
  const { header, body } = kwargs
  const list = Array.isArray(header)
    ? header.map(decodeSignature)
    : tasksOf(decodeSignature(header))
  return { header: list, body: decodeSignature(body) }
}

/** The tasks whose results are those of a signature, and the tasks before them in chains. */
export function singleTasks(signature: Signature): readonly Signature[] {
  const { subtask_type: type } = signature
  if (type === 'chord') return singleTasks(chordOf(signature).body)
  if (type === 'chain' || type === 'group') return tasksOf(signature).flatMap(singleTasks)
  return [signature]
}

/** Changes each task of a signature. */
export function mapTasks(signature: Signature, change: (task: Signature) => Signature): Signature {
  const { subtask_type: type } = signature
  const again = (each: Signature): Signature => mapTasks(each, change)
  if (type === 'chord') {
    const { header, body } = chordOf(signature)
    return { ...signature, kwargs: { header: header.map(again), body: again(body) } }
  }
  if (type === 'chain' || type === 'group')
    return { ...signature, kwargs: { tasks: tasksOf(signature).map(again) } }
  return change(signature)
}

/** A signature of several others. */
export function composite(type: 'chain' | 'group' | 'chord', kwargs: JsonObject): Signature {
  const task = `celery.${type}`
  return { task, args: [], kwargs, options: {}, subtask_type: type, immutable: false }
}

export function decodeEmbed(value: unknown): Embed {
  const { callbacks, errbacks, chain, chord } = isObject(value) ? value : {}
  const signatures = (list: unknown): readonly Signature[] => listOf(list).map(decodeSignature)
  return {
    callbacks: signatures(callbacks),
    errbacks: signatures(errbacks),
    chain: signatures(chain),
    chord: isObject(chord) ? decodeSignature(chord) : null,
  }
}
