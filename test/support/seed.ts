/** The three resources of the page the project began with, typed as they stand there. */
export const SEED_AUTH_CONFIG = `
twoFactor:
 issuerName: my-app 
 validPastTokensCount: 3 
 webhook:
  endpoint: https://my-app.com
  timeout: 500
`

export const SEED_CLIENT = `
secret: verysecret
first_party: true
grant_types:
  - code
auth:
  authorization_code:
    redirect_uri: 'http://localhost:3001'
    access_token_expiration: 360
    token_format: jwt
    secret_required: true
    refresh_token: true
`

export const SEED_USER = `
id: my-user
password: password
`
