import type { Scene } from '../stage/scene.ts'

const consumer = { program: 'headers/consumer', ready: 'waiting for ', starts: 'at once' } as const

/** Bindings compare headers instead of a routing key: all of them, or any. */
export const headers: Scene = {
  id: 'headers',
  chapter: 10,
  title: 'All of these headers, or any of them',
  caption:
    'One consumer wants messages with both headers, `type=report` and `format=pdf`; the other wants those with at least one of them. A photo as png matches neither.',
  programs: [
    {
      id: 'all',
      name: 'report and pdf',
      ...consumer,
      argv: ['type=report', 'format=pdf'],
    },
    {
      id: 'any',
      name: 'report or pdf',
      ...consumer,
      argv: ['type=report', 'format=pdf', '--match', 'any'],
    },
    {
      id: 'producer',
      name: 'producer',
      program: 'headers/producer',
      argv: [],
      starts: 'by a button',
    },
  ],
  buttons: [
    publish('report', 'pdf'),
    publish('report', 'png'),
    publish('photo', 'pdf'),
    publish('photo', 'png'),
  ],
  script: [
    { press: 'report-pdf' },
    { press: 'report-png' },
    { press: 'photo-pdf' },
    { press: 'photo-png' },
    { program: 'producer', prints: 'sent', times: 4 },
    { program: 'all', prints: 'received', times: 1 },
    { program: 'any', prints: 'received', times: 3 },
  ],
  expected: { queues: {}, deliveries: { all: 1, any: 3 } },
}

function publish(type: string, format: string): Scene['buttons'][number] {
  const argv = [`type=${type}`, `format=${format}`, '--', 'Figures for May']
  return {
    id: `${type}-${format}`,
    label: `Publish a ${type} as ${format}`,
    actions: [{ type: 'run', program: 'producer', argv }],
  }
}
