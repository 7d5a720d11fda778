import { readdir, readFile } from 'node:fs/promises'

/** The resources that a process has used since it started. */
export interface Usage {
  /** CPU time, in seconds. */
  readonly cpu: number
  /** Resident memory now, in bytes. */
  readonly memory: number
  /** The peak of its resident memory, in bytes. */
  readonly peak: number
}

/** The usage of a process on this machine. Undefined if it is not known; only Linux reports it. */
export async function usageOf(pid: number | undefined): Promise<Usage | undefined> {
  try {
    const threads = await readdir(`/proc/${pid}/task`)
    const times = await Promise.all(threads.map((thread) => cpuOf(`/proc/${pid}/task/${thread}`)))
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024
    return {
      cpu: times.reduce((sum, time) => sum + time, 0),
      memory: bytes('VmRSS'),
      peak: bytes('VmHWM'),
    }
  } catch {
    return undefined
  }
}

/** The CPU time of a process and its descendants since they started, in seconds; NaN if it is not known. */
export async function cpuOfTree(pid: number | undefined): Promise<number> {
  const usage = await usageOf(pid)
  if (usage === undefined) return NaN
  const threads = await readdir(`/proc/${pid}/task`)
  const children = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')),
  )
  const pids = children.join(' ').split(' ').filter(Boolean).map(Number)
  const others = await Promise.all(pids.map(cpuOfTree))
  return others.reduce((sum, cpu) => sum + cpu, usage.cpu)
}

/** schedstat has nanoseconds; the better known "stat" file only has hundredths of a second. */
async function cpuOf(thread: string): Promise<number> {
  const [nanoseconds] = (await readFile(`${thread}/schedstat`, 'utf8')).split(' ')
  return Number(nanoseconds) / 1e9
}
