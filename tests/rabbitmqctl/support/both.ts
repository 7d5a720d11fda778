import { startBroker } from '@messaging-patterns/broker'
import { runProgram, testBroker } from '@messaging-patterns/testkit'
import { execa } from 'execa'
import { inject } from 'vitest'

/** What a command printed, and how it ended. */
export interface Printed {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A broker, and the commands that look into it. */
export interface Side {
  readonly url: string
  readonly run: (...args: readonly string[]) => Promise<Printed>
}

/** RabbitMQ with rabbitmqctl, and the embedded broker with `pnpm broker`; both are empty. */
export interface Both extends AsyncDisposable {
  readonly rabbitmq: Side
  readonly embedded: Side
  /** The name of the virtual host, which is the same in both. */
  readonly vhost: string
}

export async function both(): Promise<Both> {
  const { container = '' } = inject('rabbitmq')
  const rabbitmq = await testBroker()
  const { vhost } = rabbitmq
  const embedded = await startBroker({ management: 0, vhosts: ['/', vhost] })
  const env = { MANAGEMENT_URL: embedded.managementUrl ?? '' }
  return {
    vhost,
    rabbitmq: { url: rabbitmq.url, run: (...args) => rabbitmqctl(container, args) },
    embedded: {
      url: `${embedded.url}/${vhost}`,
      async run(...args) {
        const { code, stdout, stderr } = await runProgram('broker/src/bin.ts', args, env)
        return { code, stdout, stderr }
      },
    },
    async [Symbol.asyncDispose]() {
      await embedded.close()
      await rabbitmq[Symbol.asyncDispose]()
    },
  }
}

async function rabbitmqctl(container: string, args: readonly string[]): Promise<Printed> {
  const options = { reject: false, stripFinalNewline: false } as const
  const { exitCode, stdout, stderr } = await execa(
    'docker',
    ['exec', container, 'rabbitmqctl', ...args],
    options,
  )
  return { code: exitCode ?? null, stdout, stderr }
}

/** Nobody promises an order for the rows of a list. The lines above them stay where they are. */
export function withSortedRows({ stdout, ...rest }: Printed, hasHeader = true): Printed {
  const lines = stdout.split('\n').slice(0, -1)
  const banner = lines.findLastIndex((line) => /^(Timeout|Listing)[: ]/.test(line)) + 1
  const first = hasHeader ? banner + 1 : banner
  return {
    ...rest,
    stdout: [...lines.slice(0, first), ...lines.slice(first).toSorted()].join('\n'),
  }
}
