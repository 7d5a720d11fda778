/** The body sizes that most benchmarks are run with. */
export const bodySizes = [
  { bytes: 16, text: '16 B' },
  { bytes: 100, text: '100 B' },
  { bytes: 1024, text: '1 KiB' },
  { bytes: 65_536, text: '64 KiB' },
] as const
