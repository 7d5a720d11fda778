import type { HrTime } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node'

interface Line {
  readonly text: string
  readonly times: string
}

/**
 * A trace as a tree of text. The columns are the start of each span, counted from that of the first one, and its
 * duration. The statements of a span are one line, because an order has about a hundred.
 */
export function treeOf(spans: readonly ReadableSpan[]): string {
  const sorted = spans.toSorted((a, b) => milliseconds(a.startTime) - milliseconds(b.startTime))
  const [first] = sorted
  if (first === undefined) return ''
  const ids = new Set(sorted.map((span) => span.spanContext().spanId))
  // The parent of the first span may be in another process.
  const roots = sorted.filter((span) => !ids.has(span.parentSpanContext?.spanId ?? ''))
  const zero = milliseconds(first.startTime)
  const lines = roots.flatMap((root) => linesOf(root, sorted, { zero, indent: '', branch: '' }))
  const width = Math.max(...lines.map(({ text }) => text.length))
  return [
    `trace ${first.spanContext().traceId}`,
    ...lines.map(({ text, times }) => `${text.padEnd(width)}  ${times}`),
    '',
  ].join('\n')
}

interface Place {
  readonly zero: number
  /** In front of the lines below this one. */
  readonly indent: string
  /** In front of this line. */
  readonly branch: string
}

function linesOf(span: ReadableSpan, all: readonly ReadableSpan[], place: Place): Line[] {
  const { zero, indent, branch } = place
  const children = all.filter(
    (each) => each.parentSpanContext?.spanId === span.spanContext().spanId,
  )
  const statements = children.filter(isStatement)
  const others = children.filter((child) => !isStatement(child))
  const start = Math.round(milliseconds(span.startTime) - zero)
  const failure = span.status.message === undefined ? '' : `  ${span.status.message}`
  const lines: Line[] = [
    {
      text: `${branch}${span.name}`,
      times: `${`+${start}`.padStart(6)} ms ${duration([span])}${failure}`,
    },
  ]
  if (statements.length > 0) {
    const text = `${indent}${others.length === 0 ? '└─' : '├─'} ${statements.length} SQL statements`
    lines.push({ text, times: `${' '.repeat(9)} ${duration(statements)}` })
  }
  for (const [index, child] of others.entries()) {
    const isLast = index === others.length - 1
    lines.push(
      ...linesOf(child, all, {
        zero,
        branch: `${indent}${isLast ? '└─' : '├─'} `,
        indent: `${indent}${isLast ? '   ' : '│  '}`,
      }),
    )
  }
  return lines
}

/** Those of the instrumentation of `pg` have the older name. Connections from the pool have neither. */
function isStatement({ attributes }: ReadableSpan): boolean {
  return 'db.system.name' in attributes || 'db.system' in attributes
}

function duration(spans: readonly ReadableSpan[]): string {
  const sum = spans.reduce((total, span) => total + milliseconds(span.duration), 0)
  return `${sum.toFixed(1).padStart(8)} ms`
}

function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6
}
