import { maskUrl } from './broker-url.ts'
import { MessagingError, type MessagingErrorCode } from './errors.ts'
import { pnpm } from './pnpm.ts'

/** The fields that Node and amqplib put on their errors. */
interface ForeignError extends Error {
  readonly code?: unknown
}

const startABroker = `start one: ${pnpm} broker, or docker compose up -d --wait`
const checkThePort =
  'check host and port: AMQP is on 5672, amqps on 5671, the management page on 15672'

/** Why no connection could be opened, in one line, with what mends it: an error for each URL. */
export function explainConnect(refusals: ReadonlyMap<URL, unknown>): MessagingError {
  const explained = [...refusals].map(([url, error]) => explainOne(url, error))
  const [first, ...others] = explained
  if (first === undefined) return new MessagingError('CONNECT_FAILED', 'no broker was tried')
  if (others.length === 0) return first
  const text = explained.map(({ message }) => message).join('; ')
  return new MessagingError(first.code, text, { cause: first.cause, remedy: first.remedy })
}

function explainOne(url: URL, error: unknown): MessagingError {
  if (error instanceof MessagingError) return error
  const where = maskUrl(url)
  // Of TLS Node's codes say more, of all else the texts.
  const text = messageOf(error)
  const evidence = `${text} ${String(codeOf(error))}`
  const known = handshakeFaults.find(({ pattern }) => pattern.test(evidence))
  if (known !== undefined)
    return new MessagingError(known.code, known.say(where, brokerText(text)), {
      cause: error,
      remedy: known.remedy,
    })
  const message = `cannot reach a broker at ${where}: ${networkFault(error)}`
  // Something else may listen there, and wait for us to speak its language.
  const remedy = text.includes('ETIMEDOUT') ? checkThePort : startABroker
  return new MessagingError('CONNECT_FAILED', message, { cause: error, remedy })
}

interface HandshakeFault {
  readonly pattern: RegExp
  readonly code: MessagingErrorCode
  readonly remedy: string
  say(where: string, brokerSays: string): string
}

// amqplib tells these apart by their texts alone.
const handshakeFaults: readonly HandshakeFault[] = [
  {
    pattern: /ACCESS_REFUSED|ACCESS-REFUSED/,
    code: 'LOGIN_REFUSED',
    remedy:
      'check the user and password of --url or AMQP_URL; guest may log in from the same machine only',
    say: (where) => `the broker at ${where} refuses this user or password`,
  },
  {
    // amqplib keeps the broker's text to itself here.
    pattern: /Expected ConnectionOpenOk; got <ConnectionClose/,
    code: 'VHOST_REFUSED',
    remedy: 'rabbitmqctl list_vhosts shows those there are, rabbitmqctl add_vhost NAME makes one',
    say: (where) =>
      `the broker at ${where} does not open this virtual host: it is missing, full, or not for this user`,
  },
  {
    pattern: /ERR_TLS_CERT_ALTNAME_INVALID/,
    code: 'CERTIFICATE_REFUSED',
    remedy: 'connect by a name that the certificate carries',
    say: (where, says) => `the certificate of ${where} is for another host: ${says}`,
  },
  {
    pattern: /ERR_SSL_\w*ALERT_\w*CERTIFICATE|alert certificate required/i,
    code: 'CERTIFICATE_REFUSED',
    remedy: 'name one that it trusts: amqps://...?certfile=cert.pem&keyfile=key.pem',
    say: (where) => `the broker at ${where} wants a certificate of ours, and does not take this`,
  },
  {
    pattern: /UNABLE_TO_|SELF_SIGNED|CERT_(?!ALTNAME)\w+/,
    code: 'CERTIFICATE_REFUSED',
    remedy:
      'name the authority that signed it: amqps://...?cacertfile=ca.pem, or NODE_EXTRA_CA_CERTS',
    say: (where, says) => `nobody whom we trust has signed the certificate of ${where} (${says})`,
  },
  {
    pattern:
      /Socket closed abruptly|Expected Connection|Frame on channel|frameMax|ECONNRESET|EPROTO|Frame size/,
    code: 'HANDSHAKE_FAILED',
    remedy: checkThePort,
    say: (where, says) =>
      `what listens at ${where} broke off the AMQP 0-9-1 handshake: no broker, or one too old (${says})`,
  },
]

function networkFault(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ECONNREFUSED') return 'nothing listens there (ECONNREFUSED)'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host is not known (${code})`
  if (messageOf(error).includes('ETIMEDOUT')) return 'it does not answer (ETIMEDOUT)'
  return messageOf(error)
}

/**
 * Why an operation was refused. `connectionError` is what the connection said when it was closed:
 * for a 541 amqplib tells the operation itself nothing but that no reply will come.
 */
export function explainOperation(error: unknown, connectionError?: Error): MessagingError {
  if (error instanceof MessagingError) return error
  const cause =
    replyCodeOf(error) === undefined && connectionError !== undefined ? connectionError : error
  const code = replyCodeOf(cause)
  const says = brokerText(messageOf(cause))
  const refusal = refusalOf(code, says)
  if (refusal === undefined)
    return new MessagingError('CHANNEL_CLOSED', `the broker ended the operation: ${says}`, {
      cause,
    })
  return new MessagingError(refusal.code, refusal.say(says), {
    cause,
    remedy: refusal.remedy(says),
  })
}

function refusalOf(code: number | undefined, says: string): Refusal | undefined {
  if (code === undefined) return undefined
  // RabbitMQ's own code says little where it speaks of these.
  if (says.includes('in exclusive use')) return refusals[405]
  if (lacksQuorum.test(says)) return noQuorum
  return refusals[says.includes('failed consuming') ? 404 : code]
}

/** What it says, with a 541, when too few nodes of a cluster are there to agree on anything. */
const lacksQuorum = /INTERNAL_ERROR .*(timed out|due to timeout|nodedown|noconnection)/s

/** Whether the connection broke over a queue that is just being deleted under its consumer. */
export function isBeingDeleted({ message }: Error): boolean {
  return message.includes('failed consuming') && !lacksQuorum.test(message)
}

/** Whether the broker closed the connection over something that may do well on the next one. */
export function isPassing(error: Error): boolean {
  const code = replyCodeOf(error)
  const passes =
    lacksQuorum.test(error.message) || /failed consuming|noproc|shutdown/.test(error.message)
  return code === 320 || (code === 541 && passes)
}

interface Refusal {
  readonly code: MessagingErrorCode
  say(brokerSays: string): string
  remedy(brokerSays: string): string | undefined
}

/** By the reply code of AMQP 0-9-1 that the broker closed the channel or the connection with. */
const refusals: Readonly<Record<number, Refusal>> = {
  403: {
    code: 'ACCESS_REFUSED',
    say: (says) => `the broker does not allow it: ${says}`,
    remedy: (says) =>
      says.includes('access to')
        ? 'rabbitmqctl set_permissions -p VHOST USER ".*" ".*" ".*"'
        : undefined,
  },
  404: {
    code: 'NOT_FOUND',
    say: (says) => `it is not there: ${says}`,
    remedy: () => 'declare it first, or start the program that declares it',
  },
  405: {
    code: 'LOCKED',
    say: (says) =>
      `${entityIn(says)} is exclusive to another connection and goes when that one closes: ${firstSentence(says)}`,
    remedy: () => 'close the program that declared it, or use another name',
  },
  406: {
    code: 'PRECONDITION_FAILED',
    say: (says) =>
      says.includes('inequivalent arg')
        ? `${entityIn(says)} is there with other arguments: ${says}`
        : `the broker refuses it: ${says}`,
    remedy: (says) => {
      if (says.includes('inequivalent arg'))
        return `delete it with what it holds: ${pnpm} reset, if a lesson declared it, else ${deletion(says)}`
      return says.includes('Topic binding key')
        ? 'bind a wider key, such as "#", and let the consumer pass over what it does not want'
        : undefined
    },
  },
  541: {
    code: 'FEATURE_REFUSED',
    say: (says) =>
      `the broker refuses what was declared and closed the connection: ${firstSentence(says)}`,
    remedy: (says) =>
      says.includes('transient_nonexcl_queues')
        ? 'declare the queue durable, or exclusive to its connection'
        : undefined,
  },
}

const noQuorum: Refusal = {
  code: 'NO_QUORUM',
  say: (says) =>
    `too few nodes of the cluster are there, or reached by the one that was asked: ${says}`,
  remedy: () => 'start the others, or mend their network: rabbitmqctl cluster_status shows them',
}

/** "queue 'hello'" out of "... arg 'durable' for queue 'hello' in vhost '/': ..." */
function entityIn(says: string): string {
  const [, kind = 'it', name = ''] = /\b(queue|exchange) '([^']*)'/.exec(says) ?? []
  return name === '' ? kind : `${kind} "${name}"`
}

function deletion(says: string): string {
  const [, name] = /\bqueue '([^']*)'/.exec(says) ?? []
  return name === undefined
    ? 'the management page, http://localhost:15672'
    : `docker compose exec rabbitmq rabbitmqctl delete_queue ${name}`
}

function firstSentence(says: string): string {
  return says.replace(/\. Its? .*$/s, '')
}

/** The broker's own words out of amqplib's message around them. */
function brokerText(message: string): string {
  const [, quoted] = /with message "(.*)"/s.exec(message) ?? []
  return (quoted ?? message).replaceAll(/\s+/g, ' ')
}

/** What an error says, without amqplib's words around the broker's. */
export function reasonOf(error: unknown): string {
  return brokerText(messageOf(error))
}

/** The AMQP reply code, if it is one: Node's errors have texts there. */
export function replyCodeOf(error: unknown): number | undefined {
  const code = codeOf(error)
  return typeof code === 'number' ? code : undefined
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as ForeignError).code : undefined
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // An AggregateError (localhost is two addresses) has its texts inside.
  return (
    error.message ||
    (error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.name)
  )
}
