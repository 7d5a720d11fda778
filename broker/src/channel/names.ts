/**
 * Random names, generated as RabbitMQ generates them. Web Crypto is also available in browsers.
 */

export function generateQueueName(): string {
  return `amq.gen-${randomName(16)}`
}

export function generateConsumerTag(): string {
  return `amq.ctag-${randomName(16)}`
}

/** The name of a client that waits for replies. */
export function generateReplyName(): string {
  return `amq.rabbitmq.reply-to.${base64(random(32))}.${base64(random(16))}`
}

/** RabbitMQ removes line breaks from the names of exchanges and queues. */
export function stripLineBreaks(name: string): string {
  return name.replaceAll(/[\r\n]/g, '')
}

function randomName(bytes: number): string {
  return base64(random(bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function random(bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(bytes))
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}
