import type { AttributePath } from './resource-kind.ts'

/** What a string is compared with: paths of the document and names of lookup keys; one of them must fit. */
export interface SearchTarget {
  readonly paths: readonly AttributePath[]
  readonly keys: readonly string[]
}

/** `equals` and `exact` compare as they are, the others without regard to case. */
export type TextMatch = 'equals' | 'starts' | 'ends' | 'contains'

/** All conditions of a search must hold; of one condition's values, any. */
export type SearchCondition =
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  | { readonly kind: 'updated'; readonly from?: number; readonly until?: number; readonly isNegated: boolean }
  | {
      readonly kind: 'text'
      readonly target: SearchTarget
      readonly match: TextMatch
      readonly values: readonly string[]
      readonly isNegated: boolean
    }
  | { readonly kind: 'missing'; readonly target: SearchTarget; readonly isMissing: boolean }
  | {
      readonly kind: 'reference'
      readonly paths: readonly AttributePath[]
      readonly values: readonly ReferenceValue[]
      readonly isNegated: boolean
    }

export type ReferenceValue =
  | { readonly kind: 'local'; readonly type: string | undefined; readonly id: string }
  | { readonly kind: 'absolute'; readonly uri: string }

export interface SortKey {
  readonly by:
    | { readonly kind: 'id' }
    | { readonly kind: 'updated' }
    | { readonly kind: 'path'; readonly path: AttributePath }
  readonly isDescending: boolean
}

export interface SearchQuery {
  readonly conditions: readonly SearchCondition[]
  /** The id decides between equals. */
  readonly sort: readonly SortKey[]
  readonly limit: number
  readonly offset: number
  readonly wantsTotal: boolean
}
