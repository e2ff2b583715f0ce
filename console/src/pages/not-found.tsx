import { PageHead } from '../parts/page-head.tsx'

export const NotFound = () => (
  <>
    <PageHead title="There is nothing here" />
    <p>
      The console has no page at this address. <a href="/console">Go to the start</a>.
    </p>
  </>
)
