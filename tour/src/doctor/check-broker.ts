import { maskText, MessagingError, pnpm, Session } from '@messaging-patterns/shared'

import { Admin } from '../broker/admin.ts'
import { counted, findLeftovers, type Leftover } from '../broker/leftovers.ts'
import type { Lesson } from '../course/lessons.ts'
import type { Finding } from './finding.ts'

export interface BrokerCheck {
  /** Whether the user named this broker, so that it must be running. */
  readonly isGiven: boolean
  readonly lessons: readonly Lesson[]
}

/** Whether something that earlier lessons have left on the broker gets in the way. */
export async function checkBroker(
  url: string,
  { isGiven, lessons }: BrokerCheck,
): Promise<readonly Finding[]> {
  try {
    await using admin = await Admin.connect(url)
    await using session = await Session.open({ url, reconnectFor: 0 })
    const findings: Finding[] = isGiven
      ? [{ state: 'good', text: `${admin.url}: ${admin.product} ${admin.version}` }]
      : []
    const option = isGiven ? ` --url ${maskText(url)}` : ''
    for (const leftover of await findLeftovers(admin, lessons))
      findings.push(...(await checkLeftover(session, leftover, option)))
    if (findings.every(({ state }) => state === 'good'))
      findings.push({ state: 'good', text: 'nothing from earlier lessons is in the way' })
    return findings
  } catch (error) {
    if (!(error instanceof MessagingError)) throw error
    // The check of the port has already said that nothing is listening on localhost.
    if (!isGiven) return []
    const { message, remedy } = error
    return [{ state: 'bad', text: message, ...(remedy !== undefined && { remedy }) }]
  }
}

/** Declaring an existing queue changes nothing: it is equal, or the broker names the difference. */
async function checkLeftover(
  session: Session,
  { kind, name, lesson, state }: Leftover,
  option: string,
): Promise<readonly Finding[]> {
  const reset = `${pnpm} reset ${lesson.name}${option}`
  if (state === 'locked')
    return [
      {
        state: 'bad',
        text: `the queue "${name}" is exclusive to another connection`,
        remedy: 'stop the program that declared it',
      },
    ]
  const { queues = {}, exchanges = {} } = lesson.declares
  try {
    if (kind === 'queue') await session.queue(name, queues[name])
    const exchange = exchanges[name]
    if (kind === 'exchange' && exchange !== undefined)
      await session.exchange(name, exchange.kind, exchange)
  } catch (error) {
    if (!(error instanceof MessagingError)) throw error
    return [{ state: 'bad', text: error.message, remedy: reset }]
  }
  if (state.messages === 0) return []
  const holds = `the queue "${name}" holds ${counted(state.messages, 'message')}`
  const inTour = lesson.notInTour === undefined
  const text = inTour ? `${holds}, so the tour does not run ${lesson.name}` : holds
  return [{ state: 'note', text, remedy: reset }]
}
