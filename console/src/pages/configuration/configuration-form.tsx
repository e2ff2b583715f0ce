import { useEffect, useRef } from 'preact/hooks'
import type { JsonObject } from '../../api/server.ts'
import { textAt, valueAt, withValueAt } from '../../document/at-path.ts'
import { TextField } from '../../parts/field.tsx'
import type { FormProps } from '../../parts/resource-editor.tsx'

const TEXTS = [
  { path: ['theme', 'title'], label: 'Title', hint: 'On the sign-in page.' },
  { path: ['theme', 'brand'], label: 'Brand', hint: 'The name of the application, or the URL of its image.' },
  { path: ['theme', 'styleUrl'], label: 'Stylesheet', hint: 'The https URL of one of your own, or a path.' },
  { path: ['twoFactor', 'issuerName'], label: 'Issuer name', hint: 'People see it in their authenticator.' },
] as const

const NUMBERS = [
  {
    path: ['twoFactor', 'validPastTokensCount'],
    label: 'Valid past codes',
    hint: 'How many earlier codes of 30 seconds each still count.',
  },
] as const

const WEBHOOK = ['twoFactor', 'webhook'] as const

/** What is most often changed of an AuthConfig; the document has everything. */
export const ConfigurationForm = (props: FormProps) => {
  const { document, isNew, onChange, errorAt } = props
  const set = (path: readonly string[], text: string): void =>
    onChange(withValueAt(document, path, text === '' ? undefined : text))
  const setNumber = (path: readonly string[], text: string): void => {
    const number = Number(text)
    onChange(
      withValueAt(document, path, text.trim() === '' ? undefined : Number.isNaN(number) ? text : number),
    )
  }
  return (
    <>
      <TextField
        label="Id"
        value={textAt(document, ['id'])}
        error={errorAt(['id'])}
        isReadOnly={!isNew}
        isRequired
        onInput={(value) => set(['id'], value)}
      />
      {TEXTS.map(({ path, label, hint }) => (
        <TextField
          key={label}
          label={label}
          hint={hint}
          value={textAt(document, path)}
          error={errorAt(path)}
          onInput={(value) => set(path, value)}
        />
      ))}
      {NUMBERS.map(({ path, label, hint }) => (
        <TextField
          key={label}
          label={label}
          hint={hint}
          type="number"
          value={textAt(document, path)}
          error={errorAt(path)}
          onInput={(value) => setNumber(path, value)}
        />
      ))}
      <WebhookFields {...props} onNumber={setNumber} />
    </>
  )
}

interface WebhookFieldsProps extends FormProps {
  readonly onNumber: (path: readonly string[], text: string) => void
}

/** NOTE: there is no webhook without its endpoint. One that is emptied takes the others along, and typed anew brings them back. */
const WebhookFields = ({ document, isDirty, onChange, errorAt, onNumber }: WebhookFieldsProps) => {
  const taken = useRef<JsonObject>({})
  useEffect(() => {
    if (!isDirty) taken.current = {}
  }, [isDirty])
  const endpoint = textAt(document, [...WEBHOOK, 'endpoint'])
  const timeout = textAt(document, [...WEBHOOK, 'timeout'])
  const setEndpoint = (text: string): void => {
    const webhook = (valueAt(document, WEBHOOK) ?? taken.current) as JsonObject
    if (text === '') taken.current = webhook
    onChange(withValueAt(document, WEBHOOK, text === '' ? undefined : { ...webhook, endpoint: text }))
  }
  return (
    <fieldset class="field choices">
      <legend class="label">Webhook that sends the code</legend>
      <TextField
        label="Endpoint"
        type="url"
        hint="Empty: there is none; its timeout and headers go with it. Headers are set in the document."
        value={endpoint}
        error={errorAt([...WEBHOOK, 'endpoint'])}
        onInput={setEndpoint}
      />
      <TextField
        label="Timeout (milliseconds)"
        type="number"
        hint={endpoint === '' ? 'Give an endpoint first.' : undefined}
        value={timeout}
        error={errorAt([...WEBHOOK, 'timeout'])}
        isReadOnly={endpoint === '' && timeout === ''}
        onInput={(value) => onNumber([...WEBHOOK, 'timeout'], value)}
      />
    </fieldset>
  )
}
