import { html } from 'hono/html'
import type { Html } from './layout.page.ts'
import type { Theme } from './theme.ts'
import { tooManyTries } from './wait-in-words.ts'

/** What every form posts without being seen. */
export interface HiddenFields {
  readonly csrf: string
  readonly hidden?: Readonly<Record<string, string>> | undefined
}

/** What every page is given whose form may come back with what was wrong. */
export interface FormPage extends HiddenFields {
  readonly theme: Theme
  readonly action: string
  readonly error?: string | undefined
  /** Tried too often: said instead of `error`. */
  readonly retryAfterSeconds?: number | undefined
}

/** What was wrong, in words. */
export const errorOf = ({ error, retryAfterSeconds }: FormPage): string | undefined =>
  retryAfterSeconds === undefined ? error : tooManyTries(retryAfterSeconds)

export const hiddenFields = ({ csrf, hidden = {} }: HiddenFields): Html =>
  html`${[['csrf', csrf] as const, ...Object.entries(hidden)].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}`

export interface Field {
  readonly name: string
  readonly label: string
  readonly autocomplete: 'username' | 'current-password' | 'new-password' | 'one-time-code'
  readonly value?: string | undefined
  readonly hint?: Html | string | undefined
  readonly error?: string | undefined
  /** An element elsewhere that says what is wrong with this field. */
  readonly errorId?: string | undefined
  readonly hasFocus?: boolean | undefined
}

/** A labelled text field; hint and error are tied to it by `aria-describedby`. */
export const field = (given: Field): Html => {
  const { name, label, autocomplete, value, hint, error, errorId, hasFocus = false } = given
  const errorAt = error === undefined ? errorId : `${name}-error`
  const described = [errorAt, hint === undefined ? undefined : `${name}-hint`].filter(Boolean).join(' ')
  return html`<div class="cs-field">
<label class="cs-label" for="${name}">${label}</label>
${hint === undefined ? '' : html`<p class="cs-hint" id="${name}-hint">${hint}</p>`}
<input class="cs-input${autocomplete === 'one-time-code' ? ' cs-code' : ''}" id="${name}" name="${name}"
 type="${autocomplete.endsWith('-password') ? 'password' : 'text'}" autocomplete="${autocomplete}"
 ${autocomplete === 'one-time-code' ? html`inputmode="numeric"` : ''}
 ${value === undefined ? '' : html`value="${value}"`}
 ${described === '' ? '' : html`aria-describedby="${described}"`}
 ${errorAt === undefined ? '' : html`aria-invalid="true"`}
 ${hasFocus ? html`autofocus` : ''}
 autocapitalize="none" autocorrect="off" spellcheck="false" required>
${error === undefined ? '' : html`<p class="cs-error" id="${name}-error" role="alert">${error}</p>`}
</div>`
}

/** The code of a second factor: digits, but spaces and whatever is pasted are the server's to judge. */
export const codeField = (given: Omit<Field, 'name' | 'label' | 'autocomplete'>): Html =>
  field({ ...given, name: 'token', label: 'Authentication code', autocomplete: 'one-time-code' })

export interface Checkbox {
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly isChecked?: boolean | undefined
}

/** Posts `name=true` when ticked, nothing when not. */
export const checkbox = ({ name, label, hint, isChecked = false }: Checkbox): Html =>
  html`<div class="cs-check">
<input class="cs-checkbox" type="checkbox" id="${name}" name="${name}" value="true"
 ${hint === undefined ? '' : html`aria-describedby="${name}-hint"`} ${isChecked ? html`checked` : ''}>
<label for="${name}">${label}</label>
${hint === undefined ? '' : html`<p class="cs-hint" id="${name}-hint">${hint}</p>`}
</div>`

export type ButtonLook = 'primary' | 'secondary' | 'danger'

export const submit = (label: string, look: ButtonLook = 'primary'): Html =>
  html`<button class="cs-button cs-button-${look}" type="submit">${label}</button>`

/** Posts `name=value` with the form it stands in. */
export const choice = (name: string, value: string, label: string, look: ButtonLook): Html =>
  html`<button class="cs-button cs-button-${look}" type="submit" name="${name}" value="${value}">${label}</button>`

export const linkButton = (href: string, label: string, look: ButtonLook = 'primary'): Html =>
  html`<a class="cs-button cs-button-${look}" href="${href}">${label}</a>`

/** A message about the page, not about one field. `error` is announced at once, the others politely. */
export const notice = (
  kind: 'info' | 'success' | 'warning' | 'error',
  message: Html | string,
  id = '',
): Html =>
  html`<div class="cs-notice cs-notice-${kind}" role="${kind === 'error' ? 'alert' : 'status'}" ${
    id === '' ? '' : html`id="${id}"`
  }>${message}</div>`

/** What is wrong with a whole form; its fields point here by `errorId`. Empty where nothing is wrong. */
export const errorSummary = (id: string, message: string | undefined): Html =>
  message === undefined ? html`` : notice('error', message, id)
