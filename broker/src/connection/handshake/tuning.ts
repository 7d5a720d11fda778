import { smallestFrameMax, type BrokerLimits } from '../../settings/options.ts'
import type { MethodFields } from '../../wire/methods.ts'

/** What client and broker agreed on by connection.tune and tune-ok. */
export type Tuning = Readonly<MethodFields<'connection.tune-ok'>>

/** What is out of bounds in the client's tune-ok, or undefined if nothing is. */
export function tuningProblem(tuning: Tuning, limits: BrokerLimits): string | undefined {
  const { frameMax, channelMax } = tuning
  return (
    problemWith('frame_max', frameMax, { least: smallestFrameMax, most: limits.frameMax }) ??
    problemWith('channel_max', channelMax, { least: 1, most: limits.channelMax })
  )
}

function problemWith(
  name: string,
  value: number,
  { least, most }: { readonly least: number; readonly most: number },
): string | undefined {
  const tooLow = value !== 0 && value < least
  const tooHigh = most !== 0 && (value === 0 || value > most)
  return tooLow || tooHigh ? `negotiated ${name} = ${value} is out of bounds` : undefined
}
