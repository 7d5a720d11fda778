import { expect, test } from 'vitest'

import { decodeHeaders, encodeHeaders, type Headers } from '../../src/messages/headers.ts'

test('a header may have any name, also that of a property of every object', () => {
  // A literal would set the prototype.
  const headers = JSON.parse(
    '{"__proto__":{"at":1},"constructor":1,"in":{"__proto__":2}}',
  ) as Headers
  for (const convert of [decodeHeaders, encodeHeaders]) {
    const converted = convert(headers)
    expect(JSON.stringify(converted)).toBe(JSON.stringify(headers))
    expect(Object.getPrototypeOf(converted)).toBe(Object.prototype)
    expect('at' in converted).toBe(false)
  }
})
