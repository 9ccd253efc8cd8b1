import { type Args, type Frame, heapKey } from './state.ts'
import type { Site, Term } from './terms.ts'

/** Whether a term is a message, a part of one, or may become one. */
export const mayBeMessage = (term: Term): boolean => {
  let root = term
  while (root.kind === 'field' || root.kind === 'elem' || root.kind === 'nth') root = root.kids[0]!
  if (root.kind === 'param') return !root.text.endsWith('/self')
  return root.kind === 'extcall' || root.kind === 'request' || root.kind === 'apply'
}

/** Messages handed to a library, in a container or as they are, leave view, unless the library only writes them to a log. */
export const leak = (frame: Frame, args: Args, site: Site | undefined, path = ''): void => {
  if (!site || harmless.test(path)) return
  const seen = new Set<Term>()
  const visit = (term: Term, level: number): void => {
    if (seen.has(term) || seen.size > maxLeaks) return
    seen.add(term)
    if (mayBeMessage(term)) frame.add({ kind: 'escape', term, site })
    else if (level > 0 && containers.has(term.kind)) {
      // What is put into it later may wait for a call site.
      if (level === maxLevel && term.open && (term.kind === 'map' || term.kind === 'inst')) frame.add({ kind: 'escape', term, site })
      for (const kid of term.kids) visit(kid, level - 1)
      if (term.kind === 'map' || term.kind === 'inst')
        for (const name of frame.heapNames(heapKey.instanceOwner(term))) visit(frame.heap(heapKey.instance(term, name)), level - 1)
    }
  }
  for (const arg of args.kids) for (const option of frame.terms.options(arg)) visit(option, maxLevel)
}

const containers = new Set(['any', 'or', 'map', 'list', 'inst'])

const maxLeaks = 200

const maxLevel = 4

const harmless =
  /(^|[./])(log|logger|logging|logrus|slog|zap|console|klog|glog|trace|span|Console|Log|_logger)\b|\.(debug|info|warn|warning|error|Infof|Debugf|Warnf|Errorf|Fatalf|Printf|Println|Info|Debug|Warn|Error|Fatal|println|printf|LogInformation|LogError|LogDebug|WriteLine)$|^(len|print|range|isinstance|str|int|float|bool|string|append|make|new|panic|cap)$|^fmt\.|^errors\.|^strconv\.|^strings\./
