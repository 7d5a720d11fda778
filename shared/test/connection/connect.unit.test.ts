import { createServer, type AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { Session } from '../../src/index.ts'

test('a server that never answers is given up after the connect timeout', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const began = performance.now()
  try {
    await expect(
      Session.open({ url: `amqp://127.0.0.1:${port}`, connectTimeout: 100 }),
    ).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: `cannot reach a broker at amqp://127.0.0.1:${port}: it does not answer (ETIMEDOUT)`,
      remedy: expect.stringContaining('AMQP is on 5672'),
    })
    expect(performance.now() - began).toBeLessThan(4000)
  } finally {
    server.close()
  }
})
