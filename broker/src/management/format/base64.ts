import { badRequest } from './api-error.ts'

/** Node ignores what is not Base64, and RabbitMQ does not. */
const base64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/

export function fromBase64(text: string): Uint8Array {
  if (!base64.test(text)) throw badRequest(['not_base64', text])
  return Buffer.from(text, 'base64')
}
