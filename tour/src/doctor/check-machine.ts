import { isOlder, pnpm } from '@messaging-patterns/shared'
import { execa } from 'execa'

import type { Finding } from './finding.ts'

/** The oldest Node on which the course runs; package.json says the same in "engines". */
const oldestNode = '20.19'

/** The oldest pnpm that installs dependencies before it runs a script. */
const oldestPnpm = '10'

/** What a command prints; undefined if it is not installed, fails, or does not exit in time. */
export async function output(command: string, ...args: string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa(command, args, { timeout: 8000, reject: false })
  return failed ? undefined : stdout
}

export async function checkNode(version = process.versions.node): Promise<readonly Finding[]> {
  return [
    isOlder(version, oldestNode)
      ? {
          state: 'bad',
          text: `Node ${version} is older than ${oldestNode}, which the course needs`,
          remedy: 'install a newer version: https://nodejs.org/',
        }
      : { state: 'good', text: `Node ${version}` },
  ]
}

export async function checkPnpm(): Promise<readonly Finding[]> {
  // pnpm passes its version to scripts: "pnpm/12.21.0 npm/? node/v20.20.2 linux x64"
  const [, running] = /^pnpm\/(\S+)/.exec(process.env['npm_config_user_agent'] ?? '') ?? []
  const version = running ?? (await output('pnpm', '--version'))
  if (version === undefined)
    return [
      {
        state: 'note',
        text: 'pnpm is not installed: npx --yes pnpm COMMAND works too, but starts more slowly',
        remedy: 'npm install --global pnpm',
      },
    ]
  if (!isOlder(version, oldestPnpm)) return [{ state: 'good', text: `pnpm ${version}` }]
  const text = `pnpm ${version} is older than ${oldestPnpm} and does not install dependencies by itself`
  return [{ state: 'bad', text, remedy: 'npm install --global pnpm@latest' }]
}

export async function checkDocker(): Promise<readonly Finding[]> {
  const server = await output('docker', 'version', '--format', '{{.Server.Version}}')
  if (server !== undefined) return [{ state: 'good', text: `Docker ${server}` }]
  const client = await output('docker', '--version')
  if (client === undefined)
    return [
      {
        state: 'note',
        text: `Docker is not installed; you need it for RabbitMQ, but not for ${pnpm} broker`,
      },
    ]
  const remedy =
    process.platform === 'linux' ? 'sudo systemctl start docker' : 'start Docker Desktop'
  return [{ state: 'note', text: 'Docker is installed, but its daemon does not answer', remedy }]
}

export async function checkCompose(): Promise<readonly Finding[]> {
  const version = await output('docker', 'compose', 'version', '--short')
  return version === undefined
    ? [
        {
          state: 'note',
          text: `Docker Compose is not installed; you do not need it for ${pnpm} broker`,
        },
      ]
    : [{ state: 'good', text: `Docker Compose ${version}` }]
}
