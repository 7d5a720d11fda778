// `pnpm run doctor`: checks this machine and the broker, and suggests fixes.
import { defaultUrl } from '@messaging-patterns/shared'
import { paintFor } from '@messaging-patterns/shared/cli'

import { folderOption, givenUrl, parse } from './command/arguments.ts'
import { runCommand } from './command/run-command.ts'
import { checkBroker } from './doctor/check-broker.ts'
import { checkCompose, checkDocker, checkNode, checkPnpm } from './doctor/check-machine.ts'
import { checkAmqpPort, checkCluster, checkManagementPort } from './doctor/check-ports.ts'
import type { Finding } from './doctor/finding.ts'
import { findLessons } from './course/lessons.ts'

const paint = paintFor(process.stdout)
const marks = { good: paint('green', '✔'), note: paint('yellow', '-'), bad: paint('red', '✘') }

await runCommand(doctor)

async function doctor(argv: readonly string[]): Promise<number> {
  const args = parse(argv, {
    name: 'run doctor',
    describe: 'Checks this machine and the broker, and suggests fixes.',
    positionals: '',
    options: {
      json: { type: 'boolean', describe: 'Print one JSON object per line' },
      'amqp-port': { type: 'number', default: 5672, hidden: true },
      'cluster-ports': { type: 'array', default: [5681, 5682, 5683], hidden: true },
      'management-port': { type: 'number', default: 15_672, hidden: true },
      ...folderOption,
    },
    examples: [
      ['', 'check everything'],
      ['--url amqp://other-host', 'check another broker'],
    ],
  })
  if (typeof args === 'number') return args
  const show = args.json === true ? showJson : showText
  const lessons = await findLessons(args.folder)
  const given = givenUrl(args)
  const checks = [
    checkNode(),
    checkPnpm(),
    checkDocker(),
    checkCompose(),
    checkAmqpPort(args['amqp-port']),
    checkManagementPort(args['management-port']),
    checkCluster(args['cluster-ports'].map(Number)),
    checkBroker(given ?? defaultUrl, { isGiven: given !== undefined, lessons }),
  ]
  let failed = false
  for (const check of checks)
    for (const finding of await withNotes(check)) {
      show(finding)
      failed ||= finding.state === 'bad'
    }
  return failed ? 1 : 0
}

function showText({ state, text, remedy }: Finding): void {
  process.stdout.write(`${marks[state]} ${text}\n`)
  if (remedy !== undefined) process.stdout.write(`    ${paint('bold', remedy)}\n`)
}

function showJson(finding: Finding): void {
  process.stdout.write(`${JSON.stringify(finding)}\n`)
}

/** Waits, and says so every two seconds. */
async function withNotes<T>(check: Promise<T>): Promise<T> {
  const timer = setInterval(() => process.stderr.write('... still checking\n'), 2000)
  try {
    return await check
  } finally {
    clearInterval(timer)
  }
}
