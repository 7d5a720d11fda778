import { setTimeout as pause } from 'node:timers/promises'

import { Feed } from './broker/feed.ts'
import type { ManagementApi } from './broker/management-api.ts'
import { isTraced, setTracing } from './broker/tracing.ts'
import type { PageServer } from './server.ts'

/** The broker to watch. */
export interface Watched {
  readonly url: URL
  readonly vhost: string
  readonly api: ManagementApi
  /** Whether to trace messages. */
  readonly traced: boolean
  /** What it is called on the page. */
  readonly name: string
  /** Its counts are up to five seconds old; those of the embedded broker are exact. */
  readonly isRabbitMq: boolean
}

interface WatchOptions {
  readonly signal: AbortSignal
  /** Milliseconds to keep trying when the broker is gone. */
  readonly reconnectFor: number
  readonly status: (text: string) => void
  readonly onReady: () => void
}

/** Milliseconds between two attempts to reconnect. */
const retryEvery = 500

/** Shows a broker on a page until the signal, also after the broker has restarted. */
export async function watch(
  watched: Watched,
  page: PageServer,
  options: WatchOptions,
): Promise<void> {
  const { api, vhost, traced } = watched
  const wasOff = traced && !(await isTraced(api, vhost))
  if (wasOff) await setTracing(api, vhost, true)
  try {
    await keepWatching(watched, page, options)
  } finally {
    if (wasOff) await stopTracing(watched, options.status)
  }
}

async function keepWatching(
  watched: Watched,
  page: PageServer,
  options: WatchOptions,
): Promise<void> {
  const { signal, status, reconnectFor } = options
  let [isReady, giveUpAt] = [false, 0]
  while (!signal.aborted) {
    try {
      await using feed = await openFeed(watched, page)
      if (isReady) status('reconnected')
      else options.onReady()
      isReady = true
      giveUpAt = 0
      const reason = await Promise.race([feed.ended, aborted(signal)])
      if (reason === undefined) return
      status(`connection lost (${reason}); reconnecting`)
      page.status('The connection to the broker is lost; reconnecting')
    } catch (error) {
      giveUpAt ||= Date.now() + reconnectFor
      if (!isReady || Date.now() > giveUpAt) throw error
    }
    await pause(retryEvery, undefined, { signal }).catch(() => {})
  }
}

async function stopTracing({ api, vhost }: Watched, status: (text: string) => void): Promise<void> {
  try {
    await setTracing(api, vhost, false)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    status(`tracing may still be on: ${reason}`)
  }
}

async function openFeed(watched: Watched, page: PageServer): Promise<Feed> {
  const { url, vhost, api, traced, name, isRabbitMq } = watched
  // Again after a restart: the broker may have forgotten it.
  if (traced && !(await isTraced(api, vhost))) await setTracing(api, vhost, true)
  const feed = await Feed.open({
    url,
    vhost,
    api,
    traced,
    countsAge: isRabbitMq ? 5500 : 300,
    onUpdate: (update) => page.update(update),
    onNotice: (text) => page.notice(text),
  })
  page.show({ broker: name, text: describe(vhost, traced) }, () => feed.current())
  return feed
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

function describe(vhost: string, traced: boolean): string {
  const how = traced
    ? 'Acknowledgements are not traced: they follow from the counts.'
    : 'Tracing is off, so you see counts, but no messages.'
  return `Virtual host ${vhost}. ${how}`
}
