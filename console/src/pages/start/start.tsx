import './start.css'
import { Loaded, useLoad } from '../../parts/load.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { useComeBack } from '../../parts/use-come-back.ts'
import { firstRunSteps } from './first-run.ts'
import { FirstRun } from './first-run.tsx'
import { loadStart } from './load-start.ts'
import { OverviewOf } from './overview.tsx'

/** What is still to do on a new server, and how it stands. */
export const Start = () => {
  const start = useLoad('start', loadStart)
  useComeBack(start.reload)
  return (
    <>
      <PageHead title="Start" />
      <Loaded of={start}>
        {({ firstRun, overview }) => {
          const steps = firstRunSteps(firstRun)
          return (
            <>
              {steps.every(({ isDone }) => isDone) ? null : <FirstRun steps={steps} />}
              <OverviewOf overview={overview} />
            </>
          )
        }}
      </Loaded>
    </>
  )
}
