/** Where a reader starts. */
export type OffsetSpec =
  /** With the first message that the log still has. */
  | 'first'
  /** With the last chunk. */
  | 'last'
  /** With the next message that is written. */
  | 'next'
  | { readonly offset: number }
  /** With the first chunk that is not older, in milliseconds since 1970. */
  | { readonly timestamp: number }
