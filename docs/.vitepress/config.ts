import { defineConfig } from 'vitepress'

import { inItsFile, breakableLines } from './code.ts'
import { copyCommandsAlone } from './copy.ts'
import { anchorOf, breakableCode, namedPieces, pictureToggle, terminalTabs } from './markdown.ts'

/** Where the site stands on its host: /messaging-patterns/ on a page of a repository. */
const base = process.env['DOCS_BASE'] ?? '/'

const lessons = [
  { text: '0. Start here', link: '/00-start-here' },
  { text: '1. Basic', link: '/01-basic' },
  { text: '2. Work queues', link: '/02-work-queues' },
  { text: '3. Publish/subscribe', link: '/03-pubsub' },
  { text: '4. Routing', link: '/04-routing' },
  { text: '5. Topics', link: '/05-topics' },
  { text: '6. RPC', link: '/06-rpc' },
  { text: '7. Confirms', link: '/07-confirms' },
  { text: '8. Retries', link: '/08-retries' },
  { text: '9. A cluster', link: '/09-cluster' },
  { text: '10. Headers', link: '/10-headers' },
]

const reference = [
  { text: 'Best practices', link: '/best-practices' },
  { text: 'Troubleshooting', link: '/troubleshooting' },
  { text: 'From Python', link: '/from-python' },
  { text: 'Performance', link: '/performance' },
  { text: 'Glossary', link: '/glossary' },
  { text: 'Teaching', link: '/teaching' },
]

export default defineConfig({
  title: 'Messaging patterns',
  description: 'The course in RabbitMQ messaging patterns that you run rather than read.',
  lang: 'en',
  // A repository shows a folder's README; a site shows its index.
  rewrites: { 'README.md': 'index.md' },
  srcExclude: ['tools/**', 'test/**'],
  ignoreDeadLinks: 'localhostLinks',
  base,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}favicon.svg` }]],
  markdown: {
    // With the usual ones comments are too pale to be read, and here they teach.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    codeTransformers: [inItsFile, breakableLines, copyCommandsAlone],
    config(md) {
      terminalTabs(md)
      pictureToggle(md)
      namedPieces(md)
      breakableCode(md)
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: [
      { text: 'Lessons', items: lessons },
      { text: 'To look up', items: reference },
    ],
    outline: { level: [2, 3] },
    nav: [
      { text: 'Lessons', link: '/00-start-here', activeMatch: '/\\d\\d-' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: 'Glossary', link: '/glossary' },
    ],
  },
})
