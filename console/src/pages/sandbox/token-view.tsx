import { CopyButton } from '../../parts/copy-button.tsx'
import { Unfold } from '../../parts/unfold.tsx'
import { Shown } from './shown.tsx'
import { instantsOf } from './trial/checks.ts'
import { decodeJwt } from './trial/jwt.ts'

interface TokenViewProps {
  readonly title: string
  readonly token: string
}

/** A token, and what is in it where it is a JWT. */
export const TokenView = ({ title, token }: TokenViewProps) => {
  const decoded = decodeJwt(token)
  return (
    <Unfold
      class="exchange"
      summary={
        <>
          <span class="muted">Token</span>
          <code>{title}</code>
          <span class="badge">{decoded === undefined ? 'opaque' : 'JWT'}</span>
        </>
      }
    >
      {() => (
        <div class="exchange-parts">
          <pre>
            <Shown text={token} />
          </pre>
          <CopyButton label={`Copy the ${title}`} text={() => token} />
          {decoded === undefined ? (
            <p class="muted">Nothing is to be read in it: only this server knows what it is worth.</p>
          ) : (
            <>
              <h4>Header</h4>
              <pre>
                <Shown text={JSON.stringify(decoded.header, null, 1)} />
              </pre>
              <h4>Claims</h4>
              <pre>
                <Shown text={JSON.stringify(decoded.claims, null, 1)} />
              </pre>
              <dl class="instants">
                {instantsOf(decoded.claims).map(([name, instant]) => (
                  <div key={name}>
                    <dt>
                      <code>{name}</code>
                    </dt>
                    <dd>
                      <time dateTime={instant}>{new Date(instant).toLocaleString()}</time>
                    </dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </div>
      )}
    </Unfold>
  )
}
