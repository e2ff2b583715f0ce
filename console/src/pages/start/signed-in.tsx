import { PageHead } from '../../parts/page-head.tsx'

/** Where a new tab ends up in which somebody logged in again, because their session ended while the console was open. */
export const SignedIn = () => (
  <>
    <PageHead title="You are signed in again" />
    <p class="notice notice-success">
      You can close this tab. What you typed is still in the other one, which goes on by itself.
    </p>
    <p>
      <a href="/console">Go on in this tab instead</a>
    </p>
  </>
)
