import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// The packages as npm would publish and install them: `pnpm packages`. It needs npm's registry.

const root = fileURLToPath(new URL('../../', import.meta.url))
const tools = { publint: 'publint@0.3.25', attw: '@arethetypeswrong/cli@0.18.5' }

interface Manifest {
  readonly version: string
  readonly private?: boolean
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly repository?: { readonly url: string; readonly directory: string }
  readonly dependencies?: Readonly<Record<string, string>>
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'messaging-patterns-packages-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function readManifest(file: string): Promise<Manifest> {
  return JSON.parse(await readFile(file, 'utf8')) as Manifest
}

describe.each([
  { name: 'broker', assets: ['page/index.html'] },
  { name: 'shared', assets: [] },
])('the package $name', ({ name, assets }) => {
  let tarball: string
  let unpacked: string
  let files: readonly string[]

  beforeAll(async () => {
    const packed = join(folder, name)
    await execa('pnpm', ['pack', '--pack-destination', packed], { cwd: join(root, name) })
    const [file = ''] = await readdir(packed)
    tarball = join(packed, file)
    unpacked = join(packed, 'package')
    await execa('tar', ['-xzf', tarball, '-C', packed])
    const all = await readdir(unpacked, { recursive: true, withFileTypes: true })
    files = all.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  })

  test('contains what was built, and its documents', () => {
    const names = files.map((file) => file.slice(unpacked.length + 1))
    const documents = names.filter((file) => !file.startsWith('dist')).toSorted()
    const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', ...assets]
    expect(documents).toEqual(expected)
    const built = names.filter((file) => file.startsWith('dist'))
    expect(built.filter((file) => !/\.(js|d\.ts)$/.test(file))).toEqual([])
    expect(built).toEqual(
      expect.arrayContaining([join('dist', 'index.js'), join('dist', 'index.d.ts')]),
    )
  })

  test('says what it is, and depends only on published packages', async () => {
    const manifest = await readManifest(join(unpacked, 'package.json'))
    expect(manifest).toMatchObject({ license: 'MIT', repository: { directory: name } })
    expect(manifest.private).toBeUndefined()
    expect(manifest.keywords?.length).toBeGreaterThan(3)
    for (const version of Object.values(manifest.dependencies ?? {}))
      expect(version).toMatch(/^\^\d/)
  })

  test('satisfies publint', async () => {
    await execa('npx', ['--yes', tools.publint, 'run', tarball, '--strict'])
  })

  test('has types that resolve, according to arethetypeswrong', async () => {
    await execa('npx', ['--yes', tools.attw, tarball, '--profile', 'esm-only'])
  })

  test('is not published with a tag for another version', async () => {
    const { exitCode, stderr } = await publish(`${name}@99.0.0`)
    const { version } = await readManifest(join(root, name, 'package.json'))
    expect(exitCode).toBe(1)
    expect(stderr).toBe(`error: ${name}/package.json has version ${version}, not 99.0.0`)
  })

  test('is not published without a section in its changelog', async () => {
    const { version } = await readManifest(join(root, name, 'package.json'))
    const changelog = await readFile(join(root, name, 'CHANGELOG.md'), 'utf8')
    if (changelog.includes(`\n## ${version}`)) return
    const { exitCode, stderr } = await publish(`${name}@${version}`)
    expect(exitCode).toBe(1)
    expect(stderr).toBe(`error: ${name}/CHANGELOG.md has no section "## ${version}"`)
  })
})

function publish(tag: string) {
  return execa(join(root, '.ci/publish'), [tag, '--dry-run'], { reject: false })
}

describe('in an empty npm project', () => {
  let project: string

  beforeAll(async () => {
    project = join(folder, 'project')
    await cp(join(root, 'tests/packages/project'), project, { recursive: true })
    await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }')
    const tarballs = await Promise.all(
      ['broker', 'shared'].map(async (name) => {
        const [file = ''] = await readdir(join(folder, name))
        return join(folder, name, file)
      }),
    )
    const args = ['install', '--prefer-offline', ...tarballs, '@types/node@20']
    await execa('npm', args, { cwd: project })
    await execa('tsc', ['--project', project], { cwd: project, preferLocal: true, localDir: root })
  })

  test('a program compiles with strict types, and sends a message through the broker', async () => {
    const { stdout } = await execa(process.execPath, ['program.js', 'you'], { cwd: project })
    expect(stdout).toBe('received Hello you')
  })

  test('the broker has a command', async () => {
    const options = { cwd: project, preferLocal: true, localDir: project }
    const { stdout } = await execa('messaging-patterns-broker', ['--help'], options)
    expect(stdout).toContain('--port')
  })

  test('the broker serves its page', async () => {
    const options = { cwd: project, preferLocal: true, localDir: project }
    const broker = execa('messaging-patterns-broker', ['--port', '0'], options)
    for await (const line of broker) {
      const [url] = /http:\S+/.exec(line) ?? []
      if (url === undefined) continue
      const response = await fetch(new URL(url).origin)
      expect(await response.text()).toContain('<!doctype html>')
      broker.kill('SIGINT')
    }
    expect((await broker).exitCode).toBe(0)
  })
})
