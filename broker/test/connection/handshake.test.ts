import { describe, expect, it } from 'vitest'

import { settled, testBench } from '../support/scripted-client.ts'

describe('the handshake', () => {
  it('offers the same as RabbitMQ', async () => {
    await using bench = testBench()
    const client = bench.connect()
    const start = await client.start()
    expect(start).toMatchObject({ versionMajor: 0, versionMinor: 9, locales: 'en_US' })
    expect(start.mechanisms).toBe('ANONYMOUS PLAIN AMQPLAIN')
    expect(start.serverProperties.get('version')?.value).toMatch(/^\d+\.\d+\.\d+$/)
    expect(await client.expect('connection.tune')).toMatchObject({
      channelMax: 2047,
      frameMax: 131_072,
      heartbeat: 60,
    })
  })

  it('accepts the header in pieces, and answers other protocols with its own header', async () => {
    await using bench = testBench()
    const patient = bench.connect()
    for (const byte of [65, 77, 81, 80, 0, 0, 9, 1]) patient.raw(Uint8Array.of(byte))
    await patient.expect('connection.start')
    const browser = bench.connect()
    browser.raw(new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n'))
    expect((await browser.next()).name).toBe('protocol-header')
    expect((await browser.next()).name).toBe('end')
  })

  it.each([
    ['speaks TLS', '\x16\x03\x01\x02\0\x01\0\x01'],
    ['does not speak AMQP 0-9-1', 'GET / HTTP/1.1\r\n\r\n'],
    ['does not speak AMQP 0-9-1', 'AMQP\x03\x01\0\0'],
  ])('emits connection.failed for a client that %s: %j', async (what, text) => {
    await using bench = testBench()
    const reasons: string[] = []
    bench.broker.on('connection.failed', ({ reason }) => reasons.push(reason))
    const client = bench.connect()
    client.raw(Buffer.from(text, 'latin1'))
    expect((await client.next()).name).toBe('protocol-header')
    expect(reasons).toEqual([expect.stringContaining(`the client ${what}`)])
  })

  it('reports a wrong password to a client that announces authentication_failure_close', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.start({ password: 'wrong' })
    expect(await client.expect('connection.close')).toMatchObject({
      replyCode: 403,
      replyText:
        'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
      classId: 0,
      methodId: 0,
    })
  })

  it('disconnects other clients with a wrong password after three seconds, without an explanation', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.start({ password: 'wrong', properties: { type: 'table', value: new Map() } })
    await settled()
    bench.clock.advance(2999)
    await settled()
    expect(client.pending).toEqual([])
    bench.clock.advance(1)
    expect((await client.next()).name).toBe('end')
  })

  it('accepts guest only from this machine, and other users from anywhere', async () => {
    await using bench = testBench({
      users: {
        guest: { password: 'guest', loopbackOnly: true },
        bob: { password: 'bob' },
      },
    })
    const guest = bench.connect({ isLoopback: false })
    await guest.start()
    expect(await guest.expect('connection.close')).toMatchObject({ replyCode: 403 })
    const bob = bench.connect({ isLoopback: false })
    await bob.start({ user: 'bob', password: 'bob' })
    await bob.expect('connection.tune')
  })

  it('refuses a virtual host that does not exist, and one that the user has no access to', async () => {
    const all = { configure: '.*', write: '.*', read: '.*' }
    await using bench = testBench({
      vhosts: ['/', 'other'],
      users: { guest: { password: 'guest', permissions: { '/': all } } },
    })
    for (const [vhost, text] of [
      ['nope', 'NOT_ALLOWED - vhost nope not found'],
      ['other', "NOT_ALLOWED - access to vhost 'other' refused for user 'guest'"],
    ] as const) {
      const client = bench.connect()
      await client.start()
      await client.expect('connection.tune')
      client.send(0, 'connection.tune-ok', { channelMax: 10, frameMax: 8192, heartbeat: 0 })
      client.send(0, 'connection.open', { virtualHost: vhost, capabilities: '', insist: false })
      const close = await client.expect('connection.close')
      expect(close).toMatchObject({ replyCode: 530, replyText: text, classId: 10, methodId: 40 })
    }
  })

  it('disconnects a client that agrees to more than it was offered', async () => {
    await using bench = testBench()
    for (const wrong of [{ frameMax: 4096 }, { frameMax: 200_000 }, { channelMax: 65_535 }]) {
      const client = bench.connect()
      await client.start()
      const tune = await client.expect('connection.tune')
      client.send(0, 'connection.tune-ok', { ...tune, heartbeat: 0, ...wrong })
      await settled()
      bench.clock.advance(3000)
      expect((await client.next()).name).toBe('end')
    }
  })

  it('refuses a frame above 8192 bytes before a size is agreed, with an explanation', async () => {
    await using bench = testBench()
    const reasons: string[] = []
    bench.broker.on('connection.failed', ({ reason }) => reasons.push(reason))
    const client = bench.connect()
    await client.start({ password: 'x'.repeat(9000) })
    await settled()
    expect(client.pending).toEqual([])
    expect(reasons).toEqual([expect.stringMatching(/^FRAME_ERROR - type 1, .*frame_too_large/)])
    bench.clock.advance(3000)
    expect((await client.next()).name).toBe('end')
  })

  it('disconnects a client that takes ten seconds for the handshake', async () => {
    await using bench = testBench()
    const client = bench.connect()
    await client.start()
    await client.expect('connection.tune')
    bench.clock.advance(10_000)
    expect((await client.next()).name).toBe('end')
    await settled()
    expect(bench.broker.snapshot().connections).toEqual([])
  })
})
