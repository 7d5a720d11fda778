import { plainDialect } from './expectation.ts'
import type { HistoryEntry } from '../history/history.ts'
import type { TestMessage } from '../history/test-message.ts'
import { Witness, type WitnessParts } from './witness.ts'

/** An exchange, as a test sees it. It need not exist yet. */
export class TestExchange extends Witness<'published'> {
  readonly title: string

  constructor(name: string, parts: WitnessParts) {
    super(name, parts)
    this.title = name === '' ? 'the default exchange' : `exchange "${name}"`
  }

  /** All messages that clients have published to it so far, in order, also those that no queue got. */
  get published(): readonly TestMessage[] {
    return this.find({ what: 'published', body: undefined, details: {} }, plainDialect)
  }

  protected override assertPossible(): void {
    // A message can be published to any exchange.
  }

  protected override isAbout({ exchange }: HistoryEntry): boolean {
    return exchange === this.name
  }

  protected override describeState(): string {
    return ''
  }
}
