import type { EventMessage } from '../../events/broker-events.ts'
import type { History, HistoryEntry } from './history.ts'

const mostLines = 20
const longestBody = 60

/** The last lines of a history, as they are printed below the error of a failed expectation. */
export function describeHistory(history: History, concerns: (entry: HistoryEntry) => boolean) {
  const entries = Array.from(history).filter(concerns)
  const forgotten =
    history.forgotten === 0
      ? []
      : [`  (the first ${history.forgotten} events of the test are forgotten, and not counted)`]
  if (entries.length === 0) return [...forgotten, '  nothing'].join('\n')
  const rows = entries.map((entry) => row(entry, history)).slice(-mostLines)
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  )
  const [timeWidth = 0, whatWidth = 0] = widths
  const lines = rows.map(([time, what, rest]) =>
    `  ${time.padStart(timeWidth)}  ${what.padEnd(whatWidth)}  ${rest}`.trimEnd(),
  )
  const hidden = entries.length - rows.length
  const more = hidden > 0 ? [`  ... ${hidden} earlier lines`] : []
  return [...forgotten, ...more, ...lines].join('\n')
}

function row(entry: HistoryEntry, history: History): readonly [string, string, string] {
  const { at, what, message, details = '' } = entry
  const time = `${Math.round(at - history.start)} ms`
  if (message === undefined) return [time, what === 'other' ? '' : what, details]
  const about = `#${history.numberOf(message)} ${describeBody(message.body)}`
  return [time, what, details === '' ? about : `${about}  ${details}`]
}

/** A body in a line: JSON, text in quotes, or the number of bytes. */
export function describeBody(body: Uint8Array): string {
  const text = decode(body)
  if (text === undefined) return `<${body.length} bytes>`
  if (text.length > longestBody)
    return `${JSON.stringify(text.slice(0, longestBody))}... (${body.length} bytes)`
  return isObject(text) ? text : JSON.stringify(text)
}

/** JSON in one line is easier to read without the backslashes. */
function isObject(text: string): boolean {
  return /^[[{][^\n]*[\]}]$/.test(text)
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

/** Where a message was published to. */
export function describeAddress({ exchange, routingKey }: EventMessage): string {
  const key = `routing key "${routingKey}"`
  return exchange === '' ? `${key} of the default exchange` : `exchange "${exchange}", ${key}`
}
