import { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { reference } from '../resources/reference.ts'
import type { ResourceKind } from '../resources/resource-kind.ts'

const LINKS = [
  'patient',
  'practitionerRole',
  'practitioner',
  'organization',
  'person',
  'relatedPerson',
] as const

/** `practitionerRole` points to a PractitionerRole, and so on. */
const links = Object.fromEntries(
  LINKS.map((name) => [name, reference(`${name.charAt(0).toUpperCase()}${name.slice(1)}`).optional()]),
) as Record<(typeof LINKS)[number], z.ZodOptional<ReturnType<typeof reference>>>

const schema = z.looseObject({
  name: z.string().min(1, 'expected at least one character').max(200, 'expected at most 200 characters'),
  user: reference('User'),
  description: z.string().optional(),
  links: z.strictObject(links).optional(),
  context: z.custom<JsonObject>(isJsonObject, 'expected an object').optional(),
})

/** That a user has a role, and with what; the same role of many users is many resources. Open to attributes of one's own. */
export const ROLE_KIND: ResourceKind<z.infer<typeof schema>> = {
  type: 'Role',
  schema,
  writeOnly: [],
  unsearchable: [],
  referencePaths: [['user'], ...LINKS.map((name) => ['links', name])],
  searchParameters: {
    name: { type: 'string', paths: [['name']] },
    user: { type: 'reference', paths: [['user']] },
  },
  lookupKeys: () => [],
  prepareWrite: async (input) => ({ document: input as JsonObject, steps: [], changedSecrets: [] }),
  deleteSteps: () => [],
}
