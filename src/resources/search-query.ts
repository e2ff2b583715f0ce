import type { AttributePath } from './resource-kind.ts'

/** What a string is compared with: paths of the document and names of lookup keys; one of them must fit. */
export interface SearchTarget {
  readonly paths: readonly AttributePath[]
  readonly keys: readonly string[]
}

/** `equals` compares as it is, the others without regard to case. */
export type TextMatch = 'equals' | 'same' | 'starts' | 'ends' | 'contains'

export type Comparison = 'eq' | 'ne' | 'gt' | 'lt' | 'gte' | 'lte'

/** What a comparison takes the value for. A document without such a value never fits, not even to `ne`. */
export type ComparedValue =
  | { readonly as: 'text'; readonly value: string }
  /** Instants are milliseconds. */
  | { readonly as: 'number' | 'instant'; readonly value: number }

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
  | ({
      readonly kind: 'compare'
      readonly path: AttributePath
      readonly comparison: Comparison
    } & ComparedValue)
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
