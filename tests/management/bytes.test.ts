import { expect } from 'vitest'

import { unique } from '../contract/support/contract.ts'
import { publish } from '../contract/support/messages.ts'
import { test } from './support/management.ts'

const text = Buffer.from('grün')
const binary = Buffer.from([0, 1, 0xff, 0xfe, 0x41])
const explained = 'Not UTF-8, base64 is: AAH//kE='

test('shows bytes in arguments as text, and says so if they are not', async ({
  api,
  vhost,
  channel,
}) => {
  const queue = unique('q')
  const headers = unique('headers')
  const table = { 'x-text': text, 'x-binary': binary, 'x-list': [binary], 'x-table': { binary } }
  const shown = {
    'x-text': 'grün',
    'x-binary': explained,
    'x-list': [explained],
    'x-table': { binary: explained },
  }
  await channel.assertQueue(queue, { arguments: table })
  await channel.assertExchange(headers, 'headers', { arguments: table })
  await channel.bindQueue(queue, headers, '', table)
  for (const path of [`queues/${vhost}/${queue}`, `exchanges/${vhost}/${headers}`])
    expect((await api.get(path)).body).toMatchObject({ arguments: shown })
  const { body: bindings } = await api.get(`bindings/${vhost}/e/${headers}/q/${queue}`)
  expect(bindings).toMatchObject([{ arguments: shown }])
  expect((await api.get(`definitions/${vhost}`)).body).toMatchObject({
    queues: expect.arrayContaining([expect.objectContaining({ name: queue })]),
    exchanges: [{ name: headers, arguments: shown }],
  })
})

test('shows bytes in the headers of a message in the same way', async ({ api, vhost, channel }) => {
  const queue = unique('q')
  await channel.assertQueue(queue)
  await publish(channel, { key: queue }, { headers: { text, binary } })
  const { body: messages } = await api.post(`queues/${vhost}/${queue}/get`, {
    count: 1,
    ackmode: 'ack_requeue_true',
    encoding: 'auto',
  })
  expect(messages).toMatchObject([{ properties: { headers: { text: 'grün', binary: explained } } }])
})
