/**
 * The numbered messages of the course, from 0: `0 2026-11-20 08:06:22.123 - Basic - Hello World`.
 * All of them carry the time at which the series began.
 */
export function* series(text: string, count: number): Generator<string, void, undefined> {
  const now = localTime(new Date())
  for (let i = 0; i < count; i++) yield `${i} ${now} - ${text}`
}

function localTime(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().replace('T', ' ').replace('Z', '')
}
