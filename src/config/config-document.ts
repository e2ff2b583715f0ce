import { notesOf, settings } from './settings.ts'

/** `docs/config.md`: every setting with its default and meaning. */
export const configDocument = (): string => {
  const entries = Object.entries(settings.shape).map(([name, schema]) => ({
    name,
    description: schema.description ?? '',
    notes: notesOf(schema),
  }))
  const rows = entries.map(
    ({ name, description, notes }) => `| \`${name}\` | ${notes?.fallback ?? ''} | ${description} |`,
  )
  const migrated = entries
    .filter(({ notes }) => notes?.aidbox !== undefined)
    .map(({ name, notes }) => `| \`${notes?.aidbox}\` | \`${name}\` |`)
  return `<!-- Printed from src/config/settings.ts by scripts/print-config.ts. Do not edit. -->

# Configuration

Countersign is configured by environment variables, read once at the start. All that is wrong is listed at once, and
a \`COUNTERSIGN_\` name that does not exist is refused. An empty variable counts as not set. What may change while the
server runs (theme, two-factor policy, webhook) is the AuthConfig resource.

| variable | default | meaning |
|---|---|---|
${rows.join('\n')}

## Coming from Aidbox

| Aidbox | Countersign |
|---|---|
${migrated.join('\n')}
`
}
