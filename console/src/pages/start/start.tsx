import { PageHead } from '../../parts/page-head.tsx'

export const Start = () => (
  <>
    <PageHead title="Start" />
  </>
)
