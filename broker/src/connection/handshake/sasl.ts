import { ConnectionFault } from '../../protocol/faults.ts'
import type { FieldValue } from '../../protocol/field-value.ts'
import type { BrokerSettings } from '../../settings/options.ts'
import { ByteReader } from '../../wire/byte-reader.ts'
import { readFields } from '../../wire/field-table-codec.ts'
import { decodeText } from '../../wire/text.ts'

export interface Credentials {
  readonly name: string
  readonly password: string
}

/** Reads a client's credentials; undefined if the mechanism has none. */
export type SaslMechanism = (response: Uint8Array) => Credentials | undefined

/** In the order in which RabbitMQ offers them. */
export const mechanisms: Readonly<Record<string, SaslMechanism>> = {
  ANONYMOUS: () => undefined,
  PLAIN: plain,
  AMQPLAIN: amqplain,
}

/** Those that a client is offered. EXTERNAL is for TLS only, if the broker verifies certificates. */
export function mechanismsOf(
  { anonymousUser }: BrokerSettings,
  tls: { readonly verifies: boolean } | undefined,
): readonly string[] {
  const known = Object.keys(mechanisms)
  const usable = known.filter((name) => name !== 'ANONYMOUS' || anonymousUser !== null)
  return tls?.verifies === true ? [...usable, 'EXTERNAL'] : usable
}

/** RFC 4616: an identity, which RabbitMQ ignores, the user and the password. */
function plain(response: Uint8Array): Credentials {
  const [, name, password] = decodeText(response, 0, response.length).split('\0')
  if (name === undefined || password === undefined)
    throw new ConnectionFault('SYNTAX_ERROR', 'response is not valid')
  return { name, password }
}

/** A field table that is not preceded by its length. */
function amqplain(response: Uint8Array): Credentials {
  const fields = readFields(new ByteReader(response))
  const name = textOf(fields.get('LOGIN'))
  const password = textOf(fields.get('PASSWORD'))
  if (name === undefined || password === undefined)
    throw new ConnectionFault('SYNTAX_ERROR', 'AMQPLAIN auth info lacks LOGIN or PASSWORD')
  return { name, password }
}

function textOf(field: FieldValue | undefined): string | undefined {
  return field?.type === 'longstr' ? field.value : undefined
}
