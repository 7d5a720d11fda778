/**
 * FNV-1a with 32 bits, in the place of SHA-256. In a page the broker uses it only to tell bindings with different
 * arguments apart.
 */
class Hash {
  #state = 0x811c9dc5

  update(text: string): this {
    for (const byte of new TextEncoder().encode(text))
      this.#state = Math.imul(this.#state ^ byte, 0x01000193)
    return this
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(this.#state)
    return bytes
  }
}

export function createHash(): Hash {
  return new Hash()
}

export function randomBytes(): never {
  throw new Error('a broker in a page has no secrets')
}
