import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import type { User } from '../access/users.ts'
import { ApiError } from './format/api-error.ts'
import { Reply } from './format/reply.ts'

/** One file, which is neither compiled nor bundled. It asks the API for everything that it shows. */
const file = new URL('../../page/index.html', import.meta.url)

let read: Reply | undefined

/**
 * The page for people, at the root of the management port. It needs a login, although it contains
 * nothing: a browser that has logged in to / sends the same credentials to /api/.
 */
export function page(path: string, login: () => User | Reply): Reply | undefined {
  if (path !== '/') return undefined
  if (!isAllowed(login)) return askForLogin()
  read ??= readPage()
  return read
}

function isAllowed(login: () => User | Reply): boolean {
  try {
    return !(login() instanceof Reply)
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}

/** What a browser shows if its dialog is canceled. */
function askForLogin(): Reply {
  const headers = {
    ...htmlHeaders,
    'www-authenticate': 'Basic realm="RabbitMQ Management", charset="UTF-8"',
  }
  const text =
    'This page needs a user of the broker with the tag management. Usually that is guest, with ' +
    'the password guest. Reload the page to log in.'
  return new Reply(401, headers, `<!doctype html><title>Log in</title><p>${text}</p>`)
}

function readPage(): Reply {
  // Git may have changed the line ends on Windows; browsers hash what they have read.
  const html = readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(html, 'script')}`,
    `style-src ${hashOf(html, 'style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return new Reply(200, { ...htmlHeaders, 'content-security-policy': policy.join('; ') }, html)
}

const htmlHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'x-content-type-options': 'nosniff',
}

/** The browser runs the script of the page, and no other that a name of a queue might smuggle in. */
function hashOf(html: string, tag: string): string {
  const [, inside = ''] = new RegExp(`<${tag}>(.*)</${tag}>`, 's').exec(html) ?? []
  return `'sha256-${createHash('sha256').update(inside).digest('base64')}'`
}
