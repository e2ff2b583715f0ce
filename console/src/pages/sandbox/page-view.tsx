import { Unfold } from '../../parts/unfold.tsx'

interface PageViewProps {
  readonly title: string
  readonly html: string
}

/**
 * A page as a person would see it. Nothing in it can run or be sent.
 * NOTE: `allow-same-origin` gives it its style sheet, which no other origin may load; without `allow-scripts` it gives no script
 * anything.
 */
export const PageView = ({ title, html }: PageViewProps) => (
  <Unfold
    class="exchange"
    summary={
      <>
        <span class="muted">Page</span>
        {title}
      </>
    }
  >
    {() => <iframe class="page-view" title={title} sandbox="allow-same-origin" srcdoc={still(html)} />}
  </Unfold>
)

/** Without what would take the focus. */
const still = (html: string): string => html.replaceAll(/\sautofocus(?=[\s>])/g, '')
