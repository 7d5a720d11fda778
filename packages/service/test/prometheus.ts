import parse from 'parse-prometheus-text-format'

interface Sample {
  readonly name: string
  readonly value: string
  readonly labels?: Readonly<Record<string, string>>
}

/**
 * The samples in Prometheus' text format. The package mixes up the labels of histograms, so it gets them
 * without a type, as the samples that they consist of.
 */
export function parseMetrics(text: string): readonly Sample[] {
  const untyped = text.replaceAll(/^# TYPE .* histogram$/gm, '')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package has no types
  const families = parse(untyped) as readonly {
    readonly name: string
    readonly metrics: readonly Omit<Sample, 'name'>[]
  }[]
  return families.flatMap(({ name, metrics }) => metrics.map((metric) => ({ ...metric, name })))
}

/** The value with these labels. */
export function valueOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.find(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([key, value]) => sample.labels?.[key] === value),
  )
  return found === undefined ? undefined : Number(found.value)
}
