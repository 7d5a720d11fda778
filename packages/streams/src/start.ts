// How this lesson writes a position in a stream on a command line.
import type { Age, StreamStart } from '@messaging-patterns/shared'

/** Reads `first`, `last`, `next`, an offset, an age such as `1h`, or a time. */
export function parseStart(text: string): StreamStart {
  if (text === 'first' || text === 'last' || text === 'next') return text
  if (/^\d+$/.test(text)) return Number(text)
  if (isAge(text)) return text
  // JavaScript also takes "last 5" for a date, so we ask for the year, month and day.
  const time = new Date(/^\d{4}-\d\d-\d\d(T.+)?$/.test(text) ? text : NaN)
  if (!Number.isNaN(time.getTime())) return time
  throw new Error(
    `"${text}" is not a position: write first, last, next, an offset such as 17, an age such as 1h, or a time such as 2026-11-26T09:30:00Z`,
  )
}

function isAge(text: string): text is Age {
  return /^\d+[YMDhms]$/.test(text)
}
