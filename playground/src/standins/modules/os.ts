export const constants = { signals: { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 } }

export function hostname(): string {
  return 'page'
}

export function loadavg(): readonly number[] {
  return [0, 0, 0]
}
