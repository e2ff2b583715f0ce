import { useEffect, useState } from 'preact/hooks'
import { CopyButton } from '../../parts/copy-button.tsx'
import type { Flow } from './flows/flow.ts'
import { partyOf } from './flows/flow.ts'
import { Shown } from './shown.tsx'
import { codeOf, readTotpKey, STEP_SECONDS, startOf, stepAt } from './trial/totp.ts'
import type { Authenticator } from './trial/trial.ts'
import { addSecrets, changeTrial, useTrial } from './trial/trial.ts'

/** The authenticator app of the trial's user. */
export const AuthenticatorCard = ({ flow }: { readonly flow: Flow }) => {
  const trial = useTrial()
  const { userId } = partyOf(flow, trial)
  const { authenticator } = trial
  return (
    <section class="card authenticator" aria-labelledby="authenticator">
      <h3 id="authenticator">Test authenticator</h3>
      {authenticator === undefined ? (
        <p class="muted">It holds no key yet. The two-factor flow gives it one; or it takes one of yours.</p>
      ) : (
        <LiveCode authenticator={authenticator} />
      )}
      <KeyForm userId={userId} />
    </section>
  )
}

const useNow = (): number => {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return now
}

const LiveCode = ({ authenticator: { key, userId, uses } }: { readonly authenticator: Authenticator }) => {
  const now = useNow()
  const step = stepAt(now)
  const [code, setCode] = useState('')
  useEffect(() => {
    let isCurrent = true
    void codeOf(key.secret, step).then((next) => {
      if (isCurrent) setCode(next)
    })
    return () => {
      isCurrent = false
    }
  }, [key.secret, step])
  const isUsed = step <= (uses.at(-1)?.step ?? -1)
  return (
    <>
      <div class="live-code">
        <Ring share={(startOf(step + 1) - now) / 1000 / STEP_SECONDS} />
        <output class={isUsed ? 'code used' : 'code'} aria-label="Code">
          {code.slice(0, 3)} {code.slice(3)}
        </output>
      </div>
      <p class="muted">
        {isUsed ? 'Used: it works once. ' : 'Not used yet. '}
        The next one comes in {Math.ceil((startOf(step + 1) - now) / 1000)} s.
      </p>
      <p class="muted">
        For <code>{userId}</code>, shown as <code>{key.label}</code>
      </p>
      <p class="muted">
        Key <Shown text={key.secret} class="mono" />
      </p>
      <div class="row">
        <CopyButton label="Copy the code" text={() => code} />
      </div>
      {uses.length === 0 ? null : (
        <ul class="uses">
          {uses.map(({ step: used, what }) => (
            <li key={used}>
              <time dateTime={new Date(startOf(used)).toISOString()}>
                {new Date(startOf(used)).toLocaleTimeString()}
              </time>{' '}
              {what}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const RADIUS = 15
const ROUND = 2 * Math.PI * RADIUS

const Ring = ({ share }: { readonly share: number }) => (
  <svg class="ring" viewBox="0 0 36 36" width="36" height="36" aria-hidden="true" focusable="false">
    <circle class="ring-track" cx="18" cy="18" r={RADIUS} />
    <circle
      class={share < 0.2 ? 'ring-rest ring-late' : 'ring-rest'}
      cx="18"
      cy="18"
      r={RADIUS}
      stroke-dasharray={`${Math.max(0, share) * ROUND} ${ROUND}`}
      transform="rotate(-90 18 18)"
    />
  </svg>
)

const KeyForm = ({ userId }: { readonly userId: string }) => {
  const [text, setText] = useState('')
  const [error, setError] = useState<string>()
  const take = (): void => {
    const key = readTotpKey(text)
    if (key === undefined) {
      setError('This is neither an otpauth:// address nor a Base32 key.')
      return
    }
    addSecrets(key.secret)
    changeTrial(() => ({ authenticator: { key, userId, uses: [] } }))
    setText('')
    setError(undefined)
  }
  return (
    <details>
      <summary>Give it a key of yours</summary>
      <form
        class="key-form"
        onSubmit={(event) => {
          event.preventDefault()
          take()
        }}
      >
        <div class="field">
          <label for="totp-key">Key or otpauth:// address{userId === '' ? '' : ` of ${userId}`}</label>
          <input
            id="totp-key"
            class="input"
            type="password"
            autoComplete="off"
            required
            value={text}
            aria-invalid={error === undefined ? undefined : true}
            aria-describedby={error === undefined ? undefined : 'totp-key-error'}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {error === undefined ? null : (
            <span class="error" id="totp-key-error" role="alert">
              {error}
            </span>
          )}
        </div>
        <button type="submit" class="button">
          Take the key
        </button>
      </form>
    </details>
  )
}
