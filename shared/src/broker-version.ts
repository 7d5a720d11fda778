import type { ChannelModel } from 'amqplib'

import { MessagingError } from './errors.ts'

/** What to say of a broker that is older than it should be; nothing of one that is not. */
export function tooOld(
  model: ChannelModel,
  minimum: string | undefined,
  where: string,
): MessagingError | undefined {
  const { product, version } = model.connection.serverProperties
  if (minimum === undefined || !isOlder(version, minimum)) return undefined
  return new MessagingError(
    'BROKER_TOO_OLD',
    `${product} ${version} at ${where} is older than ${minimum}, which this needs`,
    { remedy: 'start a newer one: docker compose up -d --wait' },
  )
}

function isOlder(version: string, minimum: string): boolean {
  return version.localeCompare(minimum, 'en', { numeric: true }) < 0
}
