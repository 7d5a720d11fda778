/** Parses JSON that another program of the benchmark wrote, so the caller knows its type. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the type
export function readJson<T>(text: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own program wrote it
  return JSON.parse(text) as T
}
