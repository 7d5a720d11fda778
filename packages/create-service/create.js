#!/usr/bin/env node
// Creates a service from the template: npm create @messaging-patterns/service my-service
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const template = fileURLToPath(new URL('template', import.meta.url))
const checkout = fileURLToPath(new URL('../../', import.meta.url))

try {
  create(process.argv[2] ?? '.')
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`)
  process.exitCode = 1
}

function create(name) {
  const folder = resolve(name)
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(`${folder} is not empty; add the name of a new folder, such as ../my-service`)
  mkdirSync(folder, { recursive: true })
  cpSync(template, folder, {
    recursive: true,
    filter: (file) => basename(file) !== 'node_modules',
  })
  // npm does not publish files that are called .gitignore.
  renameSync(join(folder, 'gitignore'), join(folder, '.gitignore'))
  writeManifest(folder)
  run('npm', ['install', '--no-audit', '--no-fund'], folder)
  const enter = name === '.' ? '' : `  cd ${relative(process.cwd(), folder)}\n`
  process.stdout.write(
    `\nThe service is in ${folder}. Type next:\n${enter}  npm test\n  npm start\n`,
  )
}

/** In a checkout of the course, our packages are packed, because npm may not have this version. */
function writeManifest(folder) {
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  manifest.name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, '-')
  if (existsSync(join(checkout, 'pnpm-workspace.yaml')))
    for (const name of ['broker', 'shared'])
      manifest.dependencies[`@messaging-patterns/${name}`] = `file:vendor/${pack(name, folder)}`
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`)
}

/** Packs one of our packages into the new service, and returns the name of the file. */
function pack(name, folder) {
  const vendor = join(folder, 'vendor')
  run('npx', ['--yes', 'pnpm', 'pack', '--pack-destination', vendor], join(checkout, name))
  return readdirSync(vendor).find((file) => file.startsWith(`messaging-patterns-${name}-`))
}

function run(command, args, cwd) {
  // On Windows, npm and npx are scripts, which only a shell can run.
  const shell = process.platform === 'win32'
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, shell, encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`"${command} ${args.join(' ')}" failed in ${cwd}:\n${stdout}${stderr}`)
}
