import { announce, type Call } from '../invocation/call.ts'
import type { Command } from '../invocation/command.ts'
import { CommandFailure, exitCodes } from '../api/failure.ts'
import { isObject, scalarText } from '../api/json.ts'
import { RefusedRequest } from '../api/management-api.ts'
import { connectionPid } from './pid.ts'

/** The commands that change queues and connections. */
export const queueCommands: Readonly<Record<string, Command>> = {
  delete_queue: {
    usage: '[--vhost <vhost>] <queue_name> [--if-empty|-e] [--if-unused|-u]',
    summary: 'Deletes a queue',
    arity: [1, 1],
    options: {
      'if-empty': { type: 'boolean', short: 'e' },
      'if-unused': { type: 'boolean', short: 'u' },
    },
    run: deleteQueue,
  },
  purge_queue: {
    usage: '[--vhost <vhost>] <queue>',
    summary: 'Purges a queue (removes all messages in it)',
    arity: [1, 1],
    run: purgeQueue,
  },
  close_connection: {
    usage: '<connection pid or name> <explanation>',
    summary: 'Closes a connection',
    arity: [2, 2],
    run: closeConnection,
  },
}

async function deleteQueue(call: Call): Promise<void> {
  const { args, given, options, api, print } = call
  const [queue = ''] = args
  const { vhost } = options
  const conditions = ['empty', 'unused'].filter((each) => given.has(`if-${each}`))
  const ifs = conditions.map((each) => `if queue is ${each}`).join(' and ')
  const when = ifs === '' ? '' : `${ifs} `
  announce(call, `Deleting queue '${queue}' on vhost '${vhost}' ${when}...`)
  const path = ['queues', vhost, queue]
  const found = await api.find(path)
  if (!isObject(found)) throw new CommandFailure('Error:\nNo such queue was found', exitCodes.usage)
  const query = Object.fromEntries(conditions.map((each) => [`if-${each}`, 'true']))
  await api.change('DELETE', path, { query })
  const ready = found['type'] === 'stream' ? '0' : scalarText(found['messages_ready'])
  print(`Queue was successfully deleted with ${ready} ready messages`)
}

async function purgeQueue(call: Call): Promise<void> {
  const { args, options, api } = call
  const [queue = ''] = args
  announce(call, `Purging queue '${queue}' in vhost '${options.vhost}' ...`)
  const path = ['queues', options.vhost, queue]
  const found = await api.find(path)
  if (isObject(found) && found['type'] === 'stream')
    throw new CommandFailure('Error:\nnot_supported')
  const purged = await unlessMissing(api.change('DELETE', [...path, 'contents']))
  if (!purged)
    throw new CommandFailure('Object (queue, stream, exchange, etc) was not found', exitCodes.data)
}

/** Closes the connection of this pid, as `list_connections pid` shows it, or of this name. */
async function closeConnection(call: Call): Promise<void> {
  const { args, api } = call
  const [wanted = '', explanation = ''] = args
  announce(call, `Closing connection ${wanted}, reason: ${explanation}...`)
  const connections = await api.list(['connections'])
  const found = connections.find(
    (connection) => connection['name'] === wanted || connectionPid(connection) === wanted,
  )
  // In rabbitmqctl, too, it is not an error if the connection has closed already.
  if (found !== undefined)
    await unlessMissing(
      api.change('DELETE', ['connections', scalarText(found['name'])], {
        // A header is bytes to HTTP, and one character per byte to fetch.
        headers: { 'x-reason': Buffer.from(explanation).toString('latin1') },
      }),
    )
  else if (!/^<[^<>]+(\.\d+){3}>$/.test(wanted))
    throw new CommandFailure(`Error:\nno connection has the pid or the name "${wanted}"`)
}

async function unlessMissing(change: Promise<void>): Promise<boolean> {
  try {
    await change
    return true
  } catch (error) {
    if (error instanceof RefusedRequest && error.status === 404) return false
    throw error
  }
}
