import type { Asked } from '../../../api/exchange.ts'
import type { Json, JsonObject } from '../../../api/server.ts'
import { ask, send } from '../../../api/server.ts'
import type { Check } from './checks.ts'
import { checkEqual } from './checks.ts'
import { cookieHeader, withCookies } from './cookie-jar.ts'
import type { Item, Party, Run, Sender, Told } from './trial.ts'
import { addSecrets, changeRun, changeStep, NEW_RUN, trial } from './trial.ts'

/** The step cannot go on; said to the person. */
export class StepFailure extends Error {}

/** What a step of a flow may do; everything is seen on the page as it happens. */
export interface Play {
  readonly flowId: string
  readonly party: Party
  readonly signal: AbortSignal
  /** As the browser of the trial: its cookies go along and are kept. */
  browse(asked: Asked): Promise<Told>
  /** As the application's own server: without cookies. */
  call(asked: Asked): Promise<Told>
  /** As the administrator, by REST. @throws {StepFailure} whatever is not 2xx */
  administer(method: string, path: string, body?: Json): Promise<JsonObject>
  check(check: Check): void
  /** As `check`, for what the rest of the step rests on. @throws {StepFailure} */
  need(title: string, expected: Json, got: Json | undefined): void
  /** That an answer has a status, and what it said where it has another. @throws {StepFailure} */
  needStatus(title: string, status: number, told: Told): void
  show(item: Item): void
  note(text: string): void
  keep(name: string, value: string, kind?: 'secret'): void
  /** @throws {StepFailure} an earlier step has not brought it */
  recall(name: string): string
  has(name: string): boolean
  forget(...names: readonly string[]): void
  forgetCookies(): void
  /** Until an instant, told on the page. @throws {StepFailure} stopped */
  waitUntil(instant: number): Promise<void>
  /** Asks the person. @throws {StepFailure} stopped */
  askFor(what: string): Promise<string>
}

/** Who waits for an answer of the person, by flow. */
const questions = new Map<string, (answer: string) => void>()

/** What the person typed where a step asked for it. */
export const answerQuestion = (flowId: string, answer: string): void => questions.get(flowId)?.(answer)

export const createPlay = (
  flowId: string,
  stepId: string,
  partyNow: () => Party,
  signal: AbortSignal,
): Play => {
  const runOf = (): Run => trial().runs[flowId] ?? NEW_RUN
  const show = (item: Item): void =>
    changeStep(flowId, stepId, (step) => ({ ...step, items: [...step.items, item] }))

  /** Shows a request at once, and its answer when it is there. */
  const exchange = async (from: Sender, asked: Asked, transport: () => Promise<Told>): Promise<Told> => {
    const pending: Item = { kind: 'exchange', from, asked, told: undefined }
    show(pending)
    const told = await transport()
    changeStep(flowId, stepId, (step) => ({
      ...step,
      items: step.items.map((item) => (item === pending ? { ...pending, told } : item)),
    }))
    return told
  }

  const throughServer = async ({ method, path, headers = {}, body }: Asked): Promise<Told> => {
    const asked = { method, path, headers, ...(body === undefined ? {} : { body }) }
    return (await ask('POST', '/console/exchange', asked, signal)) as unknown as Told
  }

  const interrupted = (): StepFailure => new StepFailure('It was stopped.')

  const withoutWait = (): void =>
    changeStep(flowId, stepId, ({ waitsUntil: _waits, asksFor: _asks, ...step }) => step)

  const waiting = async <Value>(begin: (resolve: (value: Value) => void) => () => void): Promise<Value> => {
    if (signal.aborted) throw interrupted()
    let end = (): void => {}
    try {
      return await new Promise<Value>((resolve, reject) => {
        const stop = (): void => reject(interrupted())
        signal.addEventListener('abort', stop, { once: true })
        const finish = begin(resolve)
        end = () => {
          signal.removeEventListener('abort', stop)
          finish()
        }
      })
    } finally {
      end()
      withoutWait()
    }
  }

  return {
    flowId,
    signal,
    get party() {
      return partyNow()
    },
    show,
    async browse(asked) {
      const cookie = cookieHeader(runOf().jar)
      const headers = {
        'user-agent': 'Countersign sandbox',
        ...asked.headers,
        ...(cookie === undefined ? {} : { cookie }),
      }
      const sent = { ...asked, headers }
      const told = await exchange('browser', sent, () => throughServer(sent))
      const setCookies = told.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)
      const jar = withCookies(runOf().jar, setCookies)
      addSecrets(...jar.values())
      changeRun(flowId, () => ({ jar }))
      return told
    },
    call: (asked) => exchange('application', asked, () => throughServer(asked)),
    async administer(method, path, body) {
      const asked: Asked = {
        method,
        path,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }
      const told = await exchange('administrator', asked, () => send(asked, signal))
      const answered = jsonOf(told)
      if (told.status >= 300) throw new StepFailure(`${method} ${path} was answered ${told.status}.`)
      return answered
    },
    check: (check) => show({ kind: 'check', check }),
    need(title, expected, got) {
      const check = checkEqual(title, expected, got)
      show({ kind: 'check', check })
      if (!check.hasPassed) throw new StepFailure('What comes next needs this.')
    },
    needStatus(title, status, told) {
      const hasPassed = told.status === status
      show({
        kind: 'check',
        check: { title, hasPassed, why: hasPassed ? `Answered ${status}.` : refusalOf(told) },
      })
      if (!hasPassed) throw new StepFailure('What comes next needs this.')
    },
    note: (text) => show({ kind: 'note', text }),
    keep(name, value, kind) {
      if (kind === 'secret') addSecrets(value)
      changeRun(flowId, ({ values }) => ({ values: { ...values, [name]: value } }))
    },
    recall(name) {
      const value = runOf().values[name]
      if (value === undefined)
        throw new StepFailure(`There is no ${name} yet: run the steps before this one.`)
      return value
    },
    has: (name) => runOf().values[name] !== undefined,
    forget: (...names) =>
      changeRun(flowId, ({ values }) => ({
        values: Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name))),
      })),
    forgetCookies: () => changeRun(flowId, () => ({ jar: new Map() })),
    async waitUntil(instant) {
      if (instant <= Date.now()) return
      changeStep(flowId, stepId, (step) => ({ ...step, waitsUntil: instant }))
      await waiting<void>((resolve) => {
        const timer = setInterval(() => {
          if (Date.now() >= instant) resolve()
        }, 200)
        return () => clearInterval(timer)
      })
    },
    async askFor(what) {
      changeStep(flowId, stepId, (step) => ({ ...step, asksFor: what }))
      return waiting<string>((resolve) => {
        questions.set(flowId, resolve)
        return () => questions.delete(flowId)
      })
    },
  }
}

const refusalOf = (told: Told): string => {
  const said = jsonOf(told)
  const words = ['error', 'error_description'].map((name) => textOf(said, name)).filter((text) => text !== '')
  return [`Answered ${told.status}`, ...words].join(', ')
}

/** The JSON object of an answer; empty where it is none. */
export const jsonOf = ({ body }: Told): JsonObject => {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
  } catch {
    return {}
  }
}

/** The string under a name; empty where there is none. */
export const textOf = (json: JsonObject, name: string): string => {
  const value = json[name]
  return typeof value === 'string' ? value : ''
}

export const locationOf = ({ headers }: Told): string | undefined =>
  headers.find(([name]) => name === 'location')?.[1]
