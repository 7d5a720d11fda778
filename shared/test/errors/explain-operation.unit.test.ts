import { describe, expect, test } from 'vitest'

import { explainOperation } from '../../src/index.ts'

/** What amqplib makes of a connection that RabbitMQ closes. */
function closed(code: number, says: string): Error {
  return Object.assign(new Error(`Connection closed: ${code} with message "${says}"`), { code })
}

describe('the error of a connection that RabbitMQ 4.3 closes is explained', () => {
  const cluster = "'cluster' in vhost '/'"
  test.each([
    [
      'by a cluster that cannot agree to declare a queue',
      `INTERNAL_ERROR - Could not declare quorum queue ${cluster} on node 'rabbit@rabbit1' because the metadata store operation timed out`,
      'NO_QUORUM',
    ],
    [
      'by a queue whose leader is not reached',
      `INTERNAL_ERROR - failed consuming from quorum queue ${cluster}: nodedown`,
      'NO_QUORUM',
    ],
    [
      'by a queue that is just being deleted',
      `INTERNAL_ERROR - failed consuming from quorum queue ${cluster}: noproc`,
      'NOT_FOUND',
    ],
    [
      'by a feature that it refuses',
      "INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated. Its use isn't permitted",
      'FEATURE_REFUSED',
    ],
  ])('%s', (_name, says, code) => {
    expect(explainOperation(closed(541, says))).toMatchObject({ code })
  })

  test('with a remedy, when too few nodes are up', () => {
    const error = closed(541, `INTERNAL_ERROR - failed consuming from ${cluster}: nodedown`)
    expect(explainOperation(error)).toMatchObject({
      message: expect.stringMatching(/^too few nodes of the cluster are up, .*: nodedown$/),
      remedy: expect.stringContaining('rabbitmqctl cluster_status'),
    })
  })
})
