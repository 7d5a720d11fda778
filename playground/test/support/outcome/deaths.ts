import type { Death } from '../../../src/scenes/stage/scene.ts'

/** The header x-death without its times. */
export function deathsOf(headers: Readonly<Record<string, unknown>>): readonly Death[] {
  const { 'x-death': deaths } = headers
  if (!Array.isArray(deaths)) return []
  return deaths.map((death: Readonly<Record<string, unknown>>) => ({
    queue: String(death['queue']),
    reason: String(death['reason']),
    count: Number(death['count']),
  }))
}
