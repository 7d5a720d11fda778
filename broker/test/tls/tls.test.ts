import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import tls, { type ConnectionOptions, type TLSSocket } from 'node:tls'

import amqp from 'amqplib'
import { describe, expect, it } from 'vitest'

import {
  CertificateAuthority,
  InvalidOptionError,
  startBroker,
  type Broker,
  type BrokerOptions,
  type TlsOptions,
} from '../../src/index.ts'
import { ScriptedClient } from '../support/scripted-client.ts'

const authority = new CertificateAuthority()
const { cert: ca } = authority
const server = authority.issue({ subject: { CN: 'localhost' }, hosts: ['localhost'] })
const orders = authority.issue({ subject: { CN: 'orders' } })
const stranger = new CertificateAuthority('throwaway authority').issue({
  subject: { CN: 'orders' },
})

function start(more: Partial<TlsOptions> = {}, options: BrokerOptions = {}): Promise<Broker> {
  return startBroker({ ...options, tls: { ...server, ...more } })
}

/** Connects with TLS, and resolves when the broker has hung up or sent something. */
async function answerTo({ tlsPort }: Broker, options: ConnectionOptions = {}): Promise<string> {
  const socket = tls.connect({ port: tlsPort, host: 'localhost', ca, ...options })
  socket.write('AMQP\0\0\x09\x01')
  let answer = 'nothing'
  socket.once('data', () => {
    answer = 'connection.start'
    socket.destroy()
  })
  await closed(socket)
  return answer
}

/** A client that does not speak TLS. */
function connectPlain({ tlsPort }: Broker): net.Socket {
  return net.connect(tlsPort, '127.0.0.1')
}

/** Resolves when the socket is closed, with an error or without. */
async function closed(socket: net.Socket): Promise<void> {
  socket.on('error', () => {})
  socket.resume()
  await new Promise((resolve) => {
    socket.once('close', resolve)
  })
}

/** The reasons of `connection.failed`. */
function failures(broker: Broker): string[] {
  const reasons: string[] = []
  broker.on('connection.failed', ({ reason }) => reasons.push(reason))
  return reasons
}

describe('a listener for amqps', () => {
  it('serves clients alongside the one for amqp', async () => {
    await using broker = await start()
    expect(broker.tlsUrl).toBe(`amqps://guest:guest@localhost:${broker.tlsPort}`)
    expect(broker.url).toBe(`amqp://guest:guest@127.0.0.1:${broker.port}`)
    const [secure, plain] = await Promise.all([
      amqp.connect(broker.tlsUrl, { ca }),
      amqp.connect(broker.url),
    ])
    await (await plain.createChannel()).assertQueue('q')
    expect(await (await secure.createChannel()).checkQueue('q')).toMatchObject({ queue: 'q' })
    await Promise.all([secure.close(), plain.close()])
  })

  it('is the only one where port is null', async () => {
    await using broker = await start({}, { port: null })
    expect([broker.port, broker.url]).toEqual([0, broker.tlsUrl])
    await (await amqp.connect(broker.url, { ca })).close()
  })

  it('listens on every host', async () => {
    await using broker = await start({}, { host: ['127.0.0.1', '::1'] })
    for (const host of ['127.0.0.1', '::1']) {
      const socket = tls.connect({ port: broker.tlsPort, host, servername: 'localhost', ca })
      await once(socket, 'secureConnect')
      socket.destroy()
    }
  })

  it('carries messages larger than a frame and than the buffers of a socket', async () => {
    await using broker = await start()
    const connection = await amqp.connect(broker.tlsUrl, { ca })
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('q')
    const body = Buffer.alloc(5_000_000, 'abc')
    for (let i = 0; i < 5; i++) channel.sendToQueue('q', body)
    await channel.waitForConfirms()
    for (let i = 0; i < 5; i++) {
      const message = await channel.get('q', { noAck: true })
      expect(message && message.content.equals(body)).toBe(true)
    }
    await connection.close()
  })

  it('asks clients for a certificate only where it knows the authority', async () => {
    await using broker = await start()
    const reasons = failures(broker)
    expect(await answerTo(broker, stranger)).toBe('connection.start')
    expect(reasons).toEqual([])
  })

  it('disconnects a client that takes nothing for sendTimeout', async () => {
    await using broker = await start({}, { sendTimeout: 100 })
    const reasons = failures(broker)
    const socket = tls.connect({ port: broker.tlsPort, host: 'localhost', ca })
    const client = new ScriptedClient(socket)
    await client.open()
    await client.openChannel()
    await client.declare('q')
    for (let i = 0; i < 20; i++) client.publish('q', new Uint8Array(1_000_000))
    client.consume('q')
    await client.expect('basic.consume-ok')
    socket.pause()
    await expect.poll(() => broker.connections()).toEqual([])
    expect(reasons).toEqual([expect.stringContaining('sendTimeout (100)')])
    expect(broker.snapshot().vhosts[0]?.queues).toMatchObject([{ ready: 20, unacked: 0 }])
    socket.destroy()
  })

  it('says what is wrong with its options', async () => {
    for (const [options, option] of [
      [{ requireCertificate: true }, 'tls.requireCertificate'],
      [{ port: -1 }, 'tls.port'],
      [{ loginFrom: 'dn' as 'common_name' }, 'tls.loginFrom'],
      [{ cert: 'nonsense' }, 'tls'],
      [{ cert: undefined as unknown as string }, 'tls.cert'],
      [{ key: 17 as unknown as string }, 'tls.key'],
      [{ key: orders.key }, 'tls'],
      [{ ca: 'nonsense' }, 'tls.ca'],
    ] as const)
      await expect(start(options)).rejects.toMatchObject({
        name: InvalidOptionError.name,
        option,
      })
  })

  it('takes certificates as the buffers that were read from files', async () => {
    const buffers = { cert: Buffer.from(server.cert), key: Buffer.from(server.key) }
    await using broker = await start({ ...buffers, ca: [Buffer.from(ca)] })
    expect(await answerTo(broker, orders)).toBe('connection.start')
  })

  it('takes an encrypted key with its passphrase', async () => {
    const [passphrase, cipher] = ['secret', 'aes-256-cbc']
    const format = { type: 'pkcs8', format: 'pem', cipher, passphrase } as const
    const key = createPrivateKey(server.key).export(format)
    await using broker = await start({ key, passphrase })
    expect(await answerTo(broker)).toBe('connection.start')
    await expect(start({ key, passphrase: 'wrong' })).rejects.toThrow(InvalidOptionError)
    const older = createPrivateKey(server.key).export({ ...format, type: 'sec1' })
    for (const encrypted of [key, older])
      await expect(start({ key: encrypted })).rejects.toThrow(
        'the option tls.key is encrypted: pass tls.passphrase too',
      )
  })

  it('is what tlsUrl needs', async () => {
    await using broker = await startBroker()
    expect(broker.tlsPort).toBe(0)
    expect(() => broker.tlsUrl).toThrow('start it with the option tls')
  })

  it('knows the client of a resumed session by its certificate', async () => {
    const users = { 'CN=orders': {} }
    await using broker = await start({ ca }, { users })
    const first = tls.connect({ port: broker.tlsPort, host: 'localhost', ca, ...orders })
    const [session] = (await once(first, 'session')) as [Buffer]
    first.destroy()
    const credentials = amqp.credentials.external()
    const connection = await amqp.connect(broker.tlsUrl, { ca, ...orders, session, credentials })
    const { stream } = connection.connection as unknown as { readonly stream: TLSSocket }
    expect(stream.isSessionReused()).toBe(true)
    expect(broker.connections()).toMatchObject([{ user: 'CN=orders' }])
    await connection.close()
  })
})

describe('a client that fails in the TLS handshake', () => {
  /** Clients, and the reason that the broker reports. */
  const strangers: [what: string, options: ConnectionOptions, reason: RegExp][] = [
    ['that does not trust the broker', { ca: [] }, /does not trust/],
    ['without a certificate', {}, /peer did not return a certificate/],
    ['whose certificate another authority signed', stranger, /certificate of the client is not/],
  ]

  it.each(strangers)('%s is reported, and leaves nothing', async (_what, options, reason) => {
    await using broker = await start({ ca, requireCertificate: true })
    const reasons = failures(broker)
    expect(await answerTo(broker, options)).toBe('nothing')
    await expect.poll(() => reasons).toEqual([expect.stringMatching(reason)])
    expect(reasons[0]).toMatch(/^TLS handshake failed: /)
    expect(broker.connections()).toEqual([])
    expect(await answerTo(broker, orders)).toBe('connection.start')
  })

  it('is reported if its certificate is not valid, where certificates are optional', async () => {
    await using broker = await start({ ca })
    const reasons = failures(broker)
    expect(await answerTo(broker, stranger)).toBe('nothing')
    expect(reasons).toEqual([expect.stringMatching(/certificate of the client is not valid/)])
    expect(await answerTo(broker)).toBe('connection.start')
  })

  it.each([
    ['AMQP\0\0\x09\x01', 'the client does not speak TLS'],
    ['GET / HTTP/1.1\r\n\r\n', 'the client does not speak TLS'],
    ['\x16\x03\x01\xff\xffnonsense', 'TLS handshake failed'],
  ])('is disconnected if it sends %j', async (text, reason) => {
    await using broker = await start({}, { handshakeTimeout: 200 })
    const reasons = failures(broker)
    const socket = connectPlain(broker)
    socket.end(text, 'latin1')
    await closed(socket)
    await expect.poll(() => reasons).toHaveLength(1)
    expect(reasons[0]).toContain(reason)
    expect(await answerTo(broker)).toBe('connection.start')
  })

  it('is disconnected if it says nothing within handshakeTimeout', async () => {
    await using broker = await start({}, { handshakeTimeout: 50 })
    const reasons = failures(broker)
    await closed(connectPlain(broker))
    expect(reasons).toEqual([expect.stringContaining('handshake')])
  })

  it('does not keep the broker from closing', async () => {
    const broker = await start()
    const socket = connectPlain(broker)
    await once(socket, 'connect')
    socket.write('\x16\x03\x01')
    await Promise.all([broker.close(), closed(socket)])
  })
})
