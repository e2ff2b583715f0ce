import type { ComponentType } from 'preact'
import { lazy } from 'preact-iso'

export interface Page {
  /** In the navigation. */
  readonly title: string
  /** The first is where the navigation leads. */
  readonly paths: readonly [string, ...string[]]
  readonly component: ComponentType
}

/** Every page, in the order of the navigation; each is loaded when it is first opened. */
export const PAGES: readonly Page[] = [
  {
    title: 'Start',
    paths: ['/console'],
    component: lazy(() => import('./pages/start/start.tsx').then(({ Start }) => Start)),
  },
  {
    title: 'REST console',
    paths: ['/console/rest'],
    component: lazy(() => import('./pages/rest/rest-console.tsx').then(({ RestConsole }) => RestConsole)),
  },
  {
    title: 'Sandbox',
    paths: ['/console/sandbox', '/console/sandbox/:flow'],
    component: lazy(() => import('./pages/sandbox/sandbox.tsx').then(({ Sandbox }) => Sandbox)),
  },
]
