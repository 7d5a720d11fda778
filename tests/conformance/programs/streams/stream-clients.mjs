// Streams between the clients of three languages. Each peer is a program: PEER TASK STREAM COUNT
// [COMPRESSION]. It writes messages `LANGUAGE-NUMBER`, or reads messages and prints them.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const require = createRequire(`${process.cwd()}/`)
const { connect } = require('rabbitmq-stream-js-client')
const here = fileURLToPath(new URL('.', import.meta.url))
const count = 50

const peers = {
  javascript: [process.execPath, `${here}stream-peer.mjs`],
  java: ['java', '-cp', 'lib/*', `${here}StreamPeer.java`],
  python: ['venv/bin/python', '-B', `${here}stream_peer.py`],
}
const languages = Object.keys(peers)

const { hostname, port, username, password } = new URL(process.env.STREAM_URL)
const client = await connect({ hostname, port: Number(port), username, password, vhost: '/' })
after(() => client.close())

async function run(language, ...args) {
  const [file, ...first] = peers[language]
  const { stdout } = await promisify(execFile)(file, [...first, ...args.map(String)])
  return stdout.split('\n').slice(0, -1)
}

const from = (language, length = count) =>
  Array.from({ length }, (_, number) => `${language}-${number}`)

/** What each language reads at the same time. */
async function readByAll(task, stream, length) {
  const read = async (language) => [language, await run(language, task, stream, length)]
  return Object.fromEntries(await Promise.all(languages.map(read)))
}

const byAll = (messages) => Object.fromEntries(languages.map((language) => [language, messages]))

async function newStream(name) {
  const stream = `${name}-${process.pid}`
  await client.createStream({ stream })
  return stream
}

test('every language reads what every language wrote', async () => {
  const stream = await newStream('all')
  for (const language of languages) await run(language, 'write', stream, count)
  const written = languages.flatMap((language) => from(language))
  assert.deepEqual(await readByAll('read', stream, written.length), byAll(written))
})

for (const language of languages) {
  test(`${language} writes a compressed batch that the others read`, async () => {
    const stream = await newStream(`batch-${language}`)
    await run(language, 'write-batch', stream, count, 'gzip')
    assert.deepEqual(await readByAll('read', stream, count), byAll(from(language)))
  })

  test(`${language} writes again what is stored once`, async () => {
    const stream = await newStream(`again-${language}`)
    await run(language, 'write-again', stream, count)
    await run('javascript', 'write', stream, 1)
    const stored = [...from(language), 'javascript-0']
    assert.deepEqual(await run('javascript', 'read', stream, stored.length), stored)
  })

  test(`${language} resumes where another language has stopped`, async () => {
    const stream = await newStream(`resume-${language}`)
    await run('javascript', 'write', stream, count)
    const other = languages[(languages.indexOf(language) + 1) % languages.length]
    const rest = count - 20
    assert.deepEqual(await run(other, 'resume', stream, 20), from('javascript').slice(0, 20))
    assert.deepEqual(await run(language, 'resume', stream, rest), from('javascript').slice(20))
  })

  test(`${language} writes to a super stream that the others read`, async () => {
    const name = `super-${language}-${process.pid}`
    await client.createSuperStream({ streamName: name })
    await run(language, 'write-super', name, count)
    const read = await readByAll('read-super', name, count)
    for (const messages of Object.values(read)) messages.sort()
    assert.deepEqual(read, byAll(from(language).toSorted()))
  })
}
