import type { JsonObject } from '../../api/server.ts'
import { textAt, valueAt } from '../../document/at-path.ts'
import { AsCurl } from '../../parts/as-curl.tsx'
import { Instant } from '../../parts/instant.tsx'
import type { Overview } from './load-start.ts'

/** How the server stands: how many of what, and what was refused of late. */
export const OverviewOf = ({ overview }: { readonly overview: Overview }) => {
  const { users, usersWithTwoFactor, usersLookedAt, clients, browsers, tokens, failures } = overview
  return (
    <>
      <ul class="figures" aria-label="How many">
        <Figure value={users} label={users === 1 ? 'user' : 'users'} href="/console/users" />
        <Figure
          value={usersWithTwoFactor}
          label={`with two-factor${usersLookedAt < users ? ` of the newest ${usersLookedAt}` : ''}`}
          href="/console/users"
        />
        <Figure value={clients} label={clients === 1 ? 'client' : 'clients'} href="/console/clients" />
        <Figure
          value={browsers}
          label={browsers === 1 ? 'signed-in browser' : 'signed-in browsers'}
          href="/console/sessions?type=browser&active=true"
        />
        <Figure
          value={tokens}
          label={tokens === 1 ? 'app session' : 'app sessions'}
          href="/console/sessions?active=true"
        />
      </ul>
      <section class="card" aria-labelledby="failures">
        <header class="row">
          <h2 id="failures" class="grow">
            What was refused lately
          </h2>
          <a href="/console/audit?outcome=failure">All failures</a>
        </header>
        {failures.length === 0 ? (
          <p class="muted">Nothing. Wrong passwords, codes and client secrets will be here.</p>
        ) : (
          <ul class="failures">
            {failures.map((event) => (
              <Failure key={textAt(event, ['id'])} event={event} />
            ))}
          </ul>
        )}
        <AsCurl method="GET" path="/AuditEvent?outcome=failure&_sort=-_lastUpdated&_count=5" />
      </section>
      <nav aria-label="Go on" class="ways">
        {LINKS.map(({ href, title, about }) => (
          <a key={href} class="card way" href={href}>
            <strong>{title}</strong>
            <span class="muted">{about}</span>
          </a>
        ))}
      </nav>
    </>
  )
}

interface FigureProps {
  readonly value: number
  readonly label: string
  readonly href: string
}

const COUNT = new Intl.NumberFormat(undefined)

const Figure = ({ value, label, href }: FigureProps) => (
  <li>
    <a class="card figure" href={href}>
      <strong>{COUNT.format(value)}</strong> <span class="muted">{label}</span>
    </a>
  </li>
)

const Failure = ({ event }: { readonly event: JsonObject }) => {
  const whom = [textAt(event, ['user', 'id']), textAt(event, ['client', 'id'])].filter((id) => id !== '')
  return (
    <li>
      <span class="muted">
        <Instant at={valueAt(event, ['recorded'])} />
      </span>
      <span>
        {textAt(event, ['event'])}
        {whom.length === 0 ? '' : ` · ${whom.join(' · ')}`}
      </span>
      <span class="badge badge-bad">{textAt(event, ['reason']) || 'failure'}</span>
    </li>
  )
}

const LINKS = [
  {
    href: '/console/rest',
    title: 'REST console',
    about: 'Send requests as the documentation writes them.',
  },
  {
    href: '/console/sandbox',
    title: 'Sandbox',
    about: 'Play every flow with an application, a browser and a phone.',
  },
  {
    href: '/console/configuration',
    title: 'Configuration',
    about: 'Titles, colours, second factor and webhook, with a preview.',
  },
] as const
