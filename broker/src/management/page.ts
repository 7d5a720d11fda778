import { Reply } from './format/reply.ts'

/** The page for people, at the root of the management port. */
export function page(path: string): Reply | undefined {
  if (path !== '/') return undefined
  const html = '<!doctype html><title>Management API</title><p>The API is below <code>/api/</code>.'
  return new Reply(200, { 'content-type': 'text/html; charset=utf-8' }, html)
}
