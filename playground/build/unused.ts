import { readFileSync } from 'node:fs'

import type { Plugin } from 'esbuild'

/** The methods of AMQP that the broker sends, and those that both sides send. */
const fromBroker =
  /^(?!Connection(?:Start|Secure|Tune)Ok).*Ok$|^Connection(?:Start|Secure|Tune|Blocked|Unblocked)$|^Basic(?:Deliver|Return|GetEmpty)$/
const fromBoth = /Close(?:Ok)?$|^ChannelFlow(?:Ok)?$|^Basic(?:Ack|Nack|Cancel|CancelOk|Properties)$/

/** amqplib's functions for all methods, without those that a client needs in the other direction. */
function ofClients(definitions: string): string {
  return definitions.replaceAll(
    /^function (encode|decode)(\w+)\([\s\S]*?^\}$/gm,
    (text, direction: string, method: string) => {
      const isNeeded = fromBoth.test(method) || fromBroker.test(method) === (direction === 'decode')
      return isNeeded
        ? text
        : `function ${direction}${method}() { throw new Error('not a client') }`
    },
  )
}

/** Leaves out what no client needs. */
export const withoutUnused: Plugin = {
  name: 'without what no client needs',
  setup(build) {
    build.onLoad({ filter: /amqplib\/lib\/defs\.js$/ }, ({ path }) => ({
      contents: ofClients(readFileSync(path, 'utf8')),
    }))
    // It tells the broker its version.
    build.onLoad({ filter: /amqplib\/package\.json$/ }, ({ path }) => {
      const [, version = ''] = /"version": "([^"]+)"/.exec(readFileSync(path, 'utf8')) ?? []
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
  },
}
