import { execFileSync } from 'node:child_process'

import { RabbitMqServer } from '@messaging-patterns/testkit'
import { describe, test } from 'vitest'

import { checkFlood, flood } from './flood.ts'

function imageIsHere(version: string): boolean {
  try {
    execFileSync('docker', ['image', 'inspect', `rabbitmq:${version}-management`], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

// The delay queues are there for brokers that have no delayed retry: the oldest that we know, and
// the first of the fourth series, which believes no x-death that a client sends.
describe.each(['3.10', '4.0'])('RabbitMQ %s', (version) => {
  const isHere = imageIsHere(version)
  if (!isHere)
    process.stderr.write(`NOT RUN: retries on RabbitMQ ${version} (its image is not here)\n`)

  test.runIf(isHere)('has delay queues in which nothing is lost, late or in the way', async () => {
    await using server = await RabbitMqServer.start({ version })
    checkFlood(await flood(server.url, 1000), 1000)
  })
})
