/** Who sends a request, once its credentials are checked. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | {
      readonly kind: 'client'
      readonly clientId: string
      /** Of its token; left out where it came with its secret. */
      readonly sessionId?: string
    }
  | {
      readonly kind: 'user'
      readonly userId: string
      readonly clientId?: string
      /** Left out where another issuer vouches for the user. */
      readonly sessionId?: string
      readonly via: 'cookie' | 'bearer'
    }
