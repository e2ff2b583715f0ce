import { useRef, useState } from 'preact/hooks'
import type { TypedRequest } from '../../../../src/console/command/request-text.ts'
import type { Answered, Asked } from '../../api/exchange.ts'
import { send } from '../../api/server.ts'
import { toExchange } from './to-exchange.ts'

export type Outcome =
  | { readonly kind: 'waiting' }
  | Answered
  /** Nothing was answered; the text says why. */
  | { readonly kind: 'failed'; readonly message: string }

/** A request that was sent, and what came of it. */
export interface Run {
  readonly number: number
  readonly asked: Asked
  readonly outcome: Outcome
}

interface Progress {
  readonly done: number
  readonly all: number
}

export interface Runs {
  readonly runs: readonly Run[]
  /** Undefined where nothing is under way. */
  readonly progress: Progress | undefined
  /** What was not sent, and why. */
  readonly remark: string | undefined
  /** One after the other; the first that is refused ends it. Takes the place of what was sent before. */
  readonly start: (requests: readonly TypedRequest[]) => Promise<void>
  readonly stop: () => void
}

/** Sends typed requests. `onAnswered` is told of each that was answered. */
export const useRuns = (onAnswered: (request: TypedRequest) => void): Runs => {
  const [runs, setRuns] = useState<readonly Run[]>([])
  const [progress, setProgress] = useState<Progress>()
  const [remark, setRemark] = useState<string>()
  const underWay = useRef<AbortController>(undefined)
  const counter = useRef(0)

  const put = (run: Run): void =>
    setRuns((before) => [...before.filter(({ number }) => number !== run.number), run])

  const run = async (request: TypedRequest, asked: Asked, signal: AbortSignal): Promise<boolean> => {
    counter.current += 1
    const number = counter.current
    put({ number, asked, outcome: { kind: 'waiting' } })
    const outcome = await send(asked, signal).catch(failureOf)
    put({ number, asked, outcome })
    if (outcome.kind !== 'answered') return false
    onAnswered(request)
    return outcome.status < 400
  }

  const start = async (requests: readonly TypedRequest[]): Promise<void> => {
    if (underWay.current !== undefined) return
    const exchanges = requests.map((request) => ({ request, exchange: toExchange(request, location.origin) }))
    const fault = exchanges.find(({ exchange }) => exchange.kind === 'fault')?.exchange
    if (fault?.kind === 'fault') {
      setRemark(`Nothing was sent: ${fault.message}.`)
      return
    }
    const controller = new AbortController()
    underWay.current = controller
    setRuns([])
    setRemark(undefined)
    let done = 0
    for (const { request, exchange } of exchanges) {
      if (exchange.kind === 'fault') break
      setProgress({ done, all: exchanges.length })
      const isGood = await run(request, exchange.asked, controller.signal)
      done += 1
      if (!isGood) break
    }
    const left = exchanges.length - done
    if (left > 0)
      setRemark(`Stopped there: ${left} of ${exchanges.length} ${left === 1 ? 'was' : 'were'} not sent.`)
    underWay.current = undefined
    setProgress(undefined)
  }

  return { runs, progress, remark, start, stop: () => underWay.current?.abort() }
}

const failureOf = (error: unknown): Outcome => {
  if (error instanceof DOMException && error.name === 'AbortError')
    return { kind: 'failed', message: 'Stopped by you. The server may have done it all the same.' }
  if (error instanceof Error) return { kind: 'failed', message: error.message }
  throw error
}
