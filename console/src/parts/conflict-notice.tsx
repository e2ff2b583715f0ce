import { Unfold } from './unfold.tsx'
import type { Conflict } from './use-draft.ts'

interface ConflictNoticeProps {
  readonly conflict: Conflict
  readonly isBusy: boolean
  readonly onOverwrite: () => void
  readonly onTakeTheirs: () => void
}

/** Somebody else was faster: what they did, and the choice. Nothing is lost until it is made. */
export const ConflictNotice = ({ conflict, isBusy, onOverwrite, onTakeTheirs }: ConflictNoticeProps) => {
  const { theirs } = conflict
  return (
    <div class="notice notice-warning stack" role="alert">
      <p>
        {theirs === undefined
          ? 'Somebody else deleted this meanwhile.'
          : 'Somebody else saved this meanwhile.'}{' '}
        Your changes are still here.
      </p>
      {theirs === undefined ? null : (
        <Unfold class="curl" summary="What they saved">
          {() => <pre>{JSON.stringify(theirs.document, undefined, 2)}</pre>}
        </Unfold>
      )}
      <div class="row">
        <button type="button" class="button" disabled={isBusy} onClick={onOverwrite}>
          {theirs === undefined ? 'Create it anew with mine' : 'Save mine over it'}
        </button>
        <button type="button" class="button" disabled={isBusy} onClick={onTakeTheirs}>
          Drop mine
        </button>
      </div>
    </div>
  )
}
