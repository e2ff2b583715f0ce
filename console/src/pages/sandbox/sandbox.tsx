import './sandbox.css'
import { useLocation } from 'preact-iso'
import { PageHead } from '../../parts/page-head.tsx'
import { AuthenticatorCard } from './authenticator-card.tsx'
import type { Flow } from './flows/flow.ts'
import { FLOWS } from './flows/flows.ts'
import { OwnBrowser } from './own-browser.tsx'
import { PartyCard } from './party-card.tsx'
import { RunBar } from './run-bar.tsx'
import { StepList } from './step-list.tsx'
import { changeTrial, useTrial } from './trial/trial.ts'

const HOME = '/console/sandbox'

/** A page per flow; the trial itself lasts while the console is open. */
export const Sandbox = () => {
  const { path } = useLocation()
  const id = path.slice(HOME.length).replaceAll('/', '')
  const flow = id === '' ? FLOWS[0] : FLOWS.find((one) => one.id === id)
  return (
    <>
      <PageHead title="Sandbox" part={flow?.title}>
        <SecretsSwitch />
      </PageHead>
      <nav aria-label="Flows" class="flows">
        <ul>
          {FLOWS.map((one) => (
            <li key={one.id}>
              <a href={`${HOME}/${one.id}`} aria-current={one === flow ? 'page' : undefined}>
                {one.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {flow === undefined ? (
        <p class="notice notice-warning">There is no flow of this name. Choose one above.</p>
      ) : (
        <FlowPage key={flow.id} flow={flow} />
      )}
    </>
  )
}

const FlowPage = ({ flow }: { readonly flow: Flow }) => (
  <div class="sandbox">
    <div class="sandbox-head">
      <h2>{flow.title}</h2>
      <p class="muted">{flow.about}</p>
      <RunBar flow={flow} />
    </div>
    <aside class="sandbox-side" aria-label="The trial">
      {flow.hasUser ? <AuthenticatorCard flow={flow} /> : null}
      <PartyCard flow={flow} />
      {flow.link === undefined ? null : <OwnBrowser flow={flow} link={flow.link} />}
    </aside>
    <StepList flow={flow} />
  </div>
)

const SecretsSwitch = () => {
  const { areSecretsShown } = useTrial()
  return (
    <button
      type="button"
      class="button"
      aria-pressed={areSecretsShown}
      onClick={() => changeTrial(() => ({ areSecretsShown: !areSecretsShown }))}
    >
      Show secrets
    </button>
  )
}
