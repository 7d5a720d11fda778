import { ChannelFault, type Fault } from '../../protocol/faults.ts'

/** An error as RabbitMQ's management API answers it: a status, a word for programs and a reason. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly body: { readonly error: string; readonly reason: unknown }

  constructor(status: number, error: string, reason: unknown) {
    super(typeof reason === 'string' ? reason : JSON.stringify(reason))
    this.status = status
    this.body = { error, reason }
  }
}

export function badRequest(reason: unknown): ApiError {
  return new ApiError(400, 'bad_request', reason)
}

/** What the path names does not exist. */
export function notFound(): ApiError {
  return new ApiError(404, 'Object Not Found', 'Not Found')
}

/** What the request needs, in addition to what the path names, does not exist. */
export function missing(reason: string): ApiError {
  return new ApiError(404, 'not_found', reason)
}

export function unauthorized(reason: string): ApiError {
  return new ApiError(401, 'not_authorised', reason)
}

/** The answer to a request that a client would have lost its channel or connection for. */
export function faultError(fault: Fault): ApiError {
  const { replyCode, explanation } = fault
  if (fault instanceof ChannelFault && replyCode === 403) return unauthorized('Access refused.')
  if (fault instanceof ChannelFault && replyCode === 404) return missing(explanation)
  return badRequest(explanation)
}
