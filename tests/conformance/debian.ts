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
