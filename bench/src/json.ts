/** Reads what another program of the bench wrote, whose form both know. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows the form
export function readJson<T>(text: string): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- and it is ours
  return JSON.parse(text) as T
}
