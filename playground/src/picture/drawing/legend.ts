import { html } from './svg.ts'

/** What the colors and lines mean, by the classes of their samples. */
const meanings = {
  message: 'message',
  again: 'redelivered',
  dead: 'dead-lettered or dropped',
  unacked: 'delivered, unacked',
  ack: 'ack',
  way: 'path of dead letters',
} as const

/** Explains the colors and lines of a picture, in one line. */
export function legend(): HTMLElement {
  const items = Object.entries(meanings).map(([name, text]) =>
    html('span', {}, html('i', { class: `mp-sample mp-sample-${name}` }), text),
  )
  return html('p', { class: 'mp-legend' }, ...items)
}
