import type { X509Certificate } from 'node:crypto'

import type { LoginFrom } from '../settings/tls-options.ts'

/** RabbitMQ's names for attributes, where OpenSSL has others. */
const attributeNames: ReadonlyMap<string, string> = new Map([
  ['GN', 'GIVENNAME'],
  ['initials', 'INITIALS'],
  ['generationQualifier', 'GENERATIONQUALIFIER'],
  ['title', 'TITLE'],
  ['serialNumber', 'SERIALNUMBER'],
  ['pseudonym', 'PSEUDONYM'],
  ['emailAddress', 'EMAILADDRESS'],
])

interface Attribute {
  readonly name: string
  readonly value: string
}

/** The user that a certificate names, as RabbitMQ derives it; undefined if it names none. */
export function userNameOf({ subject }: X509Certificate, from: LoginFrom): string | undefined {
  if (from === 'distinguished_name') return distinguishedName(subject)
  const names = partsOf(subject)
    .flat()
    .filter(({ name }) => name === 'CN')
  return names.length === 0 ? undefined : names.map(({ value }) => value).join(',')
}

/** The subject or issuer of a certificate as RabbitMQ writes it: `O=Acme,CN=orders`. */
export function distinguishedName(text: X509Certificate['subject']): string {
  return partsOf(text)
    .map((part) => part.map(({ name, value }) => `${name}=${escapeValue(value)}`).join('+'))
    .toReversed()
    .join(',')
}

/**
 * The parts in the order of the certificate; a part rarely has more than one attribute. `text` is
 * undefined for an empty subject, although Node's types say otherwise.
 */
function partsOf(text: string | undefined): readonly (readonly Attribute[])[] {
  return (text ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' + ').map(toAttribute))
}

function toAttribute(text: string): Attribute {
  const [, name = '', value = ''] = /^(.*?)=(.*)$/s.exec(text) ?? []
  return { name: attributeNames.get(name) ?? name, value: unescapeValue(value) }
}

/** OpenSSL escapes special characters, and control characters as two hexadecimal digits. */
function unescapeValue(value: string): string {
  return value.replaceAll(/\\([\dA-F]{2}|.)/g, (_, escaped: string) =>
    escaped.length === 2 ? String.fromCharCode(Number.parseInt(escaped, 16)) : escaped,
  )
}

/** RFC 4514; RabbitMQ also escapes each octet that is not a printable ASCII character. */
function escapeValue(value: string): string {
  return value
    .replaceAll(/^[ #]|[",+;<>\\]| $/g, '\\$&')
    .replaceAll(/[^ -}]/gu, (character) =>
      Buffer.from(character).toString('hex').toUpperCase().replaceAll(/../g, '\\$&'),
    )
}
