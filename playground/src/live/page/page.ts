// The page of `pnpm live`: a picture that is fed with server-sent events.
import { drawPicture, type Update } from '../../picture/picture.ts'
import type { About } from '../server.ts'

function find<E extends HTMLElement>(selector: string, type: new () => E): E {
  const element = document.querySelector(selector)
  if (element instanceof type) return element
  throw new Error(`the page has no ${selector}`)
}

const dark = matchMedia('(prefers-color-scheme: dark)')
const follow = (): boolean => document.documentElement.classList.toggle('dark', dark.matches)
dark.addEventListener('change', follow)
follow()

const picture = drawPicture(find('main', HTMLElement), { label: 'The broker, live' })
for (const input of document.querySelectorAll('input'))
  input.addEventListener('change', () => picture.setRate(Number(input.value)))

const events = new EventSource('/updates')
const status = find('#about', HTMLElement)

/** What the server sends, by the name of its event. */
interface Sent {
  readonly about: About
  readonly update: Update
  readonly notice: string
  readonly status: string
}

function on<N extends keyof Sent>(name: N, listener: (data: Sent[N]) => void): void {
  events.addEventListener(name, ({ data }: MessageEvent<string>) => {
    const sent: Sent[N] = JSON.parse(data)
    listener(sent)
  })
}

on('about', ({ broker, text }) => {
  find('#broker', HTMLElement).textContent = broker
  document.title = `Live: ${broker}`
  status.textContent = text
  // What the picture knows may be of a broker that has been restarted.
  picture.clear()
})
on('update', (update) => picture.update(update))
on('notice', (text) => picture.setNotice(text))
on('status', (text) => {
  status.textContent = text
})
events.addEventListener('error', () => {
  status.textContent = 'pnpm live has ended, or does not answer'
})
