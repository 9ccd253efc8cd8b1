import type { AnnotationFact, Expr } from '../model/program.ts'
import { parametersOf } from './functions.ts'
import { handlerRequest } from './handlers.ts'
import { placeholders, rowValue } from './meanings.ts'
import { get, memberOfModule } from './members.ts'
import { handed } from './provided.ts'
import { rowLanguage } from './rows.ts'
import type { Fn } from './scope.ts'
import { type Frame, heapKey } from './state.ts'
import type { Site, Term } from './terms.ts'

/** The arguments of a function that nobody in the closure calls: whatever its declared types allow. */
export const finalArguments = (frame: Frame, fn: Fn): Term[] =>
  parametersOf(fn).map((parameter, i) => {
    if (parameter.annotations.some(a => bodyAnnotations.has(a.name))) return handlerRequest(frame.terms, fn)
    const told = annotated(frame, fn, parameter.annotations)
    if (told) return told
    const byType = parameter.type && handed(frame, fn.unit, parameter.type, parameter.name, parameter.annotations, fn.owner)
    if (byType) return byType
    const value = frame.heap(heapKey.global(`${fn.id}`, `default ${i}`))
    if (value === frame.terms.nothing) {
      const wired = wiredArgument(frame, fn, parameter)
      if (wired) return wired
    }
    return value === frame.terms.nothing ? frame.terms.unknown(`nothing in the code calls ${fn.fact.name} with ${parameter.name}`) : value
  })

/** A parameter of a constructor that a container fills by its name, as a row of the library that the file uses says. */
const wiredArgument = (frame: Frame, fn: Fn, parameter: Fn['fact']['parameters'][number]): Term | undefined => {
  if (!fn.fact.isConstructor || !fn.owner || !isPlain(parameter.type?.name)) return undefined
  const table = frame.state.rows(rowLanguage(fn.unit.language))
  const site = { file: fn.unit.path, line: fn.fact.spot.line, says: `parameter ${parameter.name}` }
  for (const { external } of fn.unit.imports.values()) {
    const match = external === undefined ? undefined : table.match('argument', external)
    if (!match || !('value' in match.row.gives)) continue
    const name = parameter.name.replace(/^\$/, '')
    const type = [fn.unit.module, fn.owner.fact.name].filter(p => p !== '').join('.')
    const kids = [frame.terms.text(name), frame.terms.text(type.replaceAll('.', '\\'))]
    return rowValue(frame, match.row.gives, match.captures, { labels: ['name', 'type'], kids }, site)
  }
  return undefined
}

const isPlain = (type: string | undefined): boolean => type === undefined || /^(string|int|array|mixed)$/i.test(type)

/** Parameters that hold the body of a request. */
const bodyAnnotations = new Set(['RequestBody', 'FromBody', 'Body', 'Payload'])

const annotated = (frame: Frame, fn: Fn, annotations: readonly AnnotationFact[]): Term | undefined => {
  for (const annotation of annotations) {
    const match = frame.state.rows(rowLanguage(fn.unit.language)).match('annotation', annotation.name)
    const arg = annotation.args[0] ?? annotation.named[0]?.value
    const site = { file: fn.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
    if (!match || !('value' in match.row.gives) || !arg) continue
    if (match.row.gives.value === 'env') {
      const place = match.row.gives.name
      const named = annotation.named.find(n => (typeof place === 'string' ? [place] : place).includes(`${n.name}=`))?.value
      if (named?.is === 'text')
        return rowValue(frame, { value: 'env', name: '0' }, {}, { labels: ['0'], kids: [frame.terms.text(named.text)] }, site)
      if (arg.is === 'text' && arg.text.includes('%env(')) return annotatedSetting(frame, arg.text, site)
      continue
    }
    if (match.row.gives.value === 'config' && arg.is === 'text') return annotatedSetting(frame, arg.text, site)
    if (match.row.gives.value !== 'injected') continue
    const token = tokenOf(frame, fn, arg)
    const found = rowValue(frame, match.row.gives, match.captures, { labels: ['0'], kids: [token] }, site)
    if (found.kind !== 'unknown') return found
  }
  return undefined
}

/** What stands in an annotation: text, a name of the file, a member of one. */
const tokenOf = (frame: Frame, fn: Fn, arg: Expr): Term => {
  if (arg.is === 'ref') return namedInFile(frame, fn, arg.name)
  if (arg.is === 'member') return get(frame, tokenOf(frame, fn, arg.of), arg.name)
  return arg.is === 'text' ? frame.terms.text(arg.text) : frame.terms.nothing
}

/** What a name at the top of a function's file means. */
const namedInFile = (frame: Frame, fn: Fn, name: string): Term => {
  const imported = fn.unit.imports.get(name)
  return imported?.module !== undefined && imported.name !== undefined
    ? memberOfModule(frame, imported.module, imported.name)
    : memberOfModule(frame, fn.unit.module, name)
}

const annotatedSetting = (frame: Frame, text: string, site: Site): Term =>
  text.includes('%env(')
    ? frame.terms.concat(
        text.split(/(%env\([^)]*\)%)/).map(part => {
          const name = /^%env\((?:[^)]*:)?(\w+)\)%$/.exec(part)?.[1]
          return name === undefined
            ? frame.terms.text(part, site)
            : frame.terms.make({ kind: 'env', kids: [frame.terms.text(name)], sites: [site] })
        }),
      )
    : text.includes('${')
      ? placeholders(frame, text, [site])
      : frame.terms.make({ kind: 'config', kids: [frame.terms.text(text)], sites: [site] })
