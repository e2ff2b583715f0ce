import type { ComponentType } from 'preact'
import { lazyPage } from './parts/lazy-page.tsx'

export interface Page {
  /** In the navigation; left out of it where there is none. */
  readonly title?: string
  /** The first is where the navigation leads. */
  readonly paths: readonly [string, ...string[]]
  readonly component: ComponentType
}

/** Every page, in the order of the navigation; each is loaded when it is first opened. */
export const PAGES: readonly Page[] = [
  {
    title: 'Start',
    paths: ['/console'],
    component: lazyPage(() => import('./pages/start/start.tsx').then(({ Start }) => Start)),
  },
  {
    title: 'REST console',
    paths: ['/console/rest'],
    component: lazyPage(() => import('./pages/rest/rest-console.tsx').then(({ RestConsole }) => RestConsole)),
  },
  {
    title: 'Sandbox',
    paths: ['/console/sandbox', '/console/sandbox/:flow'],
    component: lazyPage(() => import('./pages/sandbox/sandbox.tsx').then(({ Sandbox }) => Sandbox)),
  },
  {
    title: 'Users',
    paths: ['/console/users'],
    component: lazyPage(() => import('./pages/users/users.tsx').then(({ Users }) => Users)),
  },
  {
    paths: ['/console/users/new'],
    component: lazyPage(() => import('./pages/users/user.tsx').then(({ NewUser }) => NewUser)),
  },
  {
    paths: ['/console/users/:id'],
    component: lazyPage(() => import('./pages/users/user.tsx').then(({ User }) => User)),
  },
  {
    title: 'Clients',
    paths: ['/console/clients'],
    component: lazyPage(() => import('./pages/clients/clients.tsx').then(({ Clients }) => Clients)),
  },
  {
    paths: ['/console/clients/new'],
    component: lazyPage(() => import('./pages/clients/client.tsx').then(({ NewClient }) => NewClient)),
  },
  {
    paths: ['/console/clients/:id'],
    component: lazyPage(() => import('./pages/clients/client.tsx').then(({ Client }) => Client)),
  },
  {
    title: 'Configuration',
    paths: ['/console/configuration'],
    component: lazyPage(() =>
      import('./pages/configuration/configurations.tsx').then(({ Configurations }) => Configurations),
    ),
  },
  {
    paths: ['/console/configuration/new'],
    component: lazyPage(() =>
      import('./pages/configuration/configuration.tsx').then(({ NewConfiguration }) => NewConfiguration),
    ),
  },
  {
    paths: ['/console/configuration/:id'],
    component: lazyPage(() =>
      import('./pages/configuration/configuration.tsx').then(({ Configuration }) => Configuration),
    ),
  },
  {
    title: 'Sessions',
    paths: ['/console/sessions'],
    component: lazyPage(() => import('./pages/access/sessions.tsx').then(({ Sessions }) => Sessions)),
  },
  {
    title: 'Grants',
    paths: ['/console/grants'],
    component: lazyPage(() => import('./pages/access/grants.tsx').then(({ Grants }) => Grants)),
  },
  {
    title: 'Audit',
    paths: ['/console/audit'],
    component: lazyPage(() => import('./pages/audit/audit.tsx').then(({ Audit }) => Audit)),
  },
  {
    title: 'Webhook',
    paths: ['/console/webhook'],
    component: lazyPage(() => import('./pages/webhook/webhook.tsx').then(({ Webhook }) => Webhook)),
  },
  {
    title: 'Signing keys',
    paths: ['/console/keys'],
    component: lazyPage(() => import('./pages/keys/keys.tsx').then(({ Keys }) => Keys)),
  },
  {
    paths: ['/console/signed-in'],
    component: lazyPage(() => import('./pages/start/signed-in.tsx').then(({ SignedIn }) => SignedIn)),
  },
]
