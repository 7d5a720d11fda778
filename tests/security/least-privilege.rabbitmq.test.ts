import { Session } from '@messaging-patterns/shared'
import { brokerForFile, runProgram } from '@messaging-patterns/testkit'
import { describe, expect, test } from 'vitest'

import { SecretUser } from './support/secret.ts'

const broker = brokerForFile()

function run(program: string, url: string, ...args: string[]): ReturnType<typeof runProgram> {
  return runProgram(`packages/work-queues/src/${program}.ts`, args, { AMQP_URL: url })
}

// In permissions, the default exchange is called amq.default, and the pattern '' matches no name. To
// declare an existing queue, a user needs the configure permission, just as for a new one.
const producing = { configure: '^task_queue$', write: '^amq\\.default$', read: '^$' }
const consuming = { configure: '^task_queue$', write: '^$', read: '^task_queue$' }

describe('a user with only the permissions that its program needs', () => {
  test('sends tasks, and cannot read them', async () => {
    await using user = await SecretUser.create(broker, producing)
    expect(await run('producer', user.url, 'a', 'task')).toMatchObject({ code: 0, stderr: '' })
    const { code, stderr } = await run('consumer', user.url, '--count', '1')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: permission denied: ACCESS_REFUSED - read access to queue 'task_queue'.*; rabbitmqctl set_permissions/m,
    )
  })

  test('does tasks, and cannot send them', async () => {
    await using user = await SecretUser.create(broker, consuming)
    expect(await run('consumer', user.url, '--count', '1')).toMatchObject({ code: 0 })
    const { code, stderr } = await run('producer', user.url, 'a', 'task')
    expect(code).toBe(1)
    expect(stderr).toMatch(/ACCESS_REFUSED - write access to exchange 'amq\.default'/)
  })

  test('cannot use any other queue', async () => {
    await using user = await SecretUser.create(broker, consuming)
    await using session = await Session.open({ url: user.url })
    await expect(session.queue('hello')).rejects.toMatchObject({ code: 'ACCESS_REFUSED' })
  })
})
