import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso'
import { NotFound } from './pages/not-found.tsx'
import { PAGES } from './pages.ts'
import { ConnectionNotice } from './parts/connection-notice.tsx'
import { Navigation } from './parts/navigation.tsx'

/** The whole console: navigation, what is wrong with the connection, and one page. */
export const Console = () => (
  <LocationProvider scope="/console">
    <ErrorBoundary>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Navigation />
      <div class="column">
        <ConnectionNotice />
        <main id="main" tabIndex={-1}>
          <Router>
            {PAGES.flatMap(({ paths, component }) =>
              paths.map((path) => <Route key={path} path={path} component={component} />),
            )}
            <Route default component={NotFound} />
          </Router>
        </main>
      </div>
    </ErrorBoundary>
  </LocationProvider>
)
