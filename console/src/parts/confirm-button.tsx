import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { TextField } from './field.tsx'

interface ConfirmButtonProps {
  /** On the button that asks, and on the one that does it. */
  readonly label: string
  readonly title: string
  /** What will happen. */
  readonly children: ComponentChildren
  readonly isDangerous?: boolean
  /** Where a reason has to be given: what its field is called. */
  readonly reasonLabel?: string
  readonly onConfirm: (reason: string) => Promise<void>
}

/** A button that asks first. What goes wrong is told in the dialog, which stays open. */
export const ConfirmButton = (props: ConfirmButtonProps) => {
  const { label, title, children, isDangerous = false, reasonLabel, onConfirm } = props
  const opener = useRef<HTMLButtonElement>(null)
  const dialog = useRef<HTMLDialogElement>(null)
  const headingId = useId()
  const [reason, setReason] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string>()

  // NOTE: what was confirmed may take the button away, and the focus must not go with it.
  useLayoutEffect(() => () => leaveFocus(opener.current), [])

  const confirm = async (): Promise<void> => {
    // NOTE: a button that is disabled loses the focus.
    if (isBusy) return
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm(reason.trim())
      dialog.current?.close()
    } catch (fault) {
      setError(fault instanceof Error ? fault.message : String(fault))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <button
        ref={opener}
        type="button"
        class={`button ${isDangerous ? 'button-danger-quiet' : ''}`}
        onClick={() => dialog.current?.showModal()}
      >
        {label}
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby={headingId} onClose={() => setError(undefined)}>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            void confirm()
          }}
        >
          <h2 id={headingId}>{title}</h2>
          <div>{children}</div>
          {reasonLabel === undefined ? null : (
            <TextField label={reasonLabel} value={reason} onInput={setReason} isRequired />
          )}
          {error === undefined ? null : (
            <p class="notice notice-error" role="alert">
              {error}
            </p>
          )}
          <div class="row end">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button
              type="submit"
              class={`button ${isDangerous ? 'button-danger' : 'button-primary'}`}
              aria-disabled={isBusy}
            >
              {label}
            </button>
          </div>
        </form>
      </dialog>
    </>
  )
}

/** Where the button has the focus, the heading above it gets it. */
const leaveFocus = (button: HTMLButtonElement | null): void => {
  if (button === null || document.activeElement !== button) return
  const place = button.closest('section[aria-labelledby], main')
  const heading = place?.querySelector<HTMLElement>('h2, h1')
  heading?.setAttribute('tabindex', '-1')
  heading?.focus()
}
