import type { IncomingMessage } from 'node:http'

/** What an HTTP request is answered with. */
export interface Reply {
  readonly status: number
  /** Sent as it is if it is text, else as JSON. */
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers a request whose sender has made a mistake. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const maxBytes = 10_000

/** The JSON value in the body of a request. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new BadRequest(413, `the body has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    throw new BadRequest(400, 'the body is not valid JSON')
  }
}
