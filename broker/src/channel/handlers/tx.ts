import { preconditionFailed } from '../../protocol/faults.ts'
import type { Channel } from '../channel.ts'
import { Transaction } from '../transaction.ts'

export function select(channel: Channel): void {
  if (channel.confirms !== undefined)
    throw preconditionFailed('cannot switch from confirm to tx mode')
  channel.transaction ??= new Transaction()
  channel.send('tx.select-ok', {})
}

export function commit(channel: Channel): void {
  if (!transactionOf(channel).commit()) throw preconditionFailed('partial tx completion')
  channel.send('tx.commit-ok', {})
}

export function rollback(channel: Channel): void {
  channel.unacked.restore(transactionOf(channel).rollback())
  channel.send('tx.rollback-ok', {})
}

function transactionOf(channel: Channel): Transaction {
  if (channel.transaction === undefined) throw preconditionFailed('channel is not transactional')
  return channel.transaction
}
