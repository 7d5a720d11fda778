/** The code that a learner's own program starts with. */
export const templates = {
  producer: `// A producer of your own. The import is the client of this course.
import { Session } from '@messaging-patterns/shared'

await using session = await Session.open()
const queue = await session.queue('my-queue')

for (let i = 1; i <= 5; i++) {
  await queue.send(\`message \${i}\`)
  console.log(\`sent message \${i}\`)
}
`,
  consumer: `// A consumer of your own. The import is the client of this course.
import { Session } from '@messaging-patterns/shared'

await using session = await Session.open()
const queue = await session.queue('my-queue')
console.log('waiting for messages')

for await (const delivery of await queue.consume({ prefetch: 1 })) {
  console.log(\`received \${delivery.text()}\`)
  delivery.ack()
}
`,
} as const

export type Template = keyof typeof templates
