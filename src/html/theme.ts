/** How the operator wants the pages to look (AuthConfig.theme), checked and ready to print. */
export interface Theme {
  /** The page title, and the heading of the sign-in card. */
  readonly title: string
  readonly brand:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'image'; readonly url: string }
    | undefined
  /** https, http on loopback, or same-origin path. Its origin alone is added to `style-src`. */
  readonly styleUrl: string | undefined
  readonly forgotPasswordUrl: string | undefined
}

export const DEFAULT_THEME: Theme = {
  title: 'Countersign',
  brand: undefined,
  styleUrl: undefined,
  forgotPasswordUrl: undefined,
}
