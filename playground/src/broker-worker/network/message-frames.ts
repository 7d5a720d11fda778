/** What a part of the bytes begins with: a message, the answer to one that was published, or neither. */
export type PartKind = 'delivery' | 'answer' | 'other'

export interface Part {
  readonly kind: PartKind
  readonly bytes: Uint8Array<ArrayBuffer>
}

const [methodFrame, basicClass] = [1, 60]
/** Type, channel, size; and one byte at the end. */
const [headerSize, endSize] = [7, 1]
const kinds: ReadonlyMap<number, PartKind> = new Map([
  // basic.deliver and basic.get-ok
  [60, 'delivery'],
  [71, 'delivery'],
  // basic.return, basic.ack and basic.nack
  [50, 'answer'],
  [80, 'answer'],
  [120, 'answer'],
])

/** Cuts what the broker sends to a client before each message and each answer. */
export class MessageFrames {
  /** How much of the last frame is still to come. */
  #rest = 0

  cut(bytes: Uint8Array<ArrayBuffer>): readonly Part[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const cuts: { readonly kind: PartKind; readonly at: number }[] = [{ kind: 'other', at: 0 }]
    let at = this.#rest
    while (at + headerSize + 4 <= bytes.length) {
      const isBasic = view.getUint8(at) === methodFrame && view.getUint16(at + 7) === basicClass
      const kind = isBasic ? kinds.get(view.getUint16(at + 9)) : undefined
      if (kind !== undefined) cuts.push({ kind, at })
      at += headerSize + view.getUint32(at + 3) + endSize
    }
    this.#rest = Math.max(0, at - bytes.length)
    return cuts.flatMap(({ kind, at: start }, i) => {
      const part = bytes.slice(start, cuts[i + 1]?.at)
      return part.length === 0 ? [] : [{ kind, bytes: part }]
    })
  }
}
