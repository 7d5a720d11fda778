import { bad, type Case } from './error-case.ts'

const publish = 'exchanges/VHOST/amq.default/publish'
const message = { routing_key: 'q', properties: {}, payload: 'x', payload_encoding: 'string' }

/** Messages that the API does not publish. */
export const messageErrorCases: readonly Case[] = [
  {
    request: ['POST', 'exchanges/VHOST/nope/publish', message],
    status: 404,
    body: { error: 'not_found', reason: 'exchange_not_found' },
  },
  {
    request: ['POST', publish, { routing_key: 'q' }],
    status: 400,
    body: bad(
      '[{key_missing,properties},\n {key_missing,payload},\n {key_missing,payload_encoding}]',
    ),
  },
  {
    request: ['POST', publish, { ...message, payload_encoding: 'zz' }],
    status: 400,
    body: bad(['unsupported_encoding', 'zz']),
  },
  {
    request: ['POST', publish, { ...message, payload: '!!', payload_encoding: 'base64' }],
    status: 400,
    body: bad(['not_base64', '!!']),
  },
  {
    request: ['POST', publish, { ...message, payload: 'AAA', payload_encoding: 'base64' }],
    status: 400,
    body: bad(['not_base64', 'AAA']),
  },
  {
    request: ['POST', publish, { ...message, payload: 5 }],
    status: 400,
    body: bad('payload_not_string'),
  },
  {
    request: ['POST', publish, { ...message, properties: { user_id: 'bob' } }],
    status: 400,
    body: bad(
      "406 PRECONDITION_FAILED - user_id property set to 'bob' but authenticated user was 'guest'",
    ),
  },
  {
    request: ['POST', publish, { ...message, properties: { delivery_mode: 'two' } }],
    status: 400,
    body: bad(['not_int', 'delivery_mode']),
  },
  {
    request: ['POST', publish, { ...message, properties: { delivery_mode: 1.5 } }],
    status: 400,
    body: bad(['not_int', 'delivery_mode']),
  },
  ...[{ content_type: 'x'.repeat(256) }, { headers: { ['x'.repeat(256)]: 1 } }].map(
    (properties): Case => ({
      request: ['POST', publish, { ...message, routing_key: 'quorum', properties }],
      status: 400,
      body: bad('506 failed to deliver message: content_properties_shortstr_overflow'),
    }),
  ),
  {
    request: ['POST', 'exchanges/VHOST/amq.rabbitmq.trace/publish', message],
    status: 400,
    body: bad(
      "403 ACCESS_REFUSED - cannot publish to internal exchange 'amq.rabbitmq.trace' in vhost 'VHOST'",
    ),
  },
]
