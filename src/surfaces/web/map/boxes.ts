/** What is to be placed. A given `layer` is kept; without one the links decide. */
export interface Box {
  id: string
  width: number
  height: number
  layer?: number
}

export interface Link {
  id: string
  from: string
  to: string
}

export interface Point {
  x: number
  y: number
}

export interface PlacedBox extends Point {
  id: string
  width: number
  height: number
}
