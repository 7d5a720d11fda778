import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { suites } from './suites.ts'

const readme = readFileSync(new URL('../../broker/README.md', import.meta.url), 'utf8')

test.each(suites)('the README of the broker has the results of $name', (suite) => {
  const row = readme.split('\n').find((line) => line.startsWith(`| ${suite.name} `))
  const [, , , ours, rabbitmq] = (row ?? '').split('|').map((cell) => cell.trim())
  const total = suite.mustPass + Object.keys(suite.exceptions ?? {}).length
  expect(ours).toBe(`${suite.mustPass} of ${total}`)
  expect(rabbitmq).toMatch(/\d/)
  expect(suite.rabbitmqScore).toContain(rabbitmq)
})
