import { readFile } from 'node:fs/promises'

import { announce, type Call } from '../invocation/call.ts'
import type { Command } from '../invocation/command.ts'
import { CommandFailure, exitCodes, UsageFailure } from '../api/failure.ts'
import { parseJson, type Json } from '../api/json.ts'
import { RefusedRequest } from '../api/management-api.ts'

/** The commands of an operator: policies, permissions and definitions. */
export const adminCommands: Readonly<Record<string, Command>> = {
  set_policy: {
    usage:
      '[--vhost <vhost>] [--priority <priority>] [--apply-to <apply-to>] <name> <pattern> <definition>',
    summary: 'Sets or updates a policy',
    arity: [3, 3],
    options: { priority: { type: 'string' }, 'apply-to': { type: 'string' } },
    run: setPolicy,
  },
  clear_policy: {
    usage: '[--vhost <vhost>] <name>',
    summary: 'Clears (removes) a policy',
    arity: [1, 1],
    run: clearPolicy,
  },
  set_permissions: {
    usage: '[--vhost <vhost>] <username> <conf> <write> <read>',
    summary: 'Sets user permissions for a vhost',
    arity: [4, 4],
    run: setPermissions,
  },
  import_definitions: {
    usage: '[<file_path>]',
    summary: 'Imports definitions in JSON, from a file or standard input',
    arity: [0, 1],
    run: importDefinitions,
  },
}

async function setPolicy(call: Call): Promise<void> {
  const { args, options, api } = call
  const [name = '', pattern = '', text = ''] = args
  const { vhost } = options
  const priority = call.given.get('priority') ?? '0'
  announce(
    call,
    `Setting policy "${name}" for pattern "${pattern}" to "${text}" with priority "${priority}" for vhost "${vhost}" ...`,
  )
  const definition = parsed(text)
  const body = {
    pattern,
    definition,
    priority: Number(priority),
    'apply-to': call.given.get('apply-to') ?? 'all',
  }
  await orWithoutVhost(api.change('PUT', ['policies', vhost, name], { body }), vhost)
}

function parsed(text: string): Json {
  try {
    return parseJson(text)
  } catch {
    throw new CommandFailure(`Error:\nCould not parse JSON document: ${text}`)
  }
}

async function clearPolicy(call: Call): Promise<void> {
  const { args, options, api } = call
  const [name = ''] = args
  announce(call, `Clearing policy "${name}" on vhost "${options.vhost}" ...`)
  try {
    await api.change('DELETE', ['policies', options.vhost, name])
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new CommandFailure('Error:\nParameter does not exist')
  }
}

async function setPermissions(call: Call): Promise<void> {
  const { args, options, api } = call
  const [user = '', configure = '', write = '', read = ''] = args
  const { vhost } = options
  announce(call, `Setting permissions for user "${user}" in vhost "${vhost}" ...`)
  if ((await api.find(['users', user])) === undefined)
    throw new CommandFailure(`Error:\nUser ${user} does not exist`, exitCodes.noUser)
  if ((await api.find(['vhosts', vhost])) === undefined)
    throw new CommandFailure(`Error:\nVirtual host ${vhost} does not exist`)
  await api.change('PUT', ['permissions', vhost, user], { body: { configure, write, read } })
}

async function importDefinitions(call: Call): Promise<void> {
  const { args, api, print } = call
  const [file] = args
  const text = file === undefined ? undefined : await contentsOf(file)
  const source = file === undefined ? 'standard input' : `a file at "${file}"`
  announce(call, `Importing definitions in JSON from ${source} ...`)
  const body = definitionsIn(text ?? (await call.readInput()))
  await api.change('POST', ['definitions'], { body })
  print('Successfully imported the definitions.')
}

async function contentsOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new UsageFailure(`Bad argument: File ${file} does not exist`, exitCodes.data)
  }
}

function definitionsIn(text: string): Json {
  try {
    return parseJson(text)
  } catch {
    throw new CommandFailure('Error:\nThe definitions are not valid JSON', exitCodes.data)
  }
}

async function orWithoutVhost(change: Promise<void>, vhost: string): Promise<void> {
  try {
    await change
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new CommandFailure(`Virtual host '${vhost}' does not exist`, exitCodes.data)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof RefusedRequest && error.status === 404
}
