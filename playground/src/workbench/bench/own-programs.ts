import type { Topology } from '../../picture/update.ts'

/** The queue or exchange that a learner's own program is about. */
export type Place =
  | { readonly kind: 'new queue' | 'queue'; readonly name: string }
  | {
      readonly kind: 'exchange'
      readonly name: string
      readonly type: string
      /** The key of its first binding. */
      readonly bindingKey: string
    }

const newQueue = 'my-queue'

type Places = Pick<Topology, 'exchanges' | 'queues' | 'bindings'>

/** What the learner's program can be about: what exists, or a new queue. */
export function placesIn({ exchanges, queues, bindings }: Places): readonly Place[] {
  const existing = queues.map(({ name }): Place => ({ kind: 'queue', name }))
  const sources = exchanges.map(({ name, type }): Place => {
    const bindingKey = bindings.find(({ source }) => source === name)?.routingKey ?? ''
    return { kind: 'exchange', name, type, bindingKey }
  })
  const places = [...existing, ...sources].filter(({ name }) => !/^(amq\.|$)/.test(name))
  const isTaken = queues.some(({ name }) => name === newQueue)
  return isTaken ? places : [...places, { kind: 'new queue', name: newQueue }]
}

/** The code that a learner's own program starts with. */
export const templates = {
  producer: (place: Place) => `// A producer of your own. The import is the client of this course.
import { Session } from '@messaging-patterns/shared'

await using session = await Session.open()
${destination(place)}

for (let i = 1; i <= 5; i++) {
  await ${sending(place)}
  console.log(\`sent message \${i}\`)
}
`,
  consumer: (place: Place) => `// A consumer of your own. The import is the client of this course.
import { Session } from '@messaging-patterns/shared'

await using session = await Session.open()
${destination(place)}${ownQueue(place)}
console.log('waiting for messages')

for await (const delivery of await queue.consume({ prefetch: 1 })) {
  console.log(\`received \${delivery.text()}\`)
  delivery.ack()
}
`,
} as const

export type Template = keyof typeof templates

/** The line that declares a new queue, or finds what exists whatever its options are. */
function destination(place: Place): string {
  const name = quoted(place.name)
  if (place.kind === 'new queue') return `const queue = await session.queue(${name})`
  const options = '{ passive: true }'
  const what =
    place.kind === 'exchange'
      ? `const exchange = await session.exchange(${name}, ${quoted(place.type)}, ${options})`
      : `const queue = await session.queue(${name}, ${options})`
  return `// passive: it exists already, and keeps its options.\n${what}`
}

function sending(place: Place): string {
  if (place.kind !== 'exchange') return 'queue.send(`message ${i}`)'
  // A key that the binding matches.
  const key = place.bindingKey.replaceAll(/[*#]/g, 'any')
  return `exchange.publish(${quoted(key)}, \`message \${i}\`)`
}

function ownQueue(place: Place): string {
  if (place.kind !== 'exchange') return ''
  const key = place.type === 'topic' ? '#' : place.bindingKey
  return `
// A queue of its own, which is deleted when the program ends.
const queue = await session.queue()
await queue.bind(exchange, ${quoted(key)})`
}

/** As a string in the code. */
function quoted(text: string): string {
  return /['\\\n]/.test(text) ? JSON.stringify(text) : `'${text}'`
}
