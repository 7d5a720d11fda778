// Lesson 12, the client: calls a task by its name, wherever it runs, and waits for the result.
import { Session } from '@messaging-patterns/shared'

import { runCall } from './command-line.ts'
import { tasks } from './kitchen.ts'

await runCall(async ({ args, broker, signal, print }) => {
  await using session = await Session.open(broker)
  await using connected = await tasks.connect(session)

  const task = tasks.remote<(...args: unknown[]) => unknown>(args.task)
  const result = await connected.send(task.s(...args.args.map(valueOf)), {
    countdown: args.countdown * 1000,
    ...(args.expires !== undefined && { expires: args.expires * 1000 }),
  })

  // The broker has the task.
  print(`${task.name} PENDING`, { event: 'state', id: result.id, state: 'PENDING' })

  const waiting = { timeout: args.timeout * 1000, signal }
  try {
    // Each state that a worker reports. The last one is SUCCESS, FAILURE or REVOKED.
    for await (const { state, value, failure } of result.updates(waiting)) {
      const text = failure?.message ?? JSON.stringify(value)
      print(`${task.name} ${state}: ${text}`, { event: 'state', id: result.id, state, value })
    }
    await result.get(waiting)
  } catch (error) {
    // After Ctrl-C, the task continues without us.
    if (!signal.aborted) throw error
  }
})

/** Parses an argument as JSON; if it is not valid JSON, it is a string. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
