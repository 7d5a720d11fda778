// `pnpm live`: a picture of a running broker, with the messages that move through it.
import { defaultUrl, maskText, parseUrls } from '@messaging-patterns/shared'
import { defineCommand } from '@messaging-patterns/shared/cli'

import { mayTrace } from './ask.ts'
import { ManagementApi, textOf } from './broker/management-api.ts'
import { isTraced } from './broker/tracing.ts'
import { bundlePage } from './bundle.ts'
import { PageServer } from './server.ts'
import { stopGracefully } from './stop.ts'
import { watch } from './watch.ts'

const runLive = defineCommand({
  name: 'live',
  describe:
    'Shows a running broker as a picture in your browser, with the messages that move. To see messages, it turns on tracing while it runs; it asks you before.',
  options: {
    'management-url': {
      type: 'string',
      describe: 'The management API  [port 15672 of the host of the broker]',
    },
    port: { type: 'number', whole: true, describe: 'The port of the page  [a free one]' },
    yes: { type: 'boolean', default: false, describe: 'Turn tracing on without asking' },
  },
  examples: [
    ['', 'watch the broker on localhost'],
    ['--url amqp://other-host --yes', 'watch another one, without being asked'],
  ],
})

await runLive(async ({ args, broker, signal, print, status }) => {
  using stop = stopGracefully(signal)
  const [url = new URL(defaultUrl)] = parseUrls(broker.url ?? defaultUrl)
  const vhost = decodeURIComponent(url.pathname.slice(1)) || '/'
  const api = new ManagementApi(managementUrl(url, args['management-url']))
  const overview = await api.get('overview')
  const product = textOf(overview['product_name'])
  const name = `${product} ${textOf(overview['product_version'])} at ${url.host}`
  const needsNoAnswer = args.yes || (await isTraced(api, vhost))
  const traced = needsNoAnswer || (await mayTrace(name, vhost, stop.signal))
  if (stop.signal.aborted) return

  await using page = await PageServer.listen(await bundlePage(), args.port ?? 0)
  const isRabbitMq = product === 'RabbitMQ'
  await watch({ url, vhost, api, traced, name, isRabbitMq }, page, {
    signal: stop.signal,
    status,
    reconnectFor: broker.reconnectFor ?? 0,
    onReady() {
      status(traced ? 'tracing is on; press Ctrl-C to stop' : 'press Ctrl-C to stop')
      print(`Open ${page.url} in a browser.`, { event: 'ready', url: page.url })
    },
  })
})

/** By default on port 15672 of the same host, with the same login. */
function managementUrl(broker: URL, given: string | undefined): URL {
  if (given !== undefined && !URL.canParse(given))
    throw new Error(
      `"${maskText(given)}" is not a URL; write it as http://USER:PASSWORD@HOST:15672`,
    )
  const url = new URL(given ?? `http://${broker.hostname}:15672`)
  if (url.username === '') {
    url.username = broker.username || 'guest'
    url.password = broker.username === '' ? 'guest' : broker.password
  }
  return url
}
