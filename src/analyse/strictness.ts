import type { AnnotationFact, CallFact, Expr } from '../model/program.ts'
import type { Fn, Type } from './scope.ts'

/** How the types of a language, or its libraries as a program sets them up, say that a message may have no members but theirs. */
interface Refusal {
  language: RegExp
  /** An annotation of the type, with a word among its arguments, or one by its name with a value. */
  annotation?: { name: string; word?: string; named?: readonly [name: string, value: string] }
  /** A member of the type, or of a class inside it, whose value has the word under that name. */
  setting?: { member: string; within?: string; name?: string; word: string }
  /** A call anywhere in the program. `word`: it is among the arguments, and none of them is `false`. */
  call?: { name: RegExp; word?: string; init?: { member: string; word: string } }
}

/** How types and programs say that further members may be passed over, where a library refuses them of itself. */
const lenient: readonly Refusal[] = [
  { language: /^(java|kotlin)$/, annotation: { name: 'JsonIgnoreProperties', named: ['ignoreUnknown', 'true'] } },
  { language: /^(java|kotlin)$/, call: { name: /^(disable|featuresToDisable|configure|without)$/, word: 'FAIL_ON_UNKNOWN_PROPERTIES' } },
]

const refusals: readonly Refusal[] = [
  { language: /^rust$/, annotation: { name: 'serde', word: 'deny_unknown_fields' } },
  { language: /^csharp$/, annotation: { name: 'JsonUnmappedMemberHandling', word: 'Disallow' } },
  { language: /^(java|kotlin)$/, annotation: { name: 'JsonIgnoreProperties', named: ['ignoreUnknown', 'false'] } },
  { language: /^python$/, setting: { member: 'model_config', name: 'extra', word: 'forbid' } },
  { language: /^python$/, setting: { member: 'extra', within: 'Config', word: 'forbid' } },
  { language: /^go$/, call: { name: /^DisallowUnknownFields$/ } },
  { language: /^(java|kotlin)$/, call: { name: /^(enable|configure|featuresToEnable)$/, word: 'FAIL_ON_UNKNOWN_PROPERTIES' } },
  { language: /^csharp$/, call: { name: /^JsonSerializerOptions$/, init: { member: 'UnmappedMemberHandling', word: 'Disallow' } } },
  { language: /^csharp$/, call: { name: /^JsonSerializerSettings$/, init: { member: 'MissingMemberHandling', word: 'Error' } } },
]

const wordOf = (e: Expr | undefined): string | undefined =>
  e === undefined
    ? undefined
    : e.is === 'text'
      ? e.text
      : e.is === 'ref' || e.is === 'member'
        ? e.name.slice(e.name.lastIndexOf('.') + 1)
        : undefined

const annotationSays = (written: AnnotationFact, { name, word, named }: NonNullable<Refusal['annotation']>): boolean => {
  if (written.name.slice(written.name.lastIndexOf('.') + 1) !== name) return false
  if (named) return written.named.some(n => n.name === named[0] && wordOf(n.value) === named[1])
  return written.args.some(arg => wordOf(arg) === word)
}

const settingSays = (type: Type, { member, within, name, word }: NonNullable<Refusal['setting']>): boolean => {
  const holder = within === undefined ? type : type.nested.get(within)
  const value = holder?.fact.fields.find(f => f.name === member)?.value
  if (value === undefined) return false
  if (name === undefined) return wordOf(value) === word
  const written: readonly { name?: string; key?: Expr; value: Expr }[] =
    value.is === 'call' ? (type.unit.facts.calls[value.call]?.named ?? []) : value.is === 'map' ? value.entries : []
  return written.some(w => (w.name ?? wordOf(w.key)) === name && wordOf(w.value) === word)
}

const callSays = (call: CallFact, { name, word, init }: NonNullable<Refusal['call']>): boolean => {
  const callee = wordOf(call.callee)
  if (callee === undefined || !name.test(callee)) return false
  if (init) return call.init?.some(i => wordOf(i.key) === init.member && wordOf(i.value) === init.word) === true
  return word === undefined || call.args.some(a => wordOf(a) === word)
}

/** Which types of a program refuse members that they do not have. */
export class Strictness {
  private languages: Set<string> | undefined
  private lenientLanguages: Set<string> | undefined
  private readonly reached: readonly Fn[]

  constructor(reached: readonly Fn[]) {
    this.reached = reached
  }

  refuses(type: Type): boolean {
    const { language } = type.unit
    const own = refusals.filter(r => r.language.test(language))
    if (own.length === 0) return false
    return (
      own.some(r => r.annotation !== undefined && type.fact.annotations.some(a => annotationSays(a, r.annotation!))) ||
      own.some(r => r.setting !== undefined && settingSays(type, r.setting)) ||
      this.settled().has(language)
    )
  }

  /** It passes further members over, whatever its library does of itself. */
  isLenient(type: Type): boolean {
    this.lenientLanguages ??= this.languagesOf(lenient, call => !call.args.some(a => wordOf(a) === 'true'))
    const own = lenient.filter(r => r.annotation !== undefined && r.language.test(type.unit.language))
    return this.lenientLanguages.has(type.unit.language) || own.some(r => type.fact.annotations.some(a => annotationSays(a, r.annotation!)))
  }

  /** Languages whose library the program tells to refuse, wherever. */
  private settled(): Set<string> {
    this.languages ??= this.languagesOf(refusals, call => !call.args.some(a => wordOf(a) === 'false'))
    return this.languages
  }

  private languagesOf(rows: readonly Refusal[], isMeant: (call: CallFact) => boolean): Set<string> {
    const found = new Set<string>()
    for (const fn of this.reached)
      for (const ix of fn.calls) {
        const call = fn.unit.facts.calls[ix]
        if (call && rows.some(r => r.call && r.language.test(fn.unit.language) && callSays(call, r.call)) && isMeant(call))
          found.add(fn.unit.language)
      }
    return found
  }
}
