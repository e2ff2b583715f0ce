import type { WriteStep } from '../kernel/transact.ts'
import type { Client } from './client.ts'

export interface ClientStore {
  find(id: string): Promise<Client | undefined>
  /** The client and the hash of its secret in one read; `secretHash` is undefined for a public client. */
  findWithSecretHash(
    id: string,
  ): Promise<{ readonly client: Client; readonly secretHash: string | undefined } | undefined>
}

export interface ClientSecretStore {
  setStep(clientId: string, hash: string): WriteStep
  removeStep(clientId: string): WriteStep
}
