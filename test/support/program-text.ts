import type { AnnotationFact, Expr, FunctionFact, ImportFact, ProgramFacts, TypeFact, TypeRef } from '../../src/model/program.ts'

/** Program facts as lines that a person can compare with the source: `f2 :16 f(&x.y, "KEY")` is a call in function 2, line 16. */
export const showProgram = (facts: ProgramFacts): Record<string, unknown> => ({
  unit: {
    language: facts.unit.language,
    ...(facts.unit.package && { package: facts.unit.package }),
    ...(facts.unit.generated && { generated: facts.unit.generated }),
    ...(facts.unit.main && { main: facts.unit.main }),
    imports: facts.unit.imports.map(showImport),
  },
  types: facts.types.map(showType),
  functions: facts.functions.map((fn, i) => `f${i} ${lines(fn.spot)} ${showFunction(facts, fn)}`),
  calls: facts.calls.map((c, i) => {
    const args = [...c.args.map(showExpr), ...c.named.map(n => `${n.name}=${showExpr(n.value)}`)].join(', ')
    const init = c.init ? ` {${c.init.map(e => `${showExpr(e.key)}: ${showExpr(e.value)}`).join(', ')}}` : ''
    const callee = `${c.isNew ? 'new ' : ''}${showExpr(c.callee)}${c.typeArgs ? `<${c.typeArgs.map(showRef).join(', ')}>` : ''}`
    return `#${i} f${c.fn} ${lines(c.spot)} ${callee}${c.optional ? '?.' : ''}(${args})${init}`
  }),
  binds: facts.binds.map(
    b => `f${b.fn} ${lines(b.spot)} ${showExpr(b.target)}${b.type ? `: ${showRef(b.type)}` : ''} = ${showExpr(b.value)}`,
  ),
  returns: facts.returns.map(r => `f${r.fn} ${lines(r.spot)} ${showExpr(r.value)}`),
  cases: facts.cases.map(c => {
    const of = c.of ? `${showExpr(c.of)} is ` : ''
    return `f${c.fn} ${lines(c.spot)} ${of}${showExpr(c.value)}${c.hasDefault ? ', or default' : ''}`
  }),
  reads: facts.reads.map(r => `f${r.fn} ${showExpr(r.value)}`),
})

const lines = (spot: { line: number; endLine?: number }): string => `:${spot.line}${spot.endLine ? `-${spot.endLine}` : ''}`

const showImport = (fact: ImportFact): string =>
  `${lines(fact.spot)} ${fact.local || '(nothing)'} = ${fact.path}${fact.name === undefined ? '' : ` . ${fact.name}`}`

const showType = (type: TypeFact): Record<string, unknown> => ({
  type: `${lines(type.spot)} ${annotated(type.annotations)}${type.kind} ${type.outer ? `${type.outer} > ` : ''}${type.name}${type.supers.length > 0 ? ` : ${type.supers.map(showRef).join(', ')}` : ''}`,
  fields: type.fields.map(field => {
    const tag = field.tag ? ` \`${field.tag}\`` : ''
    const value = field.value ? ` = ${showExpr(field.value)}` : ''
    return `${lines(field.spot)} ${annotated(field.annotations)}${field.name}${field.optional ? '?' : ''}${field.type ? `: ${showRef(field.type)}` : ''}${tag}${value}`
  }),
})

const showFunction = (facts: ProgramFacts, fn: FunctionFact): string => {
  const owner = typeof fn.owner === 'number' ? `${facts.types[fn.owner]!.name}.` : fn.owner === undefined ? '' : `(${fn.owner}).`
  const parameters = fn.parameters.map(p => {
    const value = p.default ? ` = ${showExpr(p.default)}` : ''
    return `${annotated(p.annotations)}${p.field ? 'field ' : ''}${p.rest ? '...' : ''}${p.name}${p.type ? `: ${showRef(p.type)}` : ''}${value}`
  })
  const words = [fn.static && 'static', fn.isConstructor && 'constructor', fn.outer !== undefined && `in f${fn.outer}`].filter(Boolean)
  return `${annotated(fn.annotations)}${owner}${fn.name}(${parameters.join(', ')})${fn.returns ? `: ${showRef(fn.returns)}` : ''}${fn.receiver ? `, receiver ${fn.receiver}` : ''}${words.length > 0 ? `, ${words.join(' ')}` : ''}`
}

const annotated = (annotations: readonly AnnotationFact[]): string =>
  annotations
    .map(a => `@${a.name}(${[...a.args.map(showExpr), ...a.named.map(n => `${n.name}=${showExpr(n.value)}`)].join(', ')}) `)
    .join('')

const showRef = (type: TypeRef): string => `${type.name}${type.args ? `<${type.args.map(showRef).join(', ')}>` : ''}`

export const showExpr = (e: Expr): string => {
  switch (e.is) {
    case 'text':
      return JSON.stringify(e.text)
    case 'concat':
      return e.parts.map(showExpr).join(' + ')
    case 'or':
      return `(${e.options.map(showExpr).join(' or ')})`
    case 'either':
      return `(${e.options.map(showExpr).join(' | ')})`
    case 'ref':
      return e.name
    case 'member':
      return `${showExpr(e.of)}${e.optional ? '?.' : '.'}${e.name}`
    case 'index':
      return `${showExpr(e.of)}[${showExpr(e.key)}]`
    case 'call':
      return `#${e.call}`
    case 'map':
      return `{${e.entries.map(x => `${showExpr(x.key)}: ${showExpr(x.value)}`).join(', ')}}`
    case 'list':
      return `[${e.items.map(showExpr).join(', ')}]`
    case 'lambda':
      return `lambda f${e.fn}`
    case 'addressOf':
      return `&${showExpr(e.of)}`
    case 'elementOf':
      return `each ${showExpr(e.of)}`
    case 'nth':
      return `${showExpr(e.of)}@${e.index}`
    case 'spread':
      return `...${showExpr(e.of)}`
    case 'unknown':
      return `?(${e.why})`
  }
}
