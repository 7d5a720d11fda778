/** What became of the messages of one fault: a row of the table. */
export interface Row {
  readonly sent: number
  /** Those that the broker has taken over: from here on it answers for them. */
  readonly confirmed: number
  /** How many different messages arrived. */
  readonly received: number
  /** How many times one arrived that had arrived before. */
  readonly duplicates: number
  /** Confirmed, and never received. */
  readonly lost: number
  /** From the fault until a message that was sent after it arrives, or the last one that it held up. */
  readonly recovery: number | undefined
}

/** Counts messages by their names, which are numbers in the order in which they were sent. */
export class Tally {
  readonly #confirmed = new Set<number>()
  readonly #received = new Map<number, number>()
  #sent = 0
  #arrivals = 0
  #faultAt: number | undefined
  #firstAfter = Infinity
  #recoveredAt: number | undefined

  get sent(): number {
    return this.#sent
  }

  get confirmed(): number {
    return this.#confirmed.size
  }

  get received(): number {
    return this.#received.size
  }

  get duplicates(): number {
    return this.#arrivals - this.#received.size
  }

  /** The messages that were confirmed and have not arrived. */
  get missing(): readonly number[] {
    return [...this.#confirmed].filter((message) => !this.#received.has(message))
  }

  /** Whether all has arrived that was confirmed. */
  get complete(): boolean {
    return this.#received.size >= this.#confirmed.size && this.missing.length === 0
  }

  /** The next message. */
  next(): number {
    return this.#sent++
  }

  confirm(message: number): void {
    this.#confirmed.add(message)
  }

  receive(message: number): void {
    if (!(message >= 0 && message < this.#sent)) throw new Error(`nobody sent ${message}`)
    this.#arrivals += 1
    this.#received.set(message, (this.#received.get(message) ?? 0) + 1)
    if (message >= this.#firstAfter) this.recovered()
  }

  /** How often each message has arrived, of those that have. */
  times(message: number): number {
    return this.#received.get(message) ?? 0
  }

  /** The fault begins to be noticed: recovery is timed from here. */
  fault(): void {
    this.#faultAt = performance.now()
    this.#firstAfter = this.#sent
    this.#recoveredAt = undefined
  }

  /** All is as it was before; a message sent after the fault says so by itself. */
  recovered(): void {
    this.#recoveredAt ??= performance.now()
  }

  get hasRecovered(): boolean {
    return this.#recoveredAt !== undefined
  }

  row(): Row {
    const [from, to] = [this.#faultAt, this.#recoveredAt]
    return {
      sent: this.sent,
      confirmed: this.confirmed,
      received: this.received,
      duplicates: this.duplicates,
      lost: this.missing.length,
      recovery: from === undefined || to === undefined ? undefined : to - from,
    }
  }
}
