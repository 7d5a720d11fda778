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
    this.#keep({ ...this.#kept, current: name })
  }

  write(name: string, program: string): void {
    this.#keep({ ...this.#kept, programs: { ...this.#kept.programs, [name]: program } })
  }

  setSolved(name: string): void {
    this.#keep({ ...this.#kept, solved: Array.from(new Set([...this.#kept.solved, name])) })
  }

  #keep(kept: Kept): void {
    this.#kept = kept
    try {
      localStorage.setItem(key, JSON.stringify(kept))
    } catch {
      // A browser that keeps nothing is one to practice in, too.
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
