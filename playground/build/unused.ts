import { readFileSync } from 'node:fs'

import type { Plugin } from 'esbuild'

/** The methods of AMQP that the broker sends, and those that both sides send. */
const fromBroker =
  /^(?!Connection(?:Start|Secure|Tune)Ok).*Ok$|^Connection(?:Start|Secure|Tune|Blocked|Unblocked)$|^Basic(?:Deliver|Return|GetEmpty)$/
const fromBoth = /Close(?:Ok)?$|^ChannelFlow(?:Ok)?$|^Basic(?:Ack|Nack|Cancel|CancelOk|Properties)$/

/** The methods that our client layer never uses. */
const neverUsed = /^(?:Tx|Access|BasicRecover|ConnectionSecure|ConnectionUpdateSecret)/

/** amqplib's functions for all methods, without those that only a broker or another client needs. */
function ofOurs(definitions: string): string {
  // The client does not read the descriptions of its arguments.
  return definitions
    .replaceAll(/^  args: \[(?:\]|[\s\S]*?^  \]),?$/gm, '')
    .replaceAll(
      /^function (encode|decode)(\w+)\([\s\S]*?^\}$/gm,
      (text, direction: string, method: string) => {
        const isOurs = fromBoth.test(method) || fromBroker.test(method) === (direction === 'decode')
        return isOurs && !neverUsed.test(method)
          ? text
          : `function ${direction}${method}() { throw new Error('left out of the page') }`
      },
    )
}

/** Leaves out what our client layer does not need. */
export const withoutUnused: Plugin = {
  name: 'without what our client layer does not need',
  setup(build) {
    build.onLoad({ filter: /amqplib\/lib\/defs\.js$/ }, ({ path }) => ({
      contents: ofOurs(readFileSync(path, 'utf8')),
    }))
    // It tells the broker its version.
    build.onLoad({ filter: /amqplib\/package\.json$/ }, ({ path }) => {
      const [, version = ''] = /"version": "([^"]+)"/.exec(readFileSync(path, 'utf8')) ?? []
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
  },
}
