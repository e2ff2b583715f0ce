import { useSyncExternalStore } from 'preact/compat'
import type { Asked } from '../../../api/exchange.ts'
import type { Check } from './checks.ts'
import type { CookieJar } from './cookie-jar.ts'
import { keepMadePaths, readMadePaths } from './made-paths.ts'
import type { TotpKey } from './totp.ts'

/** Whom a request comes from. */
export type Sender = 'browser' | 'application' | 'administrator'

export interface Told {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly milliseconds: number
}

/** What is to be seen of a step, in the order it happened. */
export type Item =
  | {
      readonly kind: 'exchange'
      readonly from: Sender
      readonly asked: Asked
      readonly told: Told | undefined
    }
  | { readonly kind: 'check'; readonly check: Check }
  | { readonly kind: 'token'; readonly title: string; readonly token: string }
  | { readonly kind: 'page'; readonly title: string; readonly html: string }
  | { readonly kind: 'note'; readonly text: string }

export interface StepRun {
  readonly status: 'running' | 'passed' | 'failed' | 'skipped'
  readonly items: readonly Item[]
  readonly failure?: string
  /** The instant that the step waits for. */
  readonly waitsUntil?: number
  /** What the step asks the person for. */
  readonly asksFor?: string
}

/** One flow as far as it went. */
export interface Run {
  readonly steps: Readonly<Record<string, StepRun>>
  readonly jar: CookieJar
  /** What application and browser hold, by name. */
  readonly values: Readonly<Record<string, string>>
  readonly isRunning: boolean
}

/** An application and its user. */
export interface Party {
  readonly clientId: string
  /** Empty: a public client. */
  readonly clientSecret: string
  readonly redirectUri: string
  readonly userId: string
  readonly password: string
}

export interface Authenticator {
  readonly key: TotpKey
  readonly userId: string
  /** Which steps were used, and for what, in order. */
  readonly uses: readonly { readonly step: number; readonly what: string }[]
}

export interface Trial {
  /** Whether client and user are made for the trial, or chosen. */
  readonly mode: 'make' | 'choose'
  readonly chosen: Party
  readonly made: {
    readonly user?: { readonly id: string; readonly password: string }
    readonly clients: Readonly<Record<string, { readonly id: string; readonly secret: string }>>
    /** Of everything that was made, to be deleted. */
    readonly paths: readonly string[]
  }
  readonly authenticator: Authenticator | undefined
  readonly secrets: ReadonlySet<string>
  readonly areSecretsShown: boolean
  readonly runs: Readonly<Record<string, Run>>
}

export const NEW_RUN: Run = { steps: {}, jar: new Map(), values: {}, isRunning: false }

/** Where nothing need listen: nobody follows the redirect. */
export const REDIRECT_URI = 'http://localhost:3001'

// NOTE: in memory alone: secrets belong in no storage of a browser. It lasts while the console is open, on whatever page.
let current: Trial = {
  mode: 'make',
  chosen: { clientId: '', clientSecret: '', redirectUri: REDIRECT_URI, userId: '', password: '' },
  made: { clients: {}, paths: readMadePaths(localStorage) },
  authenticator: undefined,
  secrets: new Set(),
  areSecretsShown: false,
  runs: {},
}
const listeners = new Set<() => void>()

export const trial = (): Trial => current

export const changeTrial = (change: (before: Trial) => Partial<Trial>): void => {
  const { paths } = current.made
  current = { ...current, ...change(current) }
  if (current.made.paths !== paths) keepMadePaths(localStorage, current.made.paths)
  for (const listener of listeners) listener()
}

export const changeRun = (flowId: string, change: (before: Run) => Partial<Run>): void =>
  changeTrial(({ runs }) => {
    const before = runs[flowId] ?? NEW_RUN
    return { runs: { ...runs, [flowId]: { ...before, ...change(before) } } }
  })

export const changeStep = (flowId: string, stepId: string, change: (before: StepRun) => StepRun): void =>
  changeRun(flowId, ({ steps }) => ({
    steps: { ...steps, [stepId]: change(steps[stepId] ?? { status: 'running', items: [] }) },
  }))

export const addSecrets = (...secrets: readonly string[]): void =>
  changeTrial((before) => ({ secrets: new Set([...before.secrets, ...secrets]) }))

export const useTrial = (): Trial =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    () => current,
  )
