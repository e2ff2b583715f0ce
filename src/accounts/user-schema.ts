import { z } from 'zod'
import type { JsonObject } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { reference } from '../resources/reference.ts'

const text = z.string()
const flag = z.boolean()
const open = z.custom<JsonObject>(isJsonObject, 'expected an object')

/** A row of the lookup index holds 2,704 bytes on PostgreSQL. */
const INDEXED_BYTES = 1000

const indexed = text.refine(
  (value) => Buffer.byteLength(value) <= INDEXED_BYTES,
  `expected at most ${INDEXED_BYTES} bytes`,
)

/** What a person types to sign in: the sign-in page takes blanks around it away, so none may belong to it. */
const loginName = (longest: number) =>
  text
    .min(1, 'expected at least one character')
    .max(longest, `expected at most ${longest} characters`)
    .refine((value) => value === value.trim(), 'expected no blanks at either end')
    .refine((value) => !/\p{Cc}/u.test(value), 'expected no control characters')

/** SCIM multi-valued attribute (RFC 7643 §2.4). */
const multiValue = z.array(
  z.strictObject({
    value: text.optional(),
    display: text.optional(),
    type: text.optional(),
    primary: flag.optional(),
  }),
)

const address = z.strictObject({
  formatted: text.optional(),
  streetAddress: text.optional(),
  locality: text.optional(),
  region: text.optional(),
  postalCode: text.optional(),
  country: text.optional(),
  type: text.optional(),
})

const name = z.strictObject({
  formatted: text.optional(),
  familyName: text.optional(),
  givenName: text.optional(),
  middleName: text.optional(),
  honorificPrefix: text.optional(),
  honorificSuffix: text.optional(),
})

/** FHIR Identifier. */
const identifier = z.strictObject({
  use: text.optional(),
  type: open.optional(),
  system: indexed.optional(),
  value: indexed.optional(),
  period: z.strictObject({ start: text.optional(), end: text.optional() }).optional(),
  assigner: reference('Organization').optional(),
})

const twoFactor = z
  .strictObject({
    enabled: flag.optional(),
    secretKey: text
      .regex(
        /^[A-Za-z2-7]{16,128}$/,
        'expected the Base32 secret of an authenticator, 16 to 128 characters, without padding',
      )
      .optional(),
    transport: text
      .min(1, 'expected at least one character')
      .max(64, 'expected at most 64 characters')
      .nullable()
      .optional(),
  })
  .nullable()

const strings = [
  'displayName',
  'title',
  'userType',
  'gender',
  'employeeNumber',
  'costCenter',
  'division',
  'department',
  'preferredLanguage',
  'locale',
  'timezone',
  'phoneNumber',
  'photo',
  'profileUrl',
] as const

const optionalStrings = Object.fromEntries(
  strings.map((attribute) => [attribute, text.optional()]),
) as Record<(typeof strings)[number], z.ZodOptional<z.ZodString>>

/** `User` as it is written: every attribute of the SCIM-like resource, the secrets among them. */
export const userSchema = z.strictObject({
  ...optionalStrings,
  userName: loginName(256).optional(),
  email: loginName(320).optional(),
  emails: multiValue.optional(),
  password: text.nullable().optional(),
  passwordResetJti: z.never('cannot be written; the server sets it').optional(),
  inactive: flag.optional(),
  active: flag.optional(),
  twoFactor: twoFactor.optional(),
  fhirUser: reference('Patient', 'Practitioner', 'PractitionerRole', 'Person', 'RelatedPerson').optional(),
  name: name.optional(),
  phoneNumbers: multiValue.optional(),
  photos: multiValue.optional(),
  addresses: z.array(address).optional(),
  ims: multiValue.optional(),
  entitlements: multiValue.optional(),
  roles: multiValue.optional(),
  x509Certificates: multiValue.optional(),
  manager: reference('User').optional(),
  organization: reference('Organization').optional(),
  identifier: z.array(identifier).max(100, 'expected at most 100 identifiers').optional(),
  link: z.array(z.strictObject({ link: reference().optional(), type: text.optional() })).optional(),
  securityLabel: z.array(z.strictObject({ system: text.optional(), code: text.optional() })).optional(),
  data: open.optional(),
})

export type UserInput = z.infer<typeof userSchema>
