// `pnpm run doctor`: what a machine and a broker have for the course, and what mends what is amiss.
import { defaultUrl } from '@messaging-patterns/shared'

import { parse, urlOf } from './arguments.ts'
import { examineBroker } from './examine-broker.ts'
import { examineCompose, examineDocker, examineNode, examinePnpm } from './examine-machine.ts'
import { examineAmqpPort, examineCluster, examineManagementPort } from './examine-ports.ts'
import type { Finding } from './finding.ts'
import { findLessons } from './lessons.ts'
import { paintFor } from './paint.ts'
import { run } from './run.ts'

const paint = paintFor(process.stdout)
const marks = { good: paint('✔', 'green'), note: paint('-', 'yellow'), bad: paint('✘', 'red') }

await run(main)

async function main(argv: readonly string[]): Promise<number> {
  const args = parse(argv, {
    name: 'run doctor',
    describe: 'Looks at this machine and at the broker, and says what mends what is amiss.',
    words: '',
    options: {
      json: { type: 'boolean', describe: 'Print one JSON object a line' },
      'amqp-port': { type: 'number', default: 5672, hidden: true },
      'cluster-ports': { type: 'array', default: [5681, 5682, 5683], hidden: true },
      'management-port': { type: 'number', default: 15_672, hidden: true },
      folder: { type: 'string', hidden: true, describe: 'Where the lessons are' },
    },
    examples: [
      ['', 'a look at all'],
      ['--url amqp://other-host', 'with another broker'],
    ],
  })
  if (typeof args === 'number') return args
  const show = args.json === true ? showJson : showText
  const lessons = await findLessons(args.folder)
  const given = urlOf(args)
  const examinations = [
    examineNode(),
    examinePnpm(),
    examineDocker(),
    examineCompose(),
    examineAmqpPort(args['amqp-port']),
    examineManagementPort(args['management-port']),
    examineCluster(args['cluster-ports'].map(Number)),
    examineBroker(given ?? defaultUrl, { given: given !== undefined, lessons }),
  ]
  let ill = false
  for (const examination of examinations)
    for (const finding of await shownToLive(examination)) {
      show(finding)
      ill ||= finding.state === 'bad'
    }
  return ill ? 1 : 0
}

function showText({ state, text, remedy }: Finding): void {
  process.stdout.write(`${marks[state]} ${text}\n`)
  if (remedy !== undefined) process.stdout.write(`    ${paint(remedy, 'bold')}\n`)
}

function showJson(finding: Finding): void {
  process.stdout.write(`${JSON.stringify(finding)}\n`)
}

/** Waits, and after two seconds of it says so. */
async function shownToLive<T>(examination: Promise<T>): Promise<T> {
  const timer = setInterval(() => process.stderr.write('... still looking\n'), 2000)
  try {
    return await examination
  } finally {
    clearInterval(timer)
  }
}
