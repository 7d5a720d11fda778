import { fileURLToPath } from 'node:url'

/** A client library as a program of its own, which src/clients/serve.ts or serve.py describes. */
export interface Client {
  readonly name: string
  readonly command: () => readonly string[] | undefined
}

const folder = fileURLToPath(new URL('clients/', import.meta.url))

/** Who takes part in the rows of clients, in the order of the tables. */
export const clients: readonly Client[] = [
  node('shared', 'shared.ts'),
  node('amqplib', 'amqplib.ts'),
]

/** The one that the others are compared with. */
export const referenceClient = 'amqplib'

function node(name: string, file: string, ...args: readonly string[]): Client {
  return { name, command: () => [process.execPath, '--import', 'tsx', folder + file, ...args] }
}
