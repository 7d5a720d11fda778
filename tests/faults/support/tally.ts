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

/** What is known of a message. */
const known = { confirmed: 1, received: 2 }

/** Counts messages by their names, which are numbers in the order in which they were sent. */
export class Tally {
  /** A byte a message: it must hold millions, and not look like a leak of who sends them. */
  #known = new Uint8Array(1 << 16)
  #confirmed = 0
  #received = 0
  #sent = 0
  #arrivals = 0
  #faultAt: number | undefined
  #firstAfter = Infinity
  #recoveredAt: number | undefined

  get sent(): number {
    return this.#sent
  }

  get confirmed(): number {
    return this.#confirmed
  }

  get received(): number {
    return this.#received
  }

  get duplicates(): number {
    return this.#arrivals - this.#received
  }

  /** The messages that were confirmed and have not arrived. */
  get missing(): readonly number[] {
    const missing: number[] = []
    for (let i = 0; i < this.#sent; i++) if (this.#known[i] === known.confirmed) missing.push(i)
    return missing
  }

  /** Whether all has arrived that was confirmed. */
  get complete(): boolean {
    return this.#received >= this.#confirmed && this.missing.length === 0
  }

  /** The next message. */
  next(): number {
    if (this.#sent === this.#known.length) {
      const larger = new Uint8Array(this.#known.length * 2)
      larger.set(this.#known)
      this.#known = larger
    }
    return this.#sent++
  }

  confirm(message: number): void {
    this.#confirmed += this.#learn(message, known.confirmed)
  }

  receive(message: number): void {
    if (!(message >= 0 && message < this.#sent)) throw new Error(`nobody sent ${message}`)
    this.#arrivals += 1
    this.#received += this.#learn(message, known.received)
    if (message >= this.#firstAfter) this.recovered()
  }

  /** 1 if that is news. */
  #learn(message: number, fact: number): number {
    const before = this.#known[message] ?? 0
    this.#known[message] = before | fact
    return (before & fact) === 0 ? 1 : 0
  }

  /** So many arrived again that a program has not shown. */
  repeat(arrivals: number): void {
    this.#arrivals += arrivals
  }

  /** The fault is there: from here recovery is timed. `next` is the first message sent after it. */
  fault(next = this.#sent): void {
    this.#faultAt = performance.now()
    this.#firstAfter = next
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
