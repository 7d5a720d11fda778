import { readFileSync } from 'node:fs'

import specs from '@asyncapi/specs'
import { Ajv, type AnySchema } from 'ajv'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'

import { asyncApiDocument } from '../src/asyncapi/document.ts'
import { headersOf } from '../src/messages/envelope.ts'
import { consumers } from '../src/roles/consumers.ts'
import { placed } from './events.ts'

const ajv = new Ajv({ strict: false, allErrors: true })
formats.default(ajv)
// AsyncAPI's schema contains that of JSON Schema itself, which Ajv must not have twice.
const isAsyncApi = new Ajv({ strict: false, meta: false, validateFormats: false }).compile(
  specs.schemas['3.0.0'] as AnySchema,
)
const document = asyncApiDocument(consumers)

interface Message {
  readonly headers: object
  readonly payload: object
}
const { messages } = document['components'] as { messages: Record<string, Message> }

test('the document is valid AsyncAPI 3.0', () => {
  const isValid = isAsyncApi(document)
  expect(isValid ? [] : isAsyncApi.errors).toEqual([])
})

test('the validation notices what is wrong', () => {
  expect(isAsyncApi({ ...document, channels: { orders: { address: 17 } } })).toBe(false)
})

test('every reference leads to something', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)]
  expect(references.length).toBeGreaterThan(20)
  for (const [, path = ''] of references) {
    const found = path
      .split('/')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document)
    expect(found, path).toBeDefined()
  }
})

test('both versions of an order are described', () => {
  expect(Object.keys(messages).filter((name) => name.startsWith('order.placed'))).toEqual([
    'order.placed.1',
    'order.placed.2',
  ])
})

test('a published event matches its description', () => {
  const event = placed()
  const described = messages['order.placed.2']
  expect(ajv.validate(described?.headers ?? false, headersOf(event))).toBe(true)
  expect(ajv.validate(described?.payload ?? false, event.data)).toBe(true)
  expect(ajv.validate(described?.payload ?? false, { ...event.data, quantity: 0 })).toBe(false)
})

test('the document in the repository is up to date', () => {
  const stored = readFileSync(new URL('../asyncapi.json', import.meta.url), 'utf8')
  expect(JSON.parse(stored), 'run pnpm --silent asyncapi > asyncapi.json').toEqual(document)
})
