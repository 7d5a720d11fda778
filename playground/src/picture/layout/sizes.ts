import { queueTraits } from '../state/words.ts'
import type { GraphNode } from './graph.ts'

/** How much room there is, and which way messages move: to the right or, on a phone, down. */
export interface Frame {
  readonly width: number
  readonly down: boolean
}

export interface Size {
  readonly width: number
  readonly height: number
}

/** The widths of characters in names, and in names that have little room. */
const monoWidth = 7.3
const smallWidth = 6.05
const padding = 14

/** Between the nodes of a column on a phone, which is a row there. */
export const gapOnPhone = 8
/** Has room for the end of a name. */
const narrowest = 72

export function frameOf(width: number): Frame {
  return { width, down: width < 560 }
}

/** The size of a node. On a phone, it has to fit into its share of the row, with the gap after it. */
export function sizeOf(node: GraphNode, frame: Frame, share: number): Size {
  const size = fullSizeOf(node, frame)
  const most = Math.max(narrowest, share - gapOnPhone)
  return frame.down ? { ...size, width: Math.min(size.width, most) } : size
}

function fullSizeOf(node: GraphNode, frame: Frame): Size {
  switch (node.kind) {
    case 'program':
      return { width: choose(frame, [104, 122, 150]), height: node.consumes ? 78 : 42 }
    case 'exchange': {
      const { name } = node.exchange
      if (name === '') return { width: choose(frame, [104, 112, 112]), height: 26 }
      const needed = name.length * monoWidth + 2 * padding
      return { width: clamp(needed, 84, choose(frame, [150, 136, 190])), height: 46 }
    }
    case 'queue': {
      // On a phone, a second line has the unacknowledged messages.
      const hasTwoLines = frame.down || queueTraits(node.queue.queue).length > 0
      return { width: choose(frame, [106, 178, 250]), height: hasTwoLines ? 98 : 84 }
    }
  }
}

/** On a phone, in a text, or on a whole screen. */
function choose(
  { down, width }: Frame,
  [phone, text, screen]: readonly [number, number, number],
): number {
  if (down) return phone
  return width < 960 ? text : screen
}

/** From the border of a narrow node, and of any other one, to its texts. */
export function insetOf(width: number): number {
  return width < 110 ? 6 : 11
}

/** A name as it is drawn. */
export interface Fitted {
  /** Two if it has room for them. */
  readonly lines: readonly string[]
  /** Whether it is drawn with smaller letters. */
  readonly isSmall: boolean
}

/**
 * A name in the room that a node has for it: if necessary with smaller letters, then on two lines, and cut only
 * if that is too long, too.
 */
export function fitName(name: string, width: number): Fitted {
  const inset = insetOf(width)
  if (fit(name, width - inset - 7) === name) return { lines: [name], isSmall: false }
  const room = width - inset - 4
  const cut = fit(name, room, smallWidth)
  const lines = cut === name ? undefined : twoLines(name, Math.floor(room / smallWidth))
  return { lines: lines ?? [cut], isSmall: true }
}

/** The lines of a name that is broken after a word, if both fit into `room` characters. */
function twoLines(name: string, room: number): readonly string[] | undefined {
  const ends = [...name.matchAll(/[ ._@-](?=.)/g)].map(({ index }) => index + 1)
  const longest = (end: number): number => Math.max(end, name.length - end)
  const [best] = ends.toSorted((a, b) => longest(a) - longest(b))
  if (best === undefined || longest(best) > room) return undefined
  return [name.slice(0, best), name.slice(best)]
}

/**
 * As much of a text as fits into a width. The last parts of `retries.parked` tell more than the first one, and
 * names of other kinds often differ only at their ends.
 */
export function fit(text: string, width: number, characterWidth = monoWidth): string {
  const room = Math.floor(width / characterWidth)
  if (text.length <= room) return text
  const rest = Math.max(1, room - 1)
  const hasParts = /^(?!amq\.gen)[\w-]+\.[\w.-]+$/.test(text)
  if (hasParts) return `…${text.slice(-rest).replace(/^[^.]*\./, '')}`
  const end = Math.floor(rest / 3)
  return `${text.slice(0, rest - end)}…${text.slice(text.length - end)}`
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}
