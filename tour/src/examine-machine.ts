import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { pnpm } from '@messaging-patterns/shared'

import type { Finding } from './finding.ts'

const execute = promisify(execFile)

/** The first Node that the course runs on, as package.json says in "engines". */
const oldestNode = '20.19'

/** The first pnpm that installs before it runs a script. */
const oldestPnpm = '10'

/** What a command prints; undefined when it is not there, fails, or does not come to an end. */
export async function output(command: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await execute(command, args, { timeout: 8000 })
    return stdout.trim()
  } catch {
    return undefined
  }
}

export async function examineNode(version = process.versions.node): Promise<readonly Finding[]> {
  return [
    isOlder(version, oldestNode)
      ? {
          state: 'bad',
          text: `Node ${version} is older than ${oldestNode}, which the course needs`,
          remedy: 'get a newer one: https://nodejs.org/',
        }
      : { state: 'good', text: `Node ${version}` },
  ]
}

export async function examinePnpm(): Promise<readonly Finding[]> {
  // pnpm says to its scripts who it is: "pnpm/12.21.0 npm/? node/v20.20.2 linux x64"
  const [, running] = /^pnpm\/(\S+)/.exec(process.env['npm_config_user_agent'] ?? '') ?? []
  const version = running ?? (await output('pnpm', '--version'))
  if (version === undefined)
    return [
      {
        state: 'note',
        text: 'pnpm is not installed: npx --yes pnpm COMMAND gets it each time, a little more slowly',
        remedy: 'npm install --global pnpm',
      },
    ]
  if (!isOlder(version, oldestPnpm)) return [{ state: 'good', text: `pnpm ${version}` }]
  const text = `pnpm ${version} is older than ${oldestPnpm} and does not install by itself`
  return [{ state: 'bad', text, remedy: 'npm install --global pnpm@latest' }]
}

export async function examineDocker(): Promise<readonly Finding[]> {
  const server = await output('docker', 'version', '--format', '{{.Server.Version}}')
  if (server !== undefined) return [{ state: 'good', text: `Docker ${server}` }]
  const client = await output('docker', '--version')
  if (client === undefined)
    return [
      {
        state: 'note',
        text: `Docker is not installed; it is needed for RabbitMQ alone, not for ${pnpm} broker`,
      },
    ]
  const remedy =
    process.platform === 'linux' ? 'sudo systemctl start docker' : 'start Docker Desktop'
  return [{ state: 'note', text: 'Docker is installed, but its daemon does not answer', remedy }]
}

export async function examineCompose(): Promise<readonly Finding[]> {
  const version = await output('docker', 'compose', 'version', '--short')
  return version === undefined
    ? [{ state: 'note', text: `Docker Compose is not there; ${pnpm} broker does without it` }]
    : [{ state: 'good', text: `Docker Compose ${version}` }]
}

function isOlder(version: string, minimum: string): boolean {
  return version.localeCompare(minimum, 'en', { numeric: true }) < 0
}
