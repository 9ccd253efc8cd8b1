import { isReply } from './matching.ts'
import { isRenamed } from './shapes/members.ts'
import type { Args, Frame } from './state.ts'
import { kid, type Site, type Term } from './terms.ts'

/** Methods of a request on its way that take its body. */
const sends = new Set('bodyValue syncBody body send send_json json form sendForm'.split(' '))

/** Methods of a request on its way, or of its answer, that give the same again: what is set, how it is waited for, what it is read into. */
const same = new Set(
  'retrieve exchange execute header headers accept contentType cookie cookies attribute attributes set query timeout onStatus bearer_auth basic_auth bodyToMono bodyToFlux toEntity toEntityList toBodilessEntity readEntity entity ReadFromJsonAsync ReadAsAsync ReadAsStringAsync ReadAsStreamAsync ReadAsByteArrayAsync error_for_status body string bytes json'.split(
    ' ',
  ),
)

/** What a method of a client's request or answer does with it: the value of the call, or undefined where it is none of these. */
export const stepOf = (frame: Frame, of: Term, name: string, args: Args, site: Site | undefined): Term | undefined => {
  const given = kid(args, '0')
  if (sends.has(name) && given && isReply(frame, of)) {
    if (site && !isClass(given)) frame.add({ kind: 'send', term: of, extra: given, site })
    if (isClass(given)) noteInto(frame, of, given, site)
    return of
  }
  if (!same.has(name) || !isPartOfReply(frame, of)) return undefined
  noteInto(frame, of, kid(args, '<0>') ?? given, site)
  return of
}

export const isClass = (term: Term): boolean =>
  term.kind === 'type' || term.kind === 'class' || (term.kind === 'ext' && term.text.endsWith('.class')) || /TypeReference$/.test(term.text)

const isPartOfReply = (frame: Frame, term: Term): boolean => {
  let root = term
  while (root.kind === 'field') root = root.kids[0]!
  return isReply(frame, root)
}

/** A type whose members have other names in messages than in the code is what the answer is read by. */
const noteInto = (frame: Frame, of: Term, into: Term | undefined, site: Site | undefined): void => {
  const type = into?.kind === 'type' ? frame.scope.types[Number(into.text)] : undefined
  if (site && type && frame.scope.lineage(type).some(isRenamed)) frame.add({ kind: 'decode', term: of, extra: into!, site })
}
