import type { Frame } from './state.ts'
import { kid, type Site, type Term } from './terms.ts'

/** Calls by which a schema in code takes a value: what it names must be there, but for what it says may be absent. */
const TAKES =
  /^(?:zod|@?valibot|yup|joi|superstruct|@sinclair\/typebox|myzod)\b.*\.(?:parse|parseAsync|safeParse|safeParseAsync|validate|validateSync|attempt|assert|create)$/
const OBJECT = /\.(?:object|strictObject|looseObject|keys)$/
const MAY_LACK = /\.(?:optional|nullish|default|catch|prefault|notRequired)\b/
const REFUSES = /\.(?:strict|strictObject|noUnknown)\b/
const KEEPS = /\.(?:passthrough|looseObject|loose|catchall|unknown)\b/

const maxDepth = 6
const maxMembers = 300

/**
 * Notes what a schema of the code reads of an answer that it is given. True where nothing else of the answer goes on: what it does not name
 * is stripped.
 */
export const takeBySchema = (frame: Frame, callee: Term, message: Term | undefined, site: Site | undefined): boolean => {
  const schema = callee.kids[0]
  if (!site || !message || !schema || !TAKES.test(callee.text)) return false
  const walk = new Walk(frame, site)
  walk.take(schema, message, 0)
  return walk.members > 0 && !walk.keeps
}

class Walk {
  members = 0
  keeps = false
  readonly #frame: Frame
  readonly #site: Site

  constructor(frame: Frame, site: Site) {
    this.#frame = frame
    this.#site = site
  }

  take(schema: Term, of: Term, depth: number): void {
    const { terms } = this.#frame
    for (const option of terms.options(schema)) {
      const object = objectOf(option)
      if (depth > maxDepth || !object) continue
      const { shape, words, isList } = object
      const here = isList ? terms.make({ kind: 'elem', kids: [of] }) : of
      if (REFUSES.test(words)) this.#frame.add({ kind: 'exact', term: here, site: shape.sites[0] ?? this.#site })
      if (KEEPS.test(words)) this.keeps = true
      for (const [i, name] of shape.labels.entries()) {
        if (name === '[]' || name === '...' || ++this.members > maxMembers) continue
        const given = shape.kids[i]!
        const member = terms.make({ kind: 'field', text: name, kids: [here] })
        this.#frame.add({
          ...{ kind: 'read', term: member, site: given.sites[0] ?? this.#site },
          ...(MAY_LACK.test(given.text) && { optional: true }),
        })
        this.take(given, member, depth + 1)
      }
    }
  }
}

/** The members that an object schema is made of, below what is called on it; `z.array(…)` and `.array()` are lists. */
const objectOf = (schema: Term): { shape: Term; words: string; isList: boolean } | undefined => {
  let isList = false
  let here: Term | undefined = schema
  for (let i = 0; here && i < 20; i++) {
    const given = kid(here, '0')
    if (here.kind !== 'extcall') return undefined
    if (/\.array$/.test(here.text)) isList = true
    if (OBJECT.test(here.text) && given?.kind === 'map') return { shape: given, words: schema.text, isList }
    here = kid(here, 'base') ?? given
  }
  return undefined
}
