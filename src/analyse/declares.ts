import { kid, type Term, type Terms } from './terms.ts'

/**
 * What a call that declares infrastructure gives: a token for it, by which others refer to it. Without one, a value that is handed from
 * declaration to declaration would hold all of them.
 */
export const declared = (terms: Terms, call: Term): Term =>
  call.open || call.kind !== 'extcall'
    ? call
    : terms.make({ kind: 'extcall', text: call.text, labels: [token], kids: [terms.text(String(call.id))], sites: call.sites })

const token = 'declared'

/** The number of the call that a token stands for. */
export const declaredId = (term: Term): number | undefined => {
  const id = term.kind === 'extcall' ? kid(term, token)?.text : undefined
  return id === undefined ? undefined : Number(id)
}
