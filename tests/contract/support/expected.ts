import { idsOf, type Fields } from './codec.ts'

/** An expected method frame. For toMatchObject, `fields` can be a subset. */
export function method(name: string, fields: Fields = {}, channel = 1): object {
  return { kind: 'method', channel, name, fields }
}

/** channel.close in answer to the method `by`. */
export function channelClose(
  code: number,
  text: unknown,
  { by, channel = 1 }: { by: string; channel?: number },
): object {
  return method(
    'ChannelClose',
    { replyCode: code, replyText: clipped(text), ...idsOf(by) },
    channel,
  )
}

/** connection.close in answer to the method `by`, or to a frame that is not a method. */
export function connectionClose(code: number, text: unknown, by?: string): object {
  const ids = by === undefined ? { classId: 0, methodId: 0 } : idsOf(by)
  return method('ConnectionClose', { replyCode: code, replyText: clipped(text), ...ids }, 0)
}

export function header(size: number, properties: Fields = {}, channel = 1): object {
  return { kind: 'header', channel, size, properties }
}

export function body(text: string, channel = 1): object {
  return { kind: 'body', channel, body: Buffer.from(text) }
}

/** A short string has at most 255 octets; RabbitMQ marks the place where it truncated a text. */
function clipped(text: unknown): unknown {
  return typeof text === 'string' && text.length > 255 ? `${text.slice(0, 252)}...` : text
}
