/** What every client sends: persistent bytes that say what they are, each message with an id. */
export const contentType = 'application/octet-stream'

/** A body of so many bytes; it may be sent any number of times. */
export function bodyOf(bytes: number): Buffer {
  return Buffer.alloc(bytes, 'x')
}

const prefix = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}-`
let count = 0

/** An id that no other message has, made as cheaply as the layer makes its own. */
export function nextId(): string {
  return prefix + (count++).toString(36)
}

let keys = 0

/** A routing key that no other message has; one in ten of them has the same second word. */
export function newKey(): string {
  keys += 1
  return `plant.${keys % 10}.${keys}.temperature`
}
