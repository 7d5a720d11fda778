/** The counts for one fault: a row of the table. */
export interface Row {
  readonly sent: number
  /** Messages that the broker confirmed, so it must not lose them. */
  readonly confirmed: number
  /** The number of different messages that arrived. */
  readonly received: number
  /** The number of messages that arrived again. */
  readonly duplicates: number
  /** Messages that were confirmed and never received. */
  readonly lost: number
  /** The time from the fault until a later message arrives, or the last one that it delayed. */
  readonly recovery: number | undefined
}

/** The state of a message. */
const known = { confirmed: 1, received: 2 }

/** Counts messages. Each is identified by its number in the order of sending. */
export class Tally {
  /** One byte per message, so that millions of them do not look like a memory leak in the soak test. */
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

  /** Messages that were confirmed but have not arrived. */
  get missing(): readonly number[] {
    const missing: number[] = []
    for (let i = 0; i < this.#sent; i++) if (this.#known[i] === known.confirmed) missing.push(i)
    return missing
  }

  /** Whether every confirmed message has arrived. */
  get complete(): boolean {
    return this.#received >= this.#confirmed && this.missing.length === 0
  }

  /** Returns the number of the next message to send. */
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

  /** Returns 1 if the state changed, else 0. */
  #learn(message: number, fact: number): number {
    const before = this.#known[message] ?? 0
    this.#known[message] = before | fact
    return (before & fact) === 0 ? 1 : 0
  }

  /** Counts duplicates that a program detected but did not print. */
  repeat(arrivals: number): void {
    this.#arrivals += arrivals
  }

  /** Marks the time of the fault. `next` is the first message sent after it. */
  fault(next = this.#sent): void {
    this.#faultAt = performance.now()
    this.#firstAfter = next
    this.#recoveredAt = undefined
  }

  /** Marks the recovery, unless a message sent after the fault has already shown it. */
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
