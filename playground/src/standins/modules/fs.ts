// Files in memory: they live as long as their program.
const files = new Map<string, string>()

function missing(path: string): Error {
  const error = new Error(`ENOENT: no such file or directory, open '${path}'`)
  return Object.assign(error, { code: 'ENOENT', path })
}

export function existsSync(path: string): boolean {
  return files.has(path)
}

export function readFileSync(path: string): string {
  const text = files.get(path)
  if (text === undefined) throw missing(path)
  return text
}

export function writeFileSync(path: string, text: string): void {
  files.set(path, text)
}

export function appendFileSync(path: string, text: string): void {
  files.set(path, (files.get(path) ?? '') + text)
}

export function renameSync(from: string, to: string): void {
  files.set(to, readFileSync(from))
  files.delete(from)
}
