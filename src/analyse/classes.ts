import { byText } from '../base/names.ts'
import { typeOf } from './functions.ts'
import type { Type } from './scope.ts'
import type { Frame } from './state.ts'
import type { Term } from './terms.ts'

/** Members of an object that give its class. */
export const classMembers = new Set('GetType getClass javaClass class __class__ constructor'.split(' '))

/** Members of a class that give its name, and methods that give that name as text. */
export const classNames = new Set(
  'Name FullName AssemblyQualifiedName getSimpleName getName getTypeName getCanonicalName simpleName qualifiedName canonicalName __name__ __qualname__ name String to_s ToString toString demodulize'.split(
    ' ',
  ),
)

/** The name of the class of a value, or of a class itself. */
export const classOf = (frame: Frame, of: Term): Term => (of.kind === 'class' ? of : frame.terms.make({ kind: 'class', kids: [of] }))

/** What tells messages apart where they are received: their type, or the key by which they were routed. */
export const selector = (frame: Frame, by: string): Term => frame.terms.make({ kind: 'class', text: by })

export const isSelector = (term: Term): boolean => term.kind === 'class' && term.text !== ''

/**
 * The simple names that a term of kind `class` may stand for. A value of which only the declared type is known may be of any class
 * below it that the program makes.
 */
export const namesOfClass = (frame: Frame, term: Term): string[] => [
  ...new Set(term.kids.flatMap(kid => frame.terms.options(kid)).flatMap(of => namesOf(frame, of))),
]

const namesOf = (frame: Frame, of: Term): string[] => {
  switch (of.kind) {
    case 'inst':
    case 'type':
      return [typeOf(frame, of).fact.name]
    case 'anyinst':
      return concrete(frame, typeOf(frame, of))
    case 'class':
      return namesOfClass(frame, of)
    case 'list':
      return of.kids.flatMap(kid => namesOf(frame, kid))
    case 'ext':
    case 'extcall':
      return of.kind === 'ext' || of.labels.includes('new') ? externalName(of.text) : []
    default:
      return []
  }
}

const concrete = (frame: Frame, type: Type): string[] => {
  const family = frame.scope.family(type)
  const made = family.filter(t => t.fact.kind !== 'interface' && frame.state.made.has(t.id))
  if (made.length > 0) return [...new Set(made.map(t => t.fact.name))].sort(byText)
  return type.fact.kind !== 'interface' && family.length === 1 ? [type.fact.name] : []
}

/** A class of a library by the last part of its path; names of type parameters are none. */
const externalName = (path: string): string[] => {
  const name = path
    .replace(/\.class$/, '')
    .split(/[./]/)
    .at(-1)!
  return /^[A-Z]\w*[a-z]\w*$/.test(name) && !/^T[A-Z]\w*$/.test(name) && !general.has(name) ? [name] : []
}

const general = new Set('Object String Type Class Any Task Exception Message Event Uri Guid Integer Long Boolean'.split(' '))
