import { brokers } from './brokers.ts'
import { programs } from './compile.ts'
import type { CheckAnswer, CheckRequest, Verdict } from './protocol.ts'

/** `judge` of exercises/, as much of it as is needed here. */
type Judge<Exercise> = (
  exercise: Exercise,
  program: string,
  where: { readonly brokers: typeof brokers } & Pick<CheckRequest, 'timeouts'>,
) => Promise<Verdict>

/** Checks programs as the page asks for it. The build calls it with the checks of exercises/. */
export function serveChecks<Exercise>(
  judge: Judge<Exercise>,
  exercises: Readonly<Record<string, Exercise>>,
): void {
  addEventListener('message', ({ data, ports }: MessageEvent<CheckRequest>) => {
    const { exercise: name, source, ...where } = data
    const exercise = exercises[name]
    const file = `exercises/${name}/program.ts`
    programs.set(file, source)
    const answer = (message: CheckAnswer): void => ports[0]?.postMessage(message)
    if (exercise === undefined) answer({ problem: `there is no exercise ${name}` })
    else
      judge(exercise, file, { brokers, ...where }).then(
        (verdict) => answer({ verdict }),
        (error: unknown) => answer({ problem: String(error) }),
      )
  })
}
