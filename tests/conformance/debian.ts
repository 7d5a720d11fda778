import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run, runWell } from './command.ts'
import { Unavailable } from './unavailable.ts'

/** Sees to it that Debian's packages are installed: as root by installing them. */
export async function install(packages: readonly string[]): Promise<void> {
  const missing: string[] = []
  for (const name of packages) if (!(await isInstalled(name))) missing.push(name)
  if (missing.length === 0) return
  const names = missing.join(' ')
  if (process.getuid?.() !== 0) throw new Unavailable(`it needs root to install ${names}`)
  const get = ['apt-get', '-qq', '--yes', '-o', 'DPkg::Lock::Timeout=120']
  const options = { seconds: 300, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  try {
    await runWell([...get, 'update'], options)
    await runWell([...get, '--no-install-recommends', 'install', ...missing], options)
  } catch (cause) {
    throw new Unavailable(`${names} cannot be installed`, { cause })
  }
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    const { output } = await run(['dpkg-query', '-W', '-f=${Status}', name], { seconds: 20 })
    return output.includes('install ok installed')
  } catch (cause) {
    throw new Unavailable(`it comes in a package of Debian (${name})`, { cause })
  }
}

/** Unpacks into `folder` what an installed package was built from, as its authors published it. */
export async function fetchSource(name: string, folder: string): Promise<void> {
  const format = '-f=${source:Package}=${source:Version}'
  const source = await runWell(['dpkg-query', '-W', format, name], { seconds: 20 })
  const get = ['apt-get', '-qq', ...(await withSourcesOf(folder))]
  try {
    await runWell([...get, 'update'], { cwd: folder, seconds: 120 })
    await runWell([...get, 'source', '--download-only', source], { cwd: folder, seconds: 120 })
  } catch (cause) {
    throw new Unavailable(`the source of ${name} cannot be fetched`, { cause })
  }
  const archive = (await readdir(folder)).find((file) => file.includes('.orig.tar.'))
  if (archive === undefined) throw new Unavailable(`the source of ${name} has no archive`)
  await runWell(['tar', 'xf', archive], { cwd: folder, seconds: 60 })
}

/**
 * apt's options to take sources from where this machine takes its packages, with lists of their own:
 * few machines have deb-src, and theirs are not ours to change.
 */
async function withSourcesOf(folder: string): Promise<string[]> {
  const [parts, lists, archives] = ['parts', 'lists', 'archives'].map((name) => join(folder, name))
  if (!parts || !lists || !archives) throw new TypeError('three folders')
  await Promise.all([
    mkdir(parts),
    mkdir(join(lists, 'partial'), { recursive: true }),
    mkdir(join(archives, 'partial'), { recursive: true }),
  ])
  const etc = '/etc/apt'
  const files = (await readdir(join(etc, 'sources.list.d'))).map((file) => `sources.list.d/${file}`)
  await Promise.all(
    ['sources.list', ...files].map(async (file, index) => {
      const deb822 = file.endsWith('.sources')
      if (!deb822 && !file.endsWith('.list')) return
      const text = await readFile(join(etc, file), 'utf8').catch(() => '')
      const asSource = deb822
        ? text.replaceAll(/^Types:.*$/gm, 'Types: deb-src')
        : text.replaceAll(/^deb\s/gm, 'deb-src ')
      await writeFile(join(parts, `${index}.${deb822 ? 'sources' : 'list'}`), asSource)
    }),
  )
  return Object.entries({
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': parts,
    'Dir::State::lists': lists,
    'Dir::Cache::archives': archives,
    'Dir::Cache::srcpkgcache': '',
    'Dir::Cache::pkgcache': '',
    // apt's own user may not enter the folder.
    'APT::Sandbox::User': 'root',
  }).flatMap(([key, value]) => ['-o', `${key}=${value}`])
}
