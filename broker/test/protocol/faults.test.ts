import { describe, expect, it } from 'vitest'

import { notFound } from '../../src/protocol/faults.ts'

const prefix = 'NOT_FOUND - '

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

describe('the text of a fault', () => {
  it('is unchanged up to 255 bytes', () => {
    const text = 'ü'.repeat(121)
    expect(notFound(text).message).toBe(prefix + text)
    expect(bytesOf(prefix + text)).toBe(254)
  })

  it('ends with dots if it was longer', () => {
    expect(notFound('x'.repeat(244)).message).toBe(`${prefix}${'x'.repeat(240)}...`)
  })

  it.each(['ü', '€', '😀'])('is cut between characters, never within %s', (character) => {
    const { message } = notFound(character.repeat(122))
    expect(message).toMatch(new RegExp(`^${prefix}${character}+\\.\\.\\.$`, 'u'))
    expect(bytesOf(message)).toBeLessThanOrEqual(255)
    expect(bytesOf(message)).toBeGreaterThan(255 - bytesOf(character))
  })
})
