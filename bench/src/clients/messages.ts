/** The messages that all clients send: persistent bytes with a content type and a message id. */
export const contentType = 'application/octet-stream'

export function bodyOf(bytes: number): Buffer {
  return Buffer.alloc(bytes, 'x')
}

const prefix = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}-`
let ids = 0

/** A unique message id, generated in the same way as in `shared`. */
export function nextId(): string {
  return prefix + (ids++).toString(36)
}

let keys = 0

/** A unique routing key; its second word is one of ten. */
export function nextKey(): string {
  keys += 1
  return `plant.${keys % 10}.${keys}.temperature`
}
