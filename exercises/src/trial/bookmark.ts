import type { Trial } from './trial.ts'

/** Plays the part of the bookmark in world.ts: it keeps an offset when the programs are killed. */
export class Bookmark {
  /** The offset that was saved last. */
  offset: number | undefined

  constructor(trial: Trial) {
    trial.world('load', () => this.offset)
    trial.world('save', ({ about }) => {
      this.offset = Number(about)
    })
  }

  /** What it says, for the orders 1, 2 and so on. */
  get text(): string {
    return this.offset === undefined
      ? 'the bookmark is empty'
      : `the bookmark has offset ${this.offset}, which is that of order ${this.offset + 1}`
  }
}
