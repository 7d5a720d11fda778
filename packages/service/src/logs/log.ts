import { currentTraceId } from '../traces/context.ts'

export const levels = ['debug', 'info', 'warn', 'error'] as const

export type Level = (typeof levels)[number]

/** What a line is about, apart from the trace. Undefined fields are left out. */
export interface LogFields {
  readonly message_id?: string | undefined
  readonly order_id?: string | undefined
}

/** Writes lines that a program can search by their fields. */
export type Log = Readonly<Record<Level, (message: string, fields?: LogFields) => void>>

export interface LogOptions {
  readonly level: Level
  /** JSON, or a line for people. */
  readonly format: 'json' | 'text'
  readonly write: (line: string) => void
}

/** Adds the time, and the id of the trace that the line belongs to. */
export function createLog({ level: lowest, format, write }: LogOptions): Log {
  const line = format === 'json' ? jsonLine : textLine
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}): void => {
      if (levels.indexOf(level) < levels.indexOf(lowest)) return
      write(line(level, message, { ...fields, trace_id: currentTraceId() }))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

type Fields = Readonly<Record<string, string | undefined>>

function jsonLine(level: Level, message: string, fields: Fields): string {
  return JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })
}

function textLine(level: Level, message: string, fields: Fields): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined)
  const prefix = level === 'info' ? '' : `${level}: `
  return [`${prefix}${message}`, ...known.map(([key, value]) => `${key}=${value}`)].join(' ')
}
