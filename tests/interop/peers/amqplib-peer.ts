// The programs of the official JavaScript tutorials, with plain amqplib. They have the same arguments
// as those in Python; see peer.py.
import { randomUUID } from 'node:crypto'

import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib'

const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum' } }

type Program = (channel: Channel, ...args: string[]) => Promise<void>

function show(message: ConsumeMessage): void {
  const { contentType = null } = message.properties as { contentType?: string }
  const text = message.content.toString()
  const body: unknown = contentType === 'application/json' ? JSON.parse(text) : text
  process.stdout.write(`${JSON.stringify({ key: message.fields.routingKey, body, contentType })}\n`)
}

/** Text has no content type, as in the tutorials. */
function publish(
  channel: Channel,
  [exchange, key]: readonly [string, string],
  words: readonly string[],
): void {
  const [first, json = ''] = words
  const isJson = first === '--json'
  const body = Buffer.from(isJson ? json : words.join(' '))
  channel.publish(exchange, key, body, isJson ? { contentType: 'application/json' } : {})
}

/** Resolves when `count` messages have been processed. */
async function take(
  channel: Channel,
  queue: string,
  { count, noAck, work = show }: { count: string; noAck: boolean; work?: typeof show },
): Promise<void> {
  let left = Number(count)
  await new Promise<void>((resolve, reject) => {
    const consuming = channel.consume(
      queue,
      (message) => {
        if (message === null) return
        work(message)
        if (!noAck) channel.ack(message)
        left -= 1
        if (left === 0) resolve()
      },
      { noAck },
    )
    consuming.then(() => process.stderr.write('ready\n')).catch(reject)
  })
}

function sendTo(queue: string): Program {
  return async (channel, ...words) => {
    await channel.assertQueue(queue, quorum)
    publish(channel, ['', queue], words)
  }
}

function receiveFrom(queue: string, noAck: boolean): Program {
  return async (channel, count = '1') => {
    await channel.assertQueue(queue, quorum)
    await channel.prefetch(1)
    await take(channel, queue, { count, noAck })
  }
}

function emit(exchange: string, kind: string): Program {
  return async (channel, key = '', ...words) => {
    await channel.assertExchange(exchange, kind, { durable: false })
    publish(channel, [exchange, key], words)
  }
}

function listen(exchange: string, kind: string): Program {
  return async (channel, count = '1', ...keys) => {
    await channel.assertExchange(exchange, kind, { durable: false })
    const { queue } = await channel.assertQueue('', { exclusive: true })
    for (const key of keys) await channel.bindQueue(queue, exchange, key)
    await take(channel, queue, { count, noAck: true })
  }
}

function fib(n: number): number {
  let [a, b] = [0, 1]
  for (let i = 0; i < n; i++) [a, b] = [b, a + b]
  return a
}

const rpcServer: Program = async (channel, count = '1') => {
  await channel.assertQueue('rpc_queue', quorum)
  await channel.prefetch(1)
  const work = (request: ConsumeMessage): void => {
    show(request)
    const { replyTo, correlationId } = request.properties as {
      readonly replyTo?: string
      readonly correlationId?: string
    }
    const reply = Buffer.from(String(fib(Number(request.content.toString()))))
    channel.sendToQueue(replyTo ?? '', reply, { correlationId: correlationId ?? '' })
  }
  await take(channel, 'rpc_queue', { count, noAck: false, work })
}

/** Through Direct Reply-to, as in the tutorial of 2026. */
const rpcClient: Program = async (channel, n = '30') => {
  const correlationId = randomUUID()
  const replyTo = 'amq.rabbitmq.reply-to'
  await new Promise<void>((resolve, reject) => {
    const work = (reply: ConsumeMessage | null): void => {
      if (reply?.properties.correlationId !== correlationId) return
      show(reply)
      resolve()
    }
    channel
      .consume(replyTo, work, { noAck: true })
      .then(() => channel.sendToQueue('rpc_queue', Buffer.from(n), { correlationId, replyTo }))
      .catch(reject)
  })
}

const programs: Readonly<Record<string, Program>> = {
  send: sendTo('hello'),
  receive: receiveFrom('hello', true),
  new_task: sendTo('task_queue'),
  worker: receiveFrom('task_queue', false),
  emit_log: emit('logs', 'fanout'),
  receive_logs: listen('logs', 'fanout'),
  emit_log_direct: emit('direct_logs', 'direct'),
  receive_logs_direct: listen('direct_logs', 'direct'),
  emit_log_topic: emit('topic_logs', 'topic'),
  receive_logs_topic: listen('topic_logs', 'topic'),
  rpc_server: rpcServer,
  rpc_client: rpcClient,
}

const [name = '', ...args] = process.argv.slice(2)
const program = programs[name]
if (program === undefined) throw new Error(`there is no program ${name}`)
const model: ChannelModel = await connect(process.env['AMQP_URL'] ?? '')
const channel = await model.createChannel()
await program(channel, ...args)
await channel.close()
await model.close()
