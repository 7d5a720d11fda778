import { bad, type Case } from './error-case.ts'
import { messageErrorCases } from './message-error-cases.ts'

const notFound = { error: 'Object Not Found', reason: 'Not Found' }
const noVhost = { error: 'not_found', reason: 'vhost_not_found' }
const refused = { error: 'not_authorised', reason: 'Access refused.' }

const ofPaths: readonly Case[] = [
  ...[
    'nope',
    'queues/nope',
    'queues/VHOST/nope',
    'exchanges/VHOST/nope',
    'vhosts/nope',
    'users/nope',
    'users/nope/permissions',
    'permissions/VHOST/nope',
    'connections/nope',
    'channels/nope',
    'policies/VHOST/nope',
    'operator-policies/VHOST/nope',
    'parameters/shovel/VHOST/nope',
    'bindings/nope',
    'bindings/VHOST/e/amq.topic/q/nope/key',
    'consumers/nope',
    'nodes/nope',
    'vhosts/nope/permissions',
    'aliveness-test/nope',
  ].map((path): Case => ({ request: ['GET', path], status: 404, body: notFound })),
  ...[
    'queues/VHOST/nope',
    'queues/VHOST/nope/contents',
    'exchanges/VHOST/nope',
    'vhosts/nope',
    'users/nope',
    'permissions/VHOST/nope',
    'connections/nope',
    'policies/VHOST/nope',
    'parameters/shovel/VHOST/nope',
  ].map((path): Case => ({ request: ['DELETE', path], status: 404, body: notFound })),
  { request: ['PUT', 'queues/nope/q', { durable: true }], status: 404, body: noVhost },
  { request: ['PUT', 'exchanges/nope/e'], status: 404, body: noVhost },
  { request: ['POST', 'bindings/nope/e/a/q/b', {}], status: 404, body: noVhost },
  { request: ['POST', 'queues/nope/q/get', {}], status: 404, body: noVhost },
  { request: ['GET', 'definitions/nope'], status: 400, body: bad('vhost_not_found') },
  { request: ['POST', 'definitions/nope', {}], status: 404, body: noVhost },
  { request: ['PATCH', 'queues'], status: 405 },
  { request: ['POST', 'queues/VHOST/q', {}], status: 405 },
  { request: ['DELETE', 'overview'], status: 405 },
  { request: ['GET', 'queues/VHOST/q/get'], status: 405 },
]

const ofQueues: readonly Case[] = [
  { request: ['PUT', 'queues/VHOST/q', '{'], status: 400, body: bad('not_json') },
  { request: ['PUT', 'queues/VHOST/q', []], status: 400, body: bad('not_json') },
  {
    request: ['PUT', 'queues/VHOST/q', { durable: 'maybe' }],
    status: 400,
    body: bad(['not_boolean', 'maybe']),
  },
  {
    request: ['PUT', 'queues/VHOST/q', { durable: true, arguments: { 'x-message-ttl': 'x' } }],
    status: 400,
    body: bad(
      "invalid arg 'x-message-ttl' for queue 'q' in vhost 'VHOST': \"expected integer, got longstr\"",
    ),
  },
  {
    request: ['PUT', 'queues/VHOST/q', { durable: true, arguments: { a: null } }],
    status: 400,
    body: bad('null_not_allowed'),
  },
  { request: ['PUT', 'queues/VHOST/amq.q', { durable: true }], status: 401, body: refused },
  {
    request: ['PUT', `queues/VHOST/${'q'.repeat(256)}`, { durable: true }],
    status: 400,
    body: bad('queue should be less than 255 bytes, actually was 256\n'),
  },
  {
    request: ['DELETE', 'queues/VHOST/quorum?if-empty=true'],
    status: 400,
    body: bad(
      "cannot delete queue 'quorum' in vhost 'VHOST'. queue.delete operations with if-empty flag " +
        'set are not supported by quorum queues',
    ),
  },
  {
    request: ['POST', 'queues/VHOST/nope/get', {}],
    status: 404,
    body: { error: 'not_found', reason: 'queue_not_found' },
  },
  ...['ack_requeue_true', 'ack_requeue_false'].map((ackmode): Case => ({
    request: ['POST', 'queues/VHOST/stream/get', { count: 1, ackmode, encoding: 'auto' }],
    status: 400,
    body: bad("540 basic.get not supported by stream queues queue 'stream' in vhost 'VHOST'"),
  })),
  {
    request: ['DELETE', 'queues/VHOST/stream/contents'],
    status: 400,
    body: bad("queue.purge not supported by stream queues queue 'stream' in vhost 'VHOST'"),
  },
  {
    request: ['POST', 'queues/VHOST/quorum/get', {}],
    status: 400,
    body: bad('[{key_missing,ackmode},{key_missing,count},{key_missing,encoding}]'),
  },
]

const ofExchanges: readonly Case[] = [
  {
    request: ['PUT', 'exchanges/VHOST/e', { type: 'zz' }],
    status: 400,
    body: bad("unknown exchange type 'zz'"),
  },
  { request: ['PUT', 'exchanges/VHOST/amq.e'], status: 401, body: refused },
  { request: ['PUT', 'exchanges/VHOST/amq.default'], status: 401, body: refused },
  { request: ['DELETE', 'exchanges/VHOST/amq.default'], status: 401, body: refused },
  { request: ['DELETE', 'exchanges/VHOST/amq.fanout'], status: 401, body: refused },
  {
    request: ['DELETE', 'exchanges/VHOST/bound?if-unused=true'],
    status: 400,
    body: bad("exchange 'bound' in vhost 'VHOST' in use"),
  },
  {
    request: ['POST', 'bindings/VHOST/e/bound/q/nope', {}],
    status: 404,
    body: { error: 'not_found', reason: "no queue 'nope' in vhost 'VHOST'" },
  },
  {
    request: ['POST', 'bindings/VHOST/e/nope/q/quorum', {}],
    status: 404,
    body: { error: 'not_found', reason: "no exchange 'nope' in vhost 'VHOST'" },
  },
  {
    request: ['POST', 'bindings/VHOST/e/amq.default/q/quorum', {}],
    status: 401,
    body: refused,
  },
]

const ofUsers: readonly Case[] = [
  { request: ['PUT', 'users/nobody', {}], status: 400, body: bad('tags_not_present') },
  {
    request: ['PUT', 'users/nobody', { password: 'a', password_hash: 'b', tags: '' }],
    status: 400,
    body: bad('both_password_and_password_hash_are_provided'),
  },
  {
    request: ['PUT', 'users/nobody', { password_hash: 'zz', tags: '' }],
    status: 400,
    body: bad(['not_base64', 'zz']),
  },
  {
    request: ['PUT', 'permissions/VHOST/guest', { configure: '', write: '' }],
    status: 400,
    body: bad('[{key_missing,read}]'),
  },
  {
    request: ['PUT', 'permissions/nope/guest', { configure: '', write: '', read: '' }],
    status: 400,
    body: bad('vhost_or_user_not_found'),
  },
  {
    request: ['PUT', 'permissions/VHOST/nope', { configure: '', write: '', read: '' }],
    status: 400,
    body: bad('vhost_or_user_not_found'),
  },
  {
    request: ['PUT', 'vhosts/nope', { default_queue_type: 'zz' }],
    status: 400,
    body: bad('zz is not a valid queue type'),
  },
]

function invalid(reason: string): object {
  return bad(`Validation failed\n\n${reason}\n`)
}

const policy = { pattern: 'x', definition: { 'max-length': 1 } }

const ofPolicies: readonly Case[] = [
  {
    body: invalid('[{<<"zz">>,1}] are not recognised policy settings'),
    json: { definition: { zz: 1 } },
  },
  ...['constructor', 'toString', '__proto__'].map((name) => ({
    body: invalid(`[{<<"${name}">>,1}] are not recognised policy settings`),
    json: { definition: { [name]: 1 } },
  })),
  { body: invalid('no policy provided'), json: { definition: {} } },
  {
    body: invalid('<<"x">> is not a valid maximum length'),
    json: { definition: { 'max-length': 'x' } },
  },
  { body: invalid('-1 is not a valid message TTL'), json: { definition: { 'message-ttl': -1 } } },
  { body: invalid('0 is not a valid queue expiry'), json: { definition: { expires: 0 } } },
  {
    body: invalid('<<"nonsense">> is not a valid max age'),
    json: { definition: { 'max-age': 'nonsense' } },
  },
  {
    body: invalid('300 is not a valid filter size. Valid range is 16-255'),
    json: { definition: { 'stream-filter-size-bytes': 300 } },
  },
  {
    body: invalid('5000000000 is not a valid segment size'),
    json: { definition: { 'stream-max-segment-size-bytes': 5_000_000_000 } },
  },
  {
    body: invalid('<<"zz">> is not a valid overflow value'),
    json: { definition: { overflow: 'zz' } },
  },
  { body: invalid('priority should be a number, actually was <<"1">>'), json: { priority: '1' } },
  { body: invalid('pattern should be a binary but was 5'), json: { pattern: 5 } },
  {
    body: invalid(
      "apply-to 'zz' unrecognised; should be one of: 'queues', 'classic_queues',  'quorum_queues', " +
        "'streams', 'exchanges', or 'all'",
    ),
    json: { 'apply-to': 'zz' },
  },
].map(({ body, json }): Case => ({
  request: ['PUT', 'policies/VHOST/p', { ...policy, ...json }],
  status: 400,
  body,
}))

const ofOtherThings: readonly Case[] = [
  {
    request: ['PUT', 'policies/VHOST/p', { pattern: 'x' }],
    status: 400,
    body: bad('[{key_missing,definition}]'),
  },
  {
    request: [
      'PUT',
      'operator-policies/VHOST/p',
      { pattern: 'x', definition: { 'dead-letter-exchange': 'x' } },
    ],
    status: 400,
    body: invalid('[{<<"dead-letter-exchange">>,<<"x">>}] are not recognised policy settings'),
  },
  {
    request: ['PUT', 'parameters/shovel/VHOST/s', { value: {} }],
    status: 400,
    body: invalid('component shovel not found'),
  },
  { request: ['POST', 'definitions', '{'], status: 400, body: bad('failed_to_parse_json') },
  { request: ['POST', 'definitions', []], status: 400, body: bad('failed_to_parse_json') },
  {
    request: ['POST', 'definitions', { queues: [{ name: 'q', vhost: 'nope', durable: true }] }],
    status: 400,
    body: bad('Please create virtual host "nope" prior to importing definitions.'),
  },
  { request: ['GET', 'health/checks/port-listener/x'], status: 400, body: bad('Invalid port') },
]

export const errorCases = [
  ...ofPaths,
  ...ofQueues,
  ...ofExchanges,
  ...messageErrorCases,
  ...ofUsers,
  ...ofPolicies,
  ...ofOtherThings,
].map((each) => ({ ...each, title: each.request.map((part) => JSON.stringify(part)).join(' ') }))
