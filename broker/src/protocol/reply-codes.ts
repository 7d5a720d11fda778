/** The codes for channel.close. AMQP 0-9-1 calls them soft errors. */
export const channelCodes = {
  CONTENT_TOO_LARGE: 311,
  NO_ROUTE: 312,
  NO_CONSUMERS: 313,
  ACCESS_REFUSED: 403,
  NOT_FOUND: 404,
  RESOURCE_LOCKED: 405,
  PRECONDITION_FAILED: 406,
} as const

/** The codes for connection.close: hard errors. */
export const connectionCodes = {
  CONNECTION_FORCED: 320,
  INVALID_PATH: 402,
  FRAME_ERROR: 501,
  SYNTAX_ERROR: 502,
  COMMAND_INVALID: 503,
  CHANNEL_ERROR: 504,
  UNEXPECTED_FRAME: 505,
  RESOURCE_ERROR: 506,
  NOT_ALLOWED: 530,
  NOT_IMPLEMENTED: 540,
  INTERNAL_ERROR: 541,
} as const

export type ChannelCode = keyof typeof channelCodes
export type ConnectionCode = keyof typeof connectionCodes

/** The name of a code for channel.close; undefined for other numbers. */
export function channelCodeOf(replyCode: number): ChannelCode | undefined {
  return nameOf(channelCodes, replyCode)
}

/** The name of a code for connection.close; undefined for other numbers. */
export function connectionCodeOf(replyCode: number): ConnectionCode | undefined {
  return nameOf(connectionCodes, replyCode)
}

function nameOf<N extends string>(
  codes: Readonly<Record<N, number>>,
  replyCode: number,
): N | undefined {
  const isName = (name: string): name is N => Object.hasOwn(codes, name)
  return Object.keys(codes)
    .filter(isName)
    .find((name) => codes[name] === replyCode)
}
