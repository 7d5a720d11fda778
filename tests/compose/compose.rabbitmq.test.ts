import { fileURLToPath } from 'node:url'

import { freePort, runProgram } from '@messaging-patterns/testkit'
import { connect } from 'amqplib'
import { execa } from 'execa'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('docker-compose.yml starts a RabbitMQ that lessons run on, over AMQP and over the stream protocol', async () => {
  const ports = {
    AMQP_PORT: String(await freePort()),
    STREAM_PORT: String(await freePort()),
    MANAGEMENT_PORT: String(await freePort()),
  }
  const project = `messaging-patterns-test-${process.pid}`
  const compose = (...args: string[]) =>
    execa('docker', ['compose', '--project-name', project, ...args], { cwd: root, env: ports })
  try {
    await compose('up', '--detach', '--wait')
    const url = `amqp://guest:guest@127.0.0.1:${ports.AMQP_PORT}`
    const sent = await runProgram('packages/basic/src/producer.ts', ['from', 'compose'], {
      AMQP_URL: url,
    })
    expect(sent).toMatchObject({ code: 0, stdout: 'from compose sent\n' })

    // Durable queues and persistent messages outlive the container.
    await compose('down')
    await compose('up', '--detach', '--wait')
    const received = await runProgram('packages/basic/src/consumer.ts', ['--count', '1'], {
      AMQP_URL: url,
    })
    expect(received).toMatchObject({ code: 0, stdout: 'from compose received\n' })

    // The client connects again to the address that the broker advertises.
    const appended = await runProgram('packages/streams/src/client-producer.ts', ['--count', '2'], {
      AMQP_URL: url,
      STREAM_PORT: ports.STREAM_PORT,
    })
    expect(appended).toMatchObject({ code: 0, stderr: '' })

    const page = await fetch(`http://127.0.0.1:${ports.MANAGEMENT_PORT}/`)
    expect(page.status).toBe(200)

    const published = await compose('ps', '--format', '{{.Ports}}')
    expect(published.stdout).not.toContain('0.0.0.0')

    const connection = await connect(url)
    const refused = new Promise<Error>((resolve) => connection.on('error', resolve))
    const channel = await connection.createChannel()
    await expect(channel.assertQueue('transient', { durable: false })).rejects.toThrow()
    expect(String(await refused)).toContain('541')
  } finally {
    await compose('down', '--volumes')
  }
})
