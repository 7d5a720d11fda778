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
export function userNameOf(certificate: X509Certificate, from: LoginFrom): string | undefined {
  const parts = subjectOf(certificate)
  if (from === 'distinguished_name')
    return parts
      .map((part) => part.map(({ name, value }) => `${name}=${escapeValue(value)}`).join('+'))
      .toReversed()
      .join(',')
  const names = parts.flat().filter(({ name }) => name === 'CN')
  return names.length === 0 ? undefined : names.map(({ value }) => value).join(',')
}

/** Its parts in the order of the certificate; a part rarely has more than one attribute. */
function subjectOf({ subject }: X509Certificate): readonly (readonly Attribute[])[] {
  // Node is typed as if there were always one.
  const text = subject as string | undefined
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
