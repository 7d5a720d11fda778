export function unescape(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function parse(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}
