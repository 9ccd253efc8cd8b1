import type { Edge, Facets, Node, NodeIx, NodeKind, Span } from '../../model/contract.ts'
import type { Shapes } from '../../model/fragment.ts'

/** A place in the code. */
export interface Place {
  file: string
  line: number
  endLine?: number
}

const maxNodes = 5000

/** The messages of one program's operations as they grow: nodes of a contract, with the files they stand in. */
export class ShapeGraph {
  private readonly files: string[] = []
  private readonly nodes: Node[] = []

  /** Past the limit nothing more is told: what is left out is open. */
  get full(): boolean {
    return this.nodes.length >= maxNodes
  }

  add(kind: NodeKind, at: Place, facets: Facets = {}, name?: string): NodeIx {
    return this.nodes.push({ kind, ...(name !== undefined && { name }), facets, edges: [], at: this.span(at) }) - 1
  }

  edge(from: NodeIx, edge: Edge): void {
    this.nodes[from]!.edges.push(edge)
  }

  facets(ix: NodeIx): Facets {
    return this.nodes[ix]!.facets
  }

  /** A value of which nothing is known. */
  open(at: Place): NodeIx {
    return this.add('schema', at, { open: true })
  }

  done(): Shapes | undefined {
    return this.nodes.length === 0 ? undefined : { files: this.files, nodes: this.nodes }
  }

  private span({ file, line, endLine }: Place): Span {
    const known = this.files.indexOf(file)
    const ix = known === -1 ? this.files.push(file) - 1 : known
    return { file: ix, line, ...(endLine !== undefined && endLine > line && { endLine }) }
  }
}
