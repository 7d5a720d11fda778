import { join } from 'node:path'

import { defineConfig } from 'vitepress'

import { entries } from '../tools/api/reference.ts'
import { chapters, readLines } from '../tools/markdown.ts'
import { inItsFile, breakableLines } from './code.ts'
import { copyOnlyCommands } from './copy.ts'
import {
  anchorOf,
  breakableCode,
  livePages,
  liveScenes,
  pictureToggle,
  repositoryLinks,
  terminalTabs,
} from './markdown.ts'
import { buildPlayground, servedPlayground, smallerGraphs } from './playground.ts'
import { namedPieces } from './snippets.ts'

/** The path of the site on its host: /messaging-patterns/ on GitHub Pages, for example. */
const base = process.env['DOCS_BASE'] ?? '/'

const course = chapters().map((file) => ({
  text: (readLines(file)[0] ?? '').replace('# ', ''),
  link: file.replace('docs', '').replace('.md', ''),
}))

const reference = [
  { text: 'Best practices', link: '/best-practices' },
  { text: 'Exercises', link: '/exercises' },
  { text: 'Workbench', link: '/workbench' },
  { text: 'Troubleshooting', link: '/troubleshooting' },
  { text: 'From Python', link: '/from-python' },
  { text: 'Performance', link: '/performance' },
  { text: 'Glossary', link: '/glossary' },
  { text: 'Teaching', link: '/teaching' },
]

const api = entries.map(({ page, title }) => ({ text: title, link: `/api/${page}` }))

export default defineConfig({
  title: 'Messaging patterns',
  description: "A course in RabbitMQ's messaging patterns that you run instead of read.",
  lang: 'en',
  // GitHub shows the README of a folder, a site its index.
  rewrites: { 'README.md': 'index.md' },
  srcExclude: ['tools/**', 'test/**'],
  transformPageData(page) {
    // GitHub shows the list of chapters; the site has a page of its own in its place.
    if (page.relativePath === 'index.md')
      Object.assign(page.frontmatter, { layout: 'landing', sidebar: false })
    // What is built there needs the whole width.
    if (['exercises.md', 'workbench.md'].includes(page.relativePath))
      Object.assign(page.frontmatter, { sidebar: false, aside: false, pageClass: 'whole-width' })
  },
  ignoreDeadLinks: 'localhostLinks',
  base,
  // What scenes need anyway; without it, their code is a tenth larger.
  vite: { build: { target: 'es2022' }, plugins: [servedPlayground(base), smallerGraphs] },
  buildEnd: ({ outDir }) => buildPlayground(join(outDir, 'playground')),
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}favicon.svg` }]],
  markdown: {
    // In the default themes, comments are too pale, and here they teach.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: anchorOf },
    codeTransformers: [inItsFile, breakableLines, copyOnlyCommands],
    config(md) {
      terminalTabs(md)
      pictureToggle(md)
      liveScenes(md)
      livePages(md)
      namedPieces(md)
      breakableCode(md)
      repositoryLinks(md)
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: [
      { text: 'The course', items: course },
      { text: 'Reference', items: reference },
      { text: 'API', items: api },
    ],
    outline: { level: [2, 3] },
    nav: [
      { text: 'The course', link: '/00-start-here', activeMatch: '/\\d\\d-' },
      { text: 'Exercises', link: '/exercises' },
      { text: 'Workbench', link: '/workbench' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: 'Glossary', link: '/glossary' },
      { text: 'API', link: '/api/client', activeMatch: '/api/' },
    ],
  },
})
