import type { Options } from 'amqplib'

import { MessagingError } from '../errors/messaging-error.ts'

/** The broker of a session that is given no URL, when AMQP_URL is not set either. */
export const defaultUrl = 'amqp://localhost:5672'

/** How errors say to write a URL. maskText leaves it as it is, unlike every other password. */
const urlForm = 'amqp://USER:PASSWORD@HOST:5672/VHOST'

/**
 * Parses one URL or several; a string may list several with commas between them, as AMQP_URL does.
 * Throws INVALID_URL for anything but amqp:// and amqps://.
 */
export function parseUrls(urls: string | readonly string[]): URL[] {
  const list = typeof urls === 'string' ? urls.split(/[,\s]+(?=amqps?:)/) : urls
  return list.map(parseUrl)
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^amqps?:$/.test(url.protocol) && url.hostname !== '' && decodes(url))
    return url
  // Whatever is before an @ may be a password, however the rest is written.
  const masked = text.replace(/^.*@/s, '***@')
  throw new MessagingError('INVALID_URL', `"${masked}" is not the URL of a broker`, {
    remedy: `write it as ${urlForm}, with %25 for a % and %40 for an @`,
  })
}

/** Whether each "%" begins an escape; in a password it must be written %25. */
function decodes({ username, password, pathname }: URL): boolean {
  try {
    decodeURIComponent(username + password + pathname)
    return true
  } catch {
    return false
  }
}

/** The URL without its password and its parameters, for messages. */
export function maskUrl(url: URL): string {
  return maskText(url.href.replace(/\?.*/, ''))
}

/** Hides the passwords of all URLs in a text, before it is printed or logged. */
export function maskText(text: string): string {
  return text.replaceAll(/\S+/g, (word) =>
    // A password may itself contain @ or /, so everything up to the last @ of the word is hidden.
    word === `${urlForm},` ? word : word.replaceAll(/(:\/\/[^:@/]*):.*@/g, '$1:***@'),
  )
}

/** The connect options of amqplib for a URL; a URL without a user means guest. */
export function connectOptions(url: URL): Options.Connect {
  const anonymous = url.username === '' && url.password === ''
  return {
    protocol: url.protocol.slice(0, -1),
    hostname: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: url.port === '' ? (url.protocol === 'amqps:' ? 5671 : 5672) : Number(url.port),
    username: anonymous ? 'guest' : decodeURIComponent(url.username),
    password: anonymous ? 'guest' : decodeURIComponent(url.password),
    // amqplib decodes it; the empty path is the default virtual host, "/".
    vhost: url.pathname.slice(1),
  }
}
