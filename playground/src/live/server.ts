import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'

import type { Update } from '../picture/update.ts'
import type { Bundle } from './bundle.ts'

/** What the page says about the broker. */
export interface About {
  readonly broker: string
  readonly text: string
}

/** A page that reads slower than this many bytes behind is disconnected; it connects again. */
const mostBehind = 4_000_000

/** The host names of a page on this machine. Any other one is a site that tries to read it. */
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/** Serves the page, on this machine only, and sends it what happens. */
export class PageServer implements AsyncDisposable {
  readonly #files: ReadonlyMap<string, readonly [type: string, text: string]>
  readonly #server = createServer((request, response) => this.#answer(request, response))
  readonly #pages = new Set<ServerResponse>()
  #about: About = { broker: 'Live', text: 'Connecting' }
  #current: (() => Update) | undefined
  #notice = ''

  private constructor({ html, script, style }: Bundle) {
    this.#files = new Map([
      ['/', ['text/html', html]],
      ['/page.js', ['text/javascript', script]],
      ['/page.css', ['text/css', style]],
    ])
  }

  /** Rejects if the port is in use. */
  static async listen(bundle: Bundle, port: number): Promise<PageServer> {
    const server = new PageServer(bundle)
    server.#server.listen(port, '127.0.0.1')
    try {
      await once(server.#server, 'listening')
    } catch (error) {
      if (Object(error).code !== 'EADDRINUSE') throw error
      throw new Error(`port ${port} is in use; choose another one with --port`, { cause: error })
    }
    return server
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`
  }

  /** Shows a broker from now on. */
  show(about: About, current: () => Update): void {
    this.#about = about
    this.#current = current
    for (const page of this.#pages) this.#begin(page)
  }

  update(update: Update): void {
    this.#send('update', update)
  }

  notice(text: string): void {
    if (text === this.#notice) return
    this.#notice = text
    this.#send('notice', text)
  }

  status(text: string): void {
    this.#send('status', text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  #answer({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    const file = this.#files.get(url)
    if (!loopback.test(headers.host ?? '')) response.writeHead(403).end()
    else if (url === '/updates') this.#open(response)
    else if (file === undefined) response.writeHead(404).end()
    else {
      const policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
      const type = `${file[0]}; charset=utf-8`
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy })
      response.end(file[1])
    }
  }

  #open(page: ServerResponse): void {
    page.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    this.#pages.add(page)
    page.on('close', () => this.#pages.delete(page))
    this.#begin(page)
  }

  #begin(page: ServerResponse): void {
    page.write(event('about', this.#about))
    page.write(event('notice', this.#notice))
    if (this.#current !== undefined) page.write(event('update', this.#current()))
  }

  #send(name: string, data: unknown): void {
    if (this.#pages.size === 0) return
    const text = event(name, data)
    for (const page of this.#pages)
      if (page.writableLength > mostBehind) page.destroy()
      else page.write(text)
  }
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
