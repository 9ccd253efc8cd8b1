import { canonicalName } from '../../base/names.ts'
import { table } from '../../base/table.ts'
import type { Facets, Json } from '../../model/contract.ts'
import type { AnnotationFact, CallFact, Expr, FieldFact } from '../../model/program.ts'
import { tagsOf } from '../fields.ts'
import type { Type } from '../scope.ts'
import { nullables } from './scalars.ts'

/** A member of a message as it goes over the wire. */
export interface Member {
  name: string
  /** Whoever sends it leaves it out at will. */
  omittable: boolean
  /** It may be absent in what is received. */
  optional: boolean
  nullable: boolean
  facets: Facets
  limits: Limit[]
  default?: Json
}

/** `lower` and `upper` bound a number's value, a text's length and a list's size: which of them it is depends on the type. */
export type Limit = { bound: 'lower' | 'upper'; value: number; exclusive?: true; of: 'any' | 'value' | 'length' }

/** How the JSON libraries of a language treat the members of a type where nothing else is said. */
interface Habits {
  /** Members go over the wire in camelCase. */
  camel?: true
  /** Only such names are seen. */
  seen?: RegExp
  /** A member without a default must be received. */
  demanding?: true
  /** A member that may be absent is left out, not null. */
  leavesOut?: true
  /** A value at the declaration is the default of an instance's member. */
  defaults?: true
}

const habits: Record<string, Habits> = table({
  go: { seen: /^\p{Lu}/u },
  csharp: { camel: true, seen: /^\p{Lu}/u },
  python: { seen: /^(?!_|model_config$|Config$|Meta$|objects$)/, demanding: true, defaults: true },
  rust: { demanding: true },
  kotlin: { demanding: true, defaults: true },
  typescript: { demanding: true, leavesOut: true, defaults: true },
  javascript: { leavesOut: true, defaults: true },
})

/** Where annotations, calls and tags put a member's name on the wire. */
const named: Record<string, readonly string[]> = table({
  JsonProperty: ['0', 'value=', 'PropertyName='],
  JsonPropertyName: ['0'],
  SerializedName: ['0', 'value='],
  SerialName: ['0'],
  JsonbProperty: ['0', 'value='],
  DataMember: ['Name='],
  Expose: ['name='],
  serde: ['rename='],
  Field: ['serialization_alias=', 'alias='],
})

const ignored = new Set(['JsonIgnore', 'JsonbTransient', 'XmlTransient', 'IgnoreDataMember', 'Exclude', 'JsonBackReference', 'Transient'])
const demanded = new Set(['NotNull', 'NotBlank', 'NotEmpty', 'Required', 'JsonRequired', 'BindRequired', 'IsNotEmpty', 'IsDefined'])
const allowedAbsent = new Set(['IsOptional'])

/** What annotations say of values: `lower`, `upper`, a pattern or a format, and where it stands. */
const said: Record<string, readonly [what: string, place: readonly string[], of?: Limit['of']][]> = table({
  Size: [
    ['lower', ['min=']],
    ['upper', ['max=']],
  ],
  Length: [
    ['lower', ['min=', '0'], 'length'],
    ['upper', ['max=', '1'], 'length'],
  ],
  StringLength: [
    ['upper', ['0'], 'length'],
    ['lower', ['MinimumLength='], 'length'],
  ],
  MaxLength: [['upper', ['0'], 'length']],
  MinLength: [['lower', ['0'], 'length']],
  Min: [['lower', ['0', 'value='], 'value']],
  Max: [['upper', ['0', 'value='], 'value']],
  DecimalMin: [['lower', ['0', 'value='], 'value']],
  DecimalMax: [['upper', ['0', 'value='], 'value']],
  Range: [
    ['lower', ['0', 'min='], 'value'],
    ['upper', ['1', 'max='], 'value'],
  ],
  Pattern: [['pattern', ['regexp=', '0']]],
  RegularExpression: [['pattern', ['0']]],
  ArrayMinSize: [['lower', ['0']]],
  ArrayMaxSize: [['upper', ['0']]],
  Field: [
    ...(['ge', 'gt'] as const).map(n => [n === 'ge' ? 'lower' : 'lower!', [`${n}=`], 'value'] as [string, string[], 'value']),
    ...(['le', 'lt'] as const).map(n => [n === 'le' ? 'upper' : 'upper!', [`${n}=`], 'value'] as [string, string[], 'value']),
    ['lower', ['min_length=']],
    ['upper', ['max_length=']],
    ['pattern', ['pattern=', 'regex=']],
  ],
})

const fixed: Record<string, Facets | Limit> = table({
  ...{ Email: { format: 'email' }, IsEmail: { format: 'email' }, EmailAddress: { format: 'email' }, IsUUID: { format: 'uuid' } },
  Positive: { bound: 'lower', value: 0, exclusive: true, of: 'value' },
  IsPositive: { bound: 'lower', value: 0, exclusive: true, of: 'value' },
  PositiveOrZero: { bound: 'lower', value: 0, of: 'value' },
})

type Written = Pick<AnnotationFact, 'name' | 'args' | 'named'>

/** The member that a field is on the wire; undefined for one that never gets there. */
export const memberOf = (field: FieldFact, owner: Type, naming: (name: string) => string): Member | undefined => {
  const { language, facts } = owner.unit
  const own = habits[language] ?? {}
  if (field.static || field.hidden || own.seen?.test(field.name) === false) return undefined
  const call = field.value?.is === 'call' ? fieldCall(facts.calls[field.value.call]) : undefined
  const written: Written[] = [...field.annotations, ...(call ? [call] : [])]
  if (written.some(isIgnored)) return undefined
  const tag = tagged(field.tag)
  if (tag?.name === '-') return undefined
  const isAbsent =
    (field.optional === true && !isEllipsis(call)) ||
    written.some(a => allowedAbsent.has(a.name) || (a.name === 'serde' && refs(a).includes('default')))
  const hasDefault = own.defaults === true && field.value !== undefined && !isEllipsis(call)
  const isDemanded = tag?.demanded === true || written.some(a => demanded.has(a.name) || textAt(a, ['required=']) === 'true')
  const skips = written.some(a => a.name === 'serde' && a.named.some(n => n.name === 'skip_serializing_if'))
  const member: Member = {
    name:
      written.map(a => textAt(a, named[a.name] ?? [])).find(t => t !== undefined) ??
      tag?.name ??
      naming(own.camel ? camel(field.name) : field.name),
    omittable: !isDemanded && (!own.demanding || isAbsent || hasDefault),
    optional: tag?.omitted === true || skips || (own.leavesOut === true && isAbsent),
    nullable: !own.leavesOut && !skips && (own.defaults ? nullables.has(field.type?.name ?? '') : field.optional === true),
    facets: { ...tag?.facets },
    limits: [...(tag?.limits ?? [])],
  }
  for (const annotation of written) addSaid(member, annotation)
  return member
}

const isIgnored = (a: Written): boolean =>
  (ignored.has(a.name) && textAt(a, ['0', 'value=']) !== 'false') ||
  (a.name === 'serde' && refs(a).some(r => r === 'skip' || r === 'skip_serializing'))

const refs = (a: Written): string[] => a.args.flatMap(arg => (arg.is === 'ref' ? [arg.name] : []))

/** `Field(...)` of a model: what it says stands beside annotations. */
const fieldCall = (call: CallFact | undefined): Written | undefined => {
  const name = call?.callee.is === 'ref' || call?.callee.is === 'member' ? call.callee.name : undefined
  return call && name === 'Field' ? { name, args: call.args, named: call.named } : undefined
}

/** `Field(..., gt=0)` has no default. */
const isEllipsis = (call: Written | undefined): boolean =>
  call !== undefined &&
  !call.named.some(n => /^default(_factory)?$/.test(n.name)) &&
  (call.args.length === 0 || call.args[0]!.is === 'unknown')

const textAt = (a: Written, places: readonly string[]): string | undefined => {
  for (const place of places) {
    const value: Expr | undefined = /^\d+$/.test(place) ? a.args[Number(place)] : a.named.find(n => `${n.name}=` === place)?.value
    if (value?.is === 'text') return value.text
    if (value?.is === 'map') {
      const found = value.entries.find(e => e.key.is === 'text' && `${e.key.text}=` === place)?.value
      if (found?.is === 'text') return found.text
    }
  }
  return a.args[0]?.is === 'map' && places.some(p => p.endsWith('=')) ? inOptions(a.args[0], places) : undefined
}

/** `@Expose({ name: 'seat_no' })` */
const inOptions = (options: Extract<Expr, { is: 'map' }>, places: readonly string[]): string | undefined => {
  for (const { key, value } of options.entries)
    if (key.is === 'text' && value.is === 'text' && places.includes(`${key.text}=`)) return value.text
  return undefined
}

const addSaid = (member: Member, annotation: Written): void => {
  const always = fixed[annotation.name]
  if (always && 'bound' in always) member.limits.push(always as Limit)
  else if (always) Object.assign(member.facets, always)
  for (const [what, places, of = 'any'] of said[annotation.name] ?? []) {
    const value = textAt(annotation, places)
    if (value === undefined) continue
    if (what === 'pattern') member.facets.pattern = value
    else if (/^-?\d+(\.\d+)?$/.test(value))
      member.limits.push({
        bound: what.replace('!', '') as 'lower' | 'upper',
        value: Number(value),
        of,
        ...(what.endsWith('!') && { exclusive: true as const }),
      })
  }
}

interface Tagged {
  name?: string
  omitted: boolean
  demanded: boolean
  facets: Facets
  limits: Limit[]
}

/** `json:"row,omitempty" binding:"required,max=20,oneof=a b"` */
const tagged = (tag: string | undefined): Tagged | undefined => {
  if (tag === undefined) return undefined
  const tags = new Map(tagsOf(tag))
  const [name, ...options] = (tags.get('json') ?? '').split(',')
  const rules = [...(tags.get('binding') ?? '').split(','), ...(tags.get('validate') ?? '').split(',')]
  const found: Tagged = {
    ...(name ? { name } : {}),
    ...{
      omitted: options.includes('omitempty') || options.includes('omitzero'),
      demanded: rules.includes('required'),
      facets: {},
      limits: [],
    },
  }
  for (const rule of rules) {
    const [key, value = ''] = rule.split('=')
    if (key === 'email' || key === 'uuid') found.facets.format = key
    if (key === 'oneof') found.facets.enum = value.split(' ').filter(Boolean)
    const limit = /^(?:(min|gte|gt)|(max|lte|lt))$/.exec(key!)
    if (limit && /^-?\d+$/.test(value))
      found.limits.push({
        bound: limit[1] ? 'lower' : 'upper',
        value: Number(value),
        of: 'any',
        ...(/^[gl]t$/.test(key!) && { exclusive: true as const }),
      })
  }
  return found
}

/** Whether members of a type have other names on the wire than in the code. */
export const isRenamed = (type: Type): boolean =>
  type.fact.fields.some(field => {
    const name = memberOf(field, type, namingOf(type))?.name
    return name !== undefined && canonicalName(name) !== canonicalName(field.name)
  })

/** The name a type gives all its members. */
export const namingOf = (type: Type): ((name: string) => string) => {
  for (const a of type.fact.annotations) {
    const rule =
      textAt(a, ['rename_all=']) ?? strategies[lastName(a.args[0] ?? a.named.find(n => n.name === 'value')?.value, a.name === 'JsonNaming')]
    if (rule !== undefined) return renamed[rule] ?? (name => name)
  }
  return name => name
}

const lastName = (e: Expr | undefined, isStrategy: boolean): string =>
  isStrategy && e?.is === 'member' ? (e.name === 'class' ? lastName(e.of, true) : e.name) : isStrategy && e?.is === 'ref' ? e.name : ''

const strategies: Record<string, string> = table({
  SnakeCaseStrategy: 'snake_case',
  KebabCaseStrategy: 'kebab-case',
  UpperCamelCaseStrategy: 'PascalCase',
  LowerCamelCaseStrategy: 'camelCase',
})

const camel = (name: string): string => name.replace(/^\p{Lu}+(?=\p{Lu}\p{Ll}|$)|^\p{Lu}/u, start => start.toLowerCase())
const words = (name: string): string[] => name.split(/_|(?<=[\p{Ll}\d])(?=\p{Lu})/u).filter(Boolean)
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
const pascal = (name: string): string => words(name).map(capital).join('')

const renamed: Record<string, (name: string) => string> = table({
  lowercase: name => name.toLowerCase(),
  UPPERCASE: name => name.toUpperCase(),
  PascalCase: pascal,
  camelCase: name => pascal(name).replace(/^./, c => c.toLowerCase()),
  snake_case: name => words(name).join('_').toLowerCase(),
  SCREAMING_SNAKE_CASE: name => words(name).join('_').toUpperCase(),
  'kebab-case': name => words(name).join('-').toLowerCase(),
})
