const key = 'messaging-patterns-exercises'

interface Kept {
  readonly current?: string
  readonly programs: Readonly<Record<string, string>>
  readonly solved: readonly string[]
}

const nothing: Kept = { programs: {}, solved: [] }

/** What the learner has written and solved. The browser keeps it. */
export class Progress {
  #kept = read()
  /** Whether the browser keeps what is written. */
  #isKept = true

  get current(): string | undefined {
    return this.#kept.current
  }

  programOf(name: string): string | undefined {
    return this.#kept.programs[name]
  }

  isSolved(name: string): boolean {
    return this.#kept.solved.includes(name)
  }

  open(name: string): void {
    this.#keep((kept) => ({ ...kept, current: name }))
  }

  write(name: string, program: string): void {
    this.#keep((kept) => ({ ...kept, programs: { ...kept.programs, [name]: program } }))
  }

  setSolved(name: string): void {
    this.#keep((kept) => ({ ...kept, solved: Array.from(new Set([...kept.solved, name])) }))
  }

  /** Changes what is kept now: another tab may have written since we read. */
  #keep(change: (kept: Kept) => Kept): void {
    this.#kept = change(this.#isKept ? read() : this.#kept)
    try {
      localStorage.setItem(key, JSON.stringify(this.#kept))
    } catch {
      // A browser that keeps nothing is one to practice in, too.
      this.#isKept = false
    }
  }
}

function read(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was written above
    return { ...nothing, ...(kept as Partial<Kept> | null) }
  } catch {
    return nothing
  }
}
