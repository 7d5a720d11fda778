import { randomUUID } from 'node:crypto'

/** A call of the empty task as Celery sends it. Without an address for the result, it is ignored. */
export function taskMessage(replyTo?: string) {
  const id = randomUUID()
  return {
    body: Buffer.from('[[],{},{"callbacks":null,"errbacks":null,"chain":null,"chord":null}]'),
    properties: {
      persistent: true,
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      correlationId: id,
      ...(replyTo !== undefined && { replyTo }),
      headers: {
        lang: 'py',
        task: 'bench.empty',
        id,
        root_id: id,
        parent_id: null,
        group: null,
        retries: 0,
        eta: null,
        expires: null,
        timelimit: [null, null],
        argsrepr: '()',
        kwargsrepr: '{}',
        origin: 'bench@localhost',
        ignore_result: replyTo === undefined,
      },
    },
  }
}
