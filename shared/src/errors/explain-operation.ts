import { reasonOf, replyCodeOf } from './foreign-errors.ts'
import { MessagingError, type MessagingErrorCode } from './messaging-error.ts'
import { pnpm } from './pnpm.ts'

/**
 * Turns any error of an operation on a connection into a {@link MessagingError}.
 *
 * @param error What amqplib rejected with.
 * @param connectionError What the connection reported when it was closed. After a 541, amqplib rejects
 * the operation itself without the reason.
 */
export function explainOperation(error: unknown, connectionError?: Error): MessagingError {
  if (error instanceof MessagingError) return error
  const cause =
    replyCodeOf(error) === undefined && connectionError !== undefined ? connectionError : error
  const reason = reasonOf(cause)
  const refusal = refusalOf(replyCodeOf(cause), reason)
  if (refusal === undefined)
    return new MessagingError('CHANNEL_CLOSED', `the operation failed: ${reason}`, { cause })
  return new MessagingError(refusal.code, refusal.explain(reason), {
    cause,
    remedy: refusal.remedy(reason),
  })
}

function refusalOf(code: number | undefined, reason: string): Refusal | undefined {
  if (code === undefined) return undefined
  // For these two RabbitMQ's reply code is less precise than its text.
  if (reason.includes('in exclusive use')) return refusals[405]
  if (lacksQuorum.test(reason)) return noQuorum
  return refusals[reason.includes('failed consuming') ? 404 : code]
}

/** RabbitMQ's text, with a 541, when too few nodes of a cluster are up to agree on anything. */
const lacksQuorum = /INTERNAL_ERROR .*(timed out|due to timeout|nodedown|noconnection)/s

/** Whether the connection broke because a queue was being deleted under its consumer. */
export function isBeingDeleted({ message }: Error): boolean {
  return message.includes('failed consuming') && !lacksQuorum.test(message)
}

/** Whether the broker closed the connection for a reason that may be gone on the next one. */
export function isTransient(error: Error): boolean {
  const code = replyCodeOf(error)
  const mayPass =
    lacksQuorum.test(error.message) || /failed consuming|noproc|shutdown/.test(error.message)
  return code === 320 || (code === 541 && mayPass)
}

interface Refusal {
  readonly code: MessagingErrorCode
  explain(reason: string): string
  remedy(reason: string): string | undefined
}

/** By the AMQP reply code with which the broker closed the channel or the connection. */
const refusals: Readonly<Record<number, Refusal>> = {
  403: {
    code: 'ACCESS_REFUSED',
    explain: (reason) => `permission denied: ${reason}`,
    remedy: (reason) =>
      reason.includes('access to')
        ? 'rabbitmqctl set_permissions -p VHOST USER ".*" ".*" ".*"'
        : undefined,
  },
  404: {
    code: 'NOT_FOUND',
    explain: (reason) => `not found: ${reason}`,
    remedy: () => 'declare it first, or start the program that declares it',
  },
  405: {
    code: 'LOCKED',
    explain: (reason) =>
      `${entityIn(reason)} is exclusive to another connection and is deleted when that one closes: ${firstSentence(reason)}`,
    remedy: () => 'close the program that declared it, or use another name',
  },
  406: {
    code: 'PRECONDITION_FAILED',
    explain: (reason) =>
      reason.includes('inequivalent arg')
        ? `${entityIn(reason)} already exists with different arguments: ${reason}`
        : `the broker refused it: ${reason}`,
    remedy: (reason) => {
      if (reason.includes('inequivalent arg'))
        return `delete it and the messages in it: ${pnpm} reset, if a lesson declared it, otherwise ${deletion(reason)}`
      return reason.includes('Topic binding key')
        ? 'bind a broader key, such as "#", and let the consumer skip what it does not need'
        : undefined
    },
  },
  541: {
    code: 'FEATURE_REFUSED',
    explain: (reason) =>
      `the broker refused the declaration and closed the connection: ${firstSentence(reason)}`,
    remedy: (reason) =>
      reason.includes('transient_nonexcl_queues')
        ? 'declare the queue durable, or exclusive to its connection'
        : undefined,
  },
}

const noQuorum: Refusal = {
  code: 'NO_QUORUM',
  explain: (reason) =>
    `too few nodes of the cluster are up, or reachable from the node that was asked: ${reason}`,
  remedy: () =>
    'start the other nodes, or fix the network between them: rabbitmqctl cluster_status lists them',
}

/** "queue "hello"" out of "... arg 'durable' for queue 'hello' in vhost '/': ..." */
function entityIn(reason: string): string {
  const [, kind = 'it', name = ''] = /\b(queue|exchange) '([^']*)'/.exec(reason) ?? []
  return name === '' ? kind : `${kind} "${name}"`
}

function deletion(reason: string): string {
  const [, name] = /\bqueue '([^']*)'/.exec(reason) ?? []
  return name === undefined
    ? 'the management page, http://localhost:15672'
    : `pnpm broker delete_queue ${name}, or docker compose exec rabbitmq rabbitmqctl delete_queue ${name}`
}

function firstSentence(reason: string): string {
  return reason.replace(/\. Its? .*$/s, '')
}
