// What each language's peer does: see stream-clients.mjs. Uses rabbitmq-stream-js-client, which is
// installed in the current directory.

import { createRequire } from 'node:module'

const require = createRequire(`${process.cwd()}/`)
const { connect, Offset } = require('rabbitmq-stream-js-client')
// The client does not export this.
const { CompressionType } = require('rabbitmq-stream-js-client/dist/compression')

const [task, stream, countText, compression] = process.argv.slice(2)
const count = Number(countText)
const { hostname, port, username, password } = new URL(process.env.STREAM_URL)
const client = await connect({ hostname, port: Number(port), username, password, vhost: '/' })

const numbers = Array.from({ length: count }, (_, number) => number)
const body = (number) => Buffer.from(`javascript-${number}`)
const options = (number) => ({ messageProperties: { messageId: `javascript-${number}` } })

/** Resolves when the broker has confirmed `ids` publishing ids. */
function confirmed(publisher, ids) {
  return new Promise((resolve, reject) => {
    let left = ids
    publisher.on('publish_confirm', (error, published) => {
      if (error) reject(new Error(`not confirmed: ${error}`))
      else if ((left -= published.length) === 0) resolve()
    })
  })
}

async function write() {
  const publisher = await client.declarePublisher({ stream })
  const all = confirmed(publisher, count)
  for (const number of numbers) await publisher.send(body(number), options(number))
  await publisher.flush()
  await all
}

async function writeBatch() {
  const publisher = await client.declarePublisher({ stream })
  const all = confirmed(publisher, 1)
  const messages = numbers.map((number) => ({ content: body(number) }))
  const types = { none: CompressionType.None, gzip: CompressionType.Gzip }
  await publisher.sendSubEntries(messages, types[compression])
  await all
}

/** Sends the same publishing ids twice, so each message is stored once. */
async function writeAgain() {
  for (let round = 0; round < 2; round++) {
    const publisher = await client.declarePublisher({ stream, publisherRef: 'javascript-writer' })
    const all = confirmed(publisher, count)
    for (const number of numbers)
      await publisher.basicSend(BigInt(number + 1), body(number), options(number))
    await publisher.flush()
    await all
    await client.deletePublisher(publisher.extendedId)
  }
}

async function writeSuper() {
  const publisher = await client.declareSuperStreamPublisher(
    { superStream: stream },
    (_content, { messageProperties }) => messageProperties.messageId,
  )
  for (const number of numbers) await publisher.send(body(number), options(number))
  await publisher.close()
}

/** Prints `count` messages. `subscribe` starts a consumer with a handler. */
async function print(subscribe, onEnd = async () => {}) {
  await new Promise((resolve, reject) => {
    let received = 0
    const consumer = subscribe((message) => {
      received += 1
      if (received > count) return
      process.stdout.write(`${message.content}\n`)
      if (received < count) return
      consumer.then((started) => onEnd(started, message)).then(resolve, reject)
    })
    consumer.catch(reject)
  })
}

const read = () =>
  print((onMessage) => client.declareConsumer({ stream, offset: Offset.first() }, onMessage))
const readSuper = () =>
  print((onMessage) => client.declareSuperStreamConsumer({ superStream: stream }, onMessage))

/** Reads `count` messages after the stored offset, and stores the offset of the last one. */
async function resume() {
  const reference = 'reader'
  const stored = await client.queryOffset({ reference, stream }).catch(() => -1n)
  const offset = Offset.offset(stored + 1n)
  await print(
    (onMessage) => client.declareConsumer({ stream, offset, consumerRef: reference }, onMessage),
    async (consumer, message) => {
      await consumer.storeOffset(message.offset)
      // Storing is not confirmed, but the broker handles the commands of a connection in their order.
      await consumer.queryOffset()
    },
  )
}

const tasks = { write, read, resume }
Object.assign(tasks, { 'write-batch': writeBatch, 'write-again': writeAgain })
Object.assign(tasks, { 'write-super': writeSuper, 'read-super': readSuper })
await tasks[task]()
await client.close()
