import { CommandFailure, exitCodes } from './failure.ts'

const amqpPort = 5672
const managementPort = 15_672

export interface UrlSources {
  /** The option --management-url. */
  readonly option: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Where the management API is: --management-url, or MANAGEMENT_URL, or where RabbitMQ has it when
 * AMQP is at AMQP_URL, 10,000 ports above it. The user is guest unless the URL names another.
 */
export function managementUrl({ option, env }: UrlSources): URL {
  const given = option ?? env['MANAGEMENT_URL']
  const url = given === undefined ? derivedFrom(env['AMQP_URL']) : parse(given)
  url.username ||= 'guest'
  url.password ||= 'guest'
  return url
}

/** The management API of the broker at an AMQP URL. */
function derivedFrom(amqpUrl = 'amqp://localhost'): URL {
  const { protocol, hostname, port, username, password } = parse(amqpUrl)
  const url = new URL(`http://localhost:${managementPort}`)
  if (hostname !== '') url.hostname = hostname
  if (protocol === 'amqp:') url.port = String(Number(port || amqpPort) + managementPort - amqpPort)
  return Object.assign(url, { username, password })
}

function parse(text: string): URL {
  if (/^(https?|amqps?):\/\//.test(text) && URL.canParse(text)) return new URL(text)
  throw new CommandFailure(
    `"${text}" is not the URL of a management API; write it as http://USER:PASSWORD@HOST:15672`,
    exitCodes.usage,
  )
}
