import { execFileSync } from 'node:child_process'

import { RabbitMqServer, runProgram } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { checkFlood, flood } from './flood.ts'
import { deliveriesOn, rejectOrNack } from './programs.ts'

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

// Delay queues are for brokers without delayed retry: the oldest that we support, and the first
// version 4, which ignores the x-death header if a client sends it.
describe.each(['3.10', '4.0'])('RabbitMQ %s', (version) => {
  const isHere = imageIsHere(version)
  if (!isHere)
    process.stderr.write(`NOT RUN: retries on RabbitMQ ${version} (its image is not here)\n`)

  test.runIf(isHere)(
    'has delay queues in which no message is lost, late or in the way of another',
    async () => {
      await using server = await RabbitMqServer.start({ version })
      checkFlood(await flood(server.url, 1000), 1000)
    },
  )

  test.runIf(isHere)('counts a nack like a reject', async () => {
    await using server = await RabbitMqServer.start({ version })
    const { stdout } = await runProgram(rejectOrNack, [], { AMQP_URL: server.url })
    expect(stdout.trimEnd().split('\n')).toEqual(deliveriesOn(version))
  })
})
