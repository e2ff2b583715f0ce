import { useEffect, useState } from 'preact/hooks'
import type { JsonObject } from '../../api/server.ts'
import { ask } from '../../api/server.ts'
import type { Flow } from './flows/flow.ts'
import { partyOf } from './flows/flow.ts'
import { removeMade } from './flows/prepare.ts'
import type { Party, Trial } from './trial/trial.ts'
import { changeTrial, useTrial } from './trial/trial.ts'

/** Who takes part in a flow. */
export const PartyCard = ({ flow }: { readonly flow: Flow }) => {
  const trial = useTrial()
  const { mode } = trial
  const choose = (chosen: Trial['mode']): void => changeTrial(() => ({ mode: chosen }))
  return (
    <section class="card" aria-labelledby="party">
      <h3 id="party">{flow.hasUser ? 'Client and user' : 'Client'}</h3>
      <fieldset class="modes">
        <legend class="muted">Who takes part?</legend>
        <label>
          <input type="radio" name="mode" checked={mode === 'make'} onChange={() => choose('make')} />
          Made for the trial
        </label>
        <label>
          <input type="radio" name="mode" checked={mode === 'choose'} onChange={() => choose('choose')} />
          Those that exist
        </label>
      </fieldset>
      {mode === 'make' ? <Made flow={flow} trial={trial} /> : <Chosen flow={flow} trial={trial} />}
      {trial.made.paths.length === 0 ? null : <RemoveButton trial={trial} />}
    </section>
  )
}

interface PartProps {
  readonly flow: Flow
  readonly trial: Trial
}

const Made = ({ flow, trial }: PartProps) => {
  const { clientId, userId } = partyOf(flow, trial)
  return (
    <>
      <p class="muted">The first step makes them, with secrets of their own.</p>
      <dl class="facts">
        <dt>Client</dt>
        <dd>{clientId === '' ? 'not yet' : <code>{clientId}</code>}</dd>
        {flow.hasUser ? (
          <>
            <dt>User</dt>
            <dd>{userId === '' ? 'not yet' : <code>{userId}</code>}</dd>
          </>
        ) : null}
      </dl>
    </>
  )
}

const Chosen = ({ flow, trial: { chosen } }: PartProps) => {
  const [clients, users] = [useIds('Client'), useIds('User')]
  const change = (name: keyof Party) => (value: string) =>
    changeTrial((before) => ({ chosen: { ...before.chosen, [name]: value } }))
  return (
    <>
      <Field
        id="client-id"
        label="Client"
        value={chosen.clientId}
        options={clients}
        onInput={change('clientId')}
      />
      <Field
        id="client-secret"
        label="Secret of the client"
        hint="Empty for a public client."
        isSecret
        value={chosen.clientSecret}
        onInput={change('clientSecret')}
      />
      <Field
        id="redirect-uri"
        label="Redirect URI"
        value={chosen.redirectUri}
        onInput={change('redirectUri')}
      />
      {flow.hasUser ? (
        <>
          <Field id="user-id" label="User" value={chosen.userId} options={users} onInput={change('userId')} />
          <Field
            id="user-password"
            label="Password of the user"
            isSecret
            value={chosen.password}
            onInput={change('password')}
          />
        </>
      ) : null}
    </>
  )
}

/** What can be chosen; where it cannot be asked for, one types. */
const useIds = (type: 'Client' | 'User'): readonly string[] => {
  const [ids, setIds] = useState<readonly string[]>([])
  useEffect(() => {
    const controller = new AbortController()
    ask('GET', `/${type}?_count=100&_elements=id`, undefined, controller.signal).then(
      (bundle) => setIds(idsOf(bundle)),
      // NOTE: the connection notice tells what is wrong; the list is a help only.
      () => setIds([]),
    )
    return () => controller.abort()
  }, [type])
  return ids
}

const idsOf = ({ entry }: JsonObject): readonly string[] =>
  Array.isArray(entry)
    ? (entry as readonly { readonly resource?: { readonly id?: string } }[]).flatMap(({ resource }) =>
        resource?.id === undefined ? [] : [resource.id],
      )
    : []

interface FieldProps {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly isSecret?: boolean
  readonly value: string
  readonly options?: readonly string[]
  readonly onInput: (value: string) => void
}

const Field = ({ id, label, hint, isSecret = false, value, options, onInput }: FieldProps) => {
  const common = {
    id,
    class: 'input',
    autoComplete: 'off',
    spellcheck: false,
    value,
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  } as const
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {isSecret ? (
        <input {...common} type="password" />
      ) : (
        <input {...common} type="text" list={`${id}-options`} />
      )}
      {options === undefined ? null : (
        <datalist id={`${id}-options`}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
      {hint === undefined ? null : (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  )
}

const RemoveButton = ({ trial }: { readonly trial: Trial }) => {
  const [state, setState] = useState<'ready' | 'removing'>('ready')
  const [error, setError] = useState<string>()
  const isRunning = Object.values(trial.runs).some((run) => run.isRunning)
  const remove = async (): Promise<void> => {
    setState('removing')
    const { why } = await removeMade((path) => ask('DELETE', path))
    setError(why)
    setState('ready')
  }
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={isRunning || state === 'removing'}
        onClick={() => void remove()}
      >
        Remove what was made ({trial.made.paths.length})
      </button>
      {error === undefined ? null : (
        <p class="notice notice-error" role="alert">
          {error}
        </p>
      )}
    </>
  )
}
