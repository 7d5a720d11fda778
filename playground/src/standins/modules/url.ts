const { URL, URLSearchParams } = globalThis
export { URL, URLSearchParams }

export function fileURLToPath(url: string | URL): string {
  return new URL(url).pathname
}
