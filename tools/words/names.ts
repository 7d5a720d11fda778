import type { Rule } from './rule.ts'

/** Names in the code for which AMQP, RabbitMQ or everyday engineering has a word. */
export const names: readonly Rule[] = [
  { avoid: /\blanes?\b/, write: 'column, channel, priority level', wrong: ['class Lane {'] },
  { avoid: /\bloans?\b/, write: 'unacked delivery', wrong: ['interface Loan {'] },
  {
    avoid: /\bresidents?\b(?! (set|memory)\b)/,
    write: 'resumable, what it is that comes back',
    wrong: ['interface Resident {'],
    right: ['the resident set size', 'its resident memory'],
  },
  { avoid: /\bbur(y|ies|ied)\b/, write: 'dead-letter, discard', wrong: ['this.bury(entry)'] },
  {
    avoid: /\bholders?\b/,
    write: 'consumer, channel',
    wrong: ['class Holder {'],
    right: ['a placeholder'],
  },
  {
    avoid: /\breclaim(s|ed|ing)?\b(?! (disk|memory|space)\b)/,
    write: 'requeue',
    wrong: ['this.reclaim(loan)'],
    right: ['to reclaim memory'],
  },
  {
    avoid: /\btell\(/,
    write: 'emit, notify',
    wrong: ['this.#tell(event)'],
    right: ['we tell (see below)'],
  },
  { avoid: /\bleave\(/, write: 'disconnect, abandon, cancel', wrong: ['connection.leave(reason)'] },
  { avoid: /\bhears\(/, write: 'hasListeners', wrong: ['events.hears(name)'] },
  { avoid: /\bputBack\b/, write: 'requeue', wrong: ['queue.putBack(entry)'] },
  {
    avoid: /\b(Shared|Consumer|SingleActive)Line\b/,
    write: 'consumer list',
    wrong: ['class SharedLine {'],
  },
  { avoid: /\btakenBy\b/, write: 'deliveredTo', wrong: ['entry.takenBy'] },
]
