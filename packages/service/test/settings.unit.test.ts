import { expect, test } from 'vitest'

import { roleNames } from '../src/roles/role-names.ts'
import { InvalidSettings, readSettings } from '../src/settings/settings.ts'

function problem(environment: Record<string, string>): string {
  try {
    readSettings(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidSettings)
    return String(error)
  }
  throw new Error('the settings are valid')
}

test('without any variable, everything runs in this process', () => {
  expect(readSettings({ AMQP_URL: '' })).toEqual({
    databaseUrl: 'pglite:.data',
    amqpUrl: undefined,
    host: '127.0.0.1',
    port: 3000,
    roles: roleNames,
    topology: 'declare',
    traces: { keep: false, endpoint: undefined },
    log: { level: 'info', format: undefined },
  })
})

test('a role can run alone', () => {
  const urls = { DATABASE_URL: 'postgres://localhost/orders', AMQP_URL: 'amqp://localhost' }
  expect(readSettings({ ...urls, ROLES: 'relay, mail', PORT: '0' })).toMatchObject({
    roles: ['relay', 'mail'],
    port: 0,
  })
})

test('an error names each variable, what was given, and what is expected', () => {
  const text = problem({ PORT: 'http', ROLES: 'api,kitchen', AMQP_URL: 'localhost' })
  expect(text.split('\n')).toEqual([
    'InvalidSettings: AMQP_URL is "localhost"; expected: amqp://USER:PASSWORD@HOST/VHOST (default: a broker inside this process)',
    'PORT is "http"; expected: a number from 0 to 65535, where 0 chooses a free port (default: 3000)',
    `ROLES is "api,kitchen"; expected: some of ${roleNames.join(',')} (default: all)`,
  ])
})

test('an error does not show a password', () => {
  expect(problem({ DATABASE_URL: 'mysql://me:secret@host/orders' })).toContain(
    'DATABASE_URL is "mysql://me:***@host/orders"',
  )
})

test('a role that runs alone needs a database and a broker that others can reach', () => {
  const text = problem({ ROLES: 'api' })
  expect(text).toContain('set DATABASE_URL to a PostgreSQL server that both can reach')
  expect(text).toContain('set AMQP_URL to a broker that both can reach')
})

test('a broker inside this process has no queues that were imported', () => {
  expect(problem({ TOPOLOGY: 'existing' })).toBe(
    'InvalidSettings: TOPOLOGY is "existing", but the broker inside this process starts empty; set AMQP_URL to the broker into which definitions.json was imported, or unset TOPOLOGY',
  )
  const urls = { DATABASE_URL: 'postgres://localhost/orders', AMQP_URL: 'amqp://localhost' }
  expect(readSettings({ ...urls, TOPOLOGY: 'existing' })).toMatchObject({ topology: 'existing' })
})
