// The package has no types of its own; these are the parts that its documentation shows.
declare module 'passport-openidconnect' {
  import type { Strategy as PassportStrategy } from 'passport'

  export interface StrategyOptions {
    readonly issuer: string
    readonly authorizationURL: string
    readonly tokenURL: string
    readonly userInfoURL?: string
    readonly clientID: string
    readonly clientSecret: string
    readonly callbackURL: string
    readonly scope?: string | readonly string[]
    readonly nonce?: string
    readonly skipUserProfile?: boolean
    readonly maxAge?: number
  }

  export interface Profile {
    readonly id: string
    readonly displayName?: string
    readonly username?: string
    readonly emails?: readonly { readonly value: string }[]
  }

  type Done = (error: Error | null, user?: object | false) => void

  export class Strategy implements PassportStrategy {
    constructor(
      options: StrategyOptions,
      verify: (
        issuer: string,
        profile: Profile,
        context: object,
        idToken: string,
        accessToken: string,
        refreshToken: string | undefined,
        done: Done,
      ) => void,
    )
    readonly name: string
    authenticate(): void
  }
}
