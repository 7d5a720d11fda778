import { readdir, readFile } from 'node:fs/promises'

/** What a process has used since it began. */
export interface Usage {
  /** Seconds. */
  readonly cpu: number
  /** Bytes in memory now. */
  readonly memory: number
  /** The most that it ever had. */
  readonly peak: number
}

/** Looks at any process of this machine. Only Linux tells; elsewhere it is undefined. */
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

/** The scheduler counts nanoseconds; the better known "stat" has hundredths of a second. */
async function cpuOf(thread: string): Promise<number> {
  const [nanoseconds] = (await readFile(`${thread}/schedstat`, 'utf8')).split(' ')
  return Number(nanoseconds) / 1e9
}
