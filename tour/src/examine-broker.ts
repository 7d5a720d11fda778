import { maskText, MessagingError, pnpm, Session } from '@messaging-patterns/shared'

import { Admin } from './admin.ts'
import type { Finding } from './finding.ts'
import { counted, findLeft, type Left } from './left.ts'
import { shownByTour, type Lesson } from './lessons.ts'

export interface BrokerExamination {
  /** Somebody asked for this broker, so it has to be there. */
  readonly given: boolean
  readonly lessons: readonly Lesson[]
}

/** What earlier lessons have left on a broker, and whether it is in the way of these. */
export async function examineBroker(
  url: string,
  { given, lessons }: BrokerExamination,
): Promise<readonly Finding[]> {
  try {
    await using admin = await Admin.connect(url)
    await using session = await Session.open({ url, reconnectFor: 0 })
    const findings: Finding[] = given
      ? [{ state: 'good', text: `${admin.url}: ${admin.product} ${admin.version}` }]
      : []
    const left = await findLeft(admin, lessons)
    const option = given ? ` --url ${maskText(url)}` : ''
    for (const each of left) findings.push(...(await examineLeft(session, each, option)))
    if (findings.every(({ state }) => state === 'good'))
      findings.push({ state: 'good', text: `nothing of earlier lessons is in the way` })
    return findings
  } catch (error) {
    if (!(error instanceof MessagingError)) throw error
    // That nobody listens on localhost has been said.
    if (!given) return []
    const { message, remedy } = error
    return [{ state: 'bad', text: message, ...(remedy !== undefined && { remedy }) }]
  }
}

/** Declaring what is there already changes nothing: it is equal, or the broker says what is not. */
async function examineLeft(
  session: Session,
  { kind, name, lesson, state }: Left,
  option: string,
): Promise<readonly Finding[]> {
  const reset = `${pnpm} reset ${lesson.name}${option}`
  if (state === 'locked')
    return [
      {
        state: 'bad',
        text: `the queue "${name}" is exclusive to another connection`,
        remedy: 'end the program that declared it',
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
  const shown = shownByTour([lesson]).length > 0
  const text = shown ? `${holds}, so the tour does not run ${lesson.name}` : holds
  return [{ state: 'note', text, remedy: reset }]
}
