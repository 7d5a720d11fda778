import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run, runOrThrow } from './command.ts'
import { Unavailable } from './suite.ts'

/** Makes sure that Debian packages are installed; installs missing ones if we are root. */
export async function install(packages: readonly string[]): Promise<void> {
  const missing: string[] = []
  for (const name of packages) if (!(await isInstalled(name))) missing.push(name)
  if (missing.length === 0) return
  const names = missing.join(' ')
  if (process.getuid?.() !== 0) throw new Unavailable(`installing ${names} needs root`)
  const get = ['apt-get', '-qq', '--yes', '-o', 'DPkg::Lock::Timeout=120']
  const options = { timeoutSeconds: 300, env: { DEBIAN_FRONTEND: 'noninteractive' } }
  try {
    await runOrThrow([...get, 'update'], options)
    await runOrThrow([...get, '--no-install-recommends', 'install', ...missing], options)
  } catch (cause) {
    throw new Unavailable(`${names} cannot be installed`, { cause })
  }
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    const { output } = await run(['dpkg-query', '-W', '-f=${Status}', name], { timeoutSeconds: 20 })
    return output.includes('install ok installed')
  } catch (cause) {
    throw new Unavailable(`it needs the Debian package ${name}, and dpkg-query is not available`, {
      cause,
    })
  }
}

/** Unpacks a package into `folder` without installing it. */
export async function unpackPackage(name: string, folder: string): Promise<void> {
  const options = { cwd: folder, timeoutSeconds: 120 }
  try {
    await runOrThrow(['apt-get', '-qq', 'download', name], options)
  } catch (cause) {
    throw new Unavailable(`the Debian package ${name} cannot be fetched`, { cause })
  }
  const file = (await readdir(folder)).find((each) => each.endsWith('.deb')) ?? ''
  await runOrThrow(['dpkg-deb', '--extract', file, '.'], options)
}

/** Unpacks the upstream source of an installed package into `folder`. */
export async function fetchSource(name: string, folder: string): Promise<void> {
  const format = '-f=${source:Package}=${source:Version}'
  const source = await runOrThrow(['dpkg-query', '-W', format, name], { timeoutSeconds: 20 })
  const get = ['apt-get', '-qq', ...(await withSourcesOf(folder))]
  try {
    await runOrThrow([...get, 'update'], { cwd: folder, timeoutSeconds: 120 })
    await runOrThrow([...get, 'source', '--download-only', source], {
      cwd: folder,
      timeoutSeconds: 120,
    })
  } catch (cause) {
    throw new Unavailable(`the source of ${name} cannot be fetched`, { cause })
  }
  const archive = (await readdir(folder)).find((file) => file.includes('.orig.tar.'))
  if (archive === undefined)
    throw new Unavailable(`the source package of ${name} contains no archive`)
  await runOrThrow(['tar', 'xf', archive], { cwd: folder, timeoutSeconds: 60 })
}

/**
 * apt options for source packages from the same servers as this machine's packages. Few machines have
 * deb-src enabled, and we must not change their configuration, so this uses separate lists.
 */
async function withSourcesOf(folder: string): Promise<string[]> {
  const [parts, lists, archives] = ['parts', 'lists', 'archives'].map((name) => join(folder, name))
  if (!parts || !lists || !archives) throw new TypeError('expected three folders')
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
    // apt's sandbox user cannot read the temporary folder.
    'APT::Sandbox::User': 'root',
  }).flatMap(([key, value]) => ['-o', `${key}=${value}`])
}
