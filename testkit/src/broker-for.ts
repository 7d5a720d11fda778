import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'

import type { Management } from './rabbitmq/management.ts'
import { Program, runProgram, type Outcome } from './program.ts'
import { testBroker, type BrokerKind, type TestBroker } from './test-broker.ts'

/** The broker that the current test runs on. */
export interface CurrentBroker {
  readonly kind: BrokerKind
  readonly url: string
  /** For clients of the stream protocol. */
  readonly streamUrl: string
  readonly vhost: string
  readonly version: string
  readonly management?: Management | undefined
}

/** One broker for all tests of the file. */
export function brokerForFile(): CurrentBroker {
  return brokerBetween(beforeAll, afterAll)
}

/** An empty broker for each test of the file. */
export function brokerForEachTest(): CurrentBroker {
  return brokerBetween(beforeEach, afterEach)
}

type Hook = (work: () => Promise<void>) => void

function brokerBetween(before: Hook, after: Hook): CurrentBroker {
  let broker: TestBroker | undefined
  before(async () => {
    broker = await testBroker()
  })
  after(async () => {
    await broker?.[Symbol.asyncDispose]()
  })
  const current = (): TestBroker => {
    if (broker === undefined) throw new Error('the broker is only available inside a test')
    return broker
  }
  return {
    get kind() {
      return current().kind
    },
    get url() {
      return current().url
    },
    get streamUrl() {
      return current().streamUrl
    },
    get vhost() {
      return current().vhost
    },
    get version() {
      return current().version
    },
    get management() {
      return current().management
    },
  }
}

/** Functions that start programs which connect to this broker; `run` also waits for their exit. */
export function programsOn(broker: CurrentBroker): {
  readonly start: (program: string, ...args: string[]) => Program
  readonly run: (program: string, ...args: string[]) => Promise<Outcome>
} {
  const env = () => ({ AMQP_URL: broker.url, STREAM_PORT: new URL(broker.streamUrl).port })
  return {
    start: (program, ...args) => new Program(program, args, env()),
    run: (program, ...args) => runProgram(program, args, env()),
  }
}
