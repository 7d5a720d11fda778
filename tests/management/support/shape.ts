/**
 * The types of the fields that RabbitMQ 4.3 answers. A question mark stands for a field that is not
 * always there: most statistics, for example, appear after up to five seconds.
 */
export type Shape = Readonly<Record<string, string>>

export const details = (...names: readonly string[]): Shape =>
  Object.fromEntries(names.map((name) => [`${name}_details`, 'object?']))

export const ofErlang: Shape = {
  garbage_collection: 'object?',
  reductions: 'number?',
  ...details('reductions'),
}
