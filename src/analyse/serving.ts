import type { Location } from '../model/evidence.ts'
import type { AnnotationFact } from '../model/program.ts'
import { text } from '../model/value.ts'
import { annotationMethods, annotationText, constantsOf, prefixOf } from './annotations.ts'
import { describesOther, routePath } from './declared.ts'
import type { Drafts } from './drafts.ts'
import { funcTerm } from './functions.ts'
import { Groups } from './groups.ts'
import { handlerRequest, rpcMethods, serviceName } from './handlers.ts'
import { annotationRow, matchRow } from './matching.ts'
import { Mounts } from './mounts.ts'
import { type Offered, offeredByAnnotation } from './offered.ts'
import { pick, pickAll } from './places.ts'
import { normalPath, toValue } from './reduce.ts'
import { actionsOf, methodsOf, methodText, pathText, withoutDots } from './routes.ts'
import type { Gives, Place } from './rows.ts'
import { lastOfPath } from './rpc-names.ts'
import type { Fn, Type } from './scope.ts'
import { type Deed, type Frame, heapKey } from './state.ts'
import { kid, type Term } from './terms.ts'

/** What a program serves: routes, rpcs, methods that a registry knows. */
export class Serving {
  private readonly drafts: Drafts
  private readonly refined = new Set<Term>()
  private readonly mounts: Mounts

  constructor(drafts: Drafts) {
    this.drafts = drafts
    this.mounts = new Mounts(new Groups(drafts.solution.state.scope), (frame, term) => pathText(toValue(frame, term)))
  }

  noteMount(deed: Deed): void {
    const { term } = deed
    const frame = this.drafts.frame(term.sites[0]?.file)
    const gives = matchRow(frame, 'call', term.text, term)?.row.gives
    if (gives && 'effect' in gives && gives.effect === 'mount') this.mounts.add(frame, deed, gives)
    else if (gives && term.labels.some((label, i) => label !== 'base' && term.kids[i]!.kind === 'func')) this.mounts.addGroup(frame, term)
  }

  noteRefinement(deed: Deed): void {
    const { term } = deed
    const gives = matchRow(this.drafts.frame(term.sites[0]?.file), 'call', term.text, term)?.row.gives
    if (gives && 'effect' in gives && gives.effect === 'serve' && gives.protocol === 'http' && gives.refines) {
      const base = kid(term, 'base')
      if (base) this.refined.add(base)
    }
  }

  grpcServe(
    frame: Frame,
    deed: Deed,
    gives: Extract<Gives, { effect: 'serve'; implementation: Place }>,
    captures: Record<string, string>,
  ): void {
    const { term } = deed
    const service = serviceName(frame, gives.service, captures, term)
    if (gives.guess && !this.drafts.solution.state.contracts.rpcs.has(service)) return
    const implementation = pick(frame, term, gives.implementation, captures) ?? this.drafts.solution.state.terms.nothing
    this.rpcsOf(frame, deed, service, implementation, gives.protocol)
  }

  rpcsOf(frame: Frame, deed: Deed, service: string, implementation: Term, protocol: 'grpc' | 'thrift' = 'grpc'): void {
    const { terms, contracts, scope } = this.drafts.solution.state
    const known = [...(contracts.rpcs.get(service) ?? [])].sort()
    const own = new Map<string, Term>()
    for (const option of terms.options(implementation)) for (const { rpc, fn } of rpcMethods(frame, service, option)) own.set(rpc, fn)
    if (known.length === 0 && own.size === 0) this.drafts.draft(deed, 'serve', protocol, text(service), text(`${service}/*`), [deed.term])
    for (const rpc of new Set([...known, ...own.keys()])) {
      const root = terms.make({ kind: 'request', text: `${service}/${rpc}`, kids: [deed.term] })
      const draft = this.drafts.draft(deed, 'serve', protocol, text(service), text(`${service}/${rpc}`), [deed.term], root)
      const fn = own.get(rpc) && scope.fns[Number(own.get(rpc)!.text.split(',')[0])]
      if (!fn) continue
      const at: Location = { repo: this.drafts.repo, file: fn.unit.path, line: fn.fact.spot.line }
      draft.effect.evidence.via = [...(draft.effect.evidence.via ?? []), { at, says: `implements ${rpc}` }]
    }
  }

  httpServe(
    frame: Frame,
    deed: Deed,
    gives: Extract<Gives, { effect: 'serve'; protocol: 'http' }>,
    captures: Record<string, string>,
  ): void {
    const { term } = deed
    if (this.refined.has(term)) return
    const path = pick(frame, term, gives.path, captures)
    const isRoute = gives.handlers === 'none' || pickAll(frame, term, gives.handlers).kids.length > 0
    if (!path || !isRoute || (gives.within && !this.mounts.isGrouped(term))) return
    const prefix = gives.prefix === undefined ? undefined : pick(frame, term, gives.prefix, captures)
    const methods = gives.refines
      ? pickAll(frame, term, gives.method).kids.flatMap(k => methodText(frame, k))
      : methodsOf(frame, term, gives.method, captures)
    const { terms } = this.drafts.solution.state
    const root = terms.make({ kind: 'request', kids: [gives.refines ? (kid(term, 'base') ?? term) : term] })
    const value = toValue(frame, terms.concat([...(prefix ? [prefix] : []), path]))
    const written = pathText(value)
    const [verb, rest] = /^([A-Z]+) +(.*)$/.exec(written)?.slice(1) ?? []
    const routes = gives.actions
      ? actionsOf(frame, term, gives, captures)
      : (methods.length > 0 ? methods : ['*']).map(method => ({ method, path: '' }))
    for (const below of this.mounts.prefixes(frame, kid(term, 'base'), term))
      for (const route of routes) {
        const full = `${rest ?? written}${route.path}`
        const operation = text(`${verb ?? route.method} ${normalPath(below === '' ? full : withoutDots(`${below}/${full}`))}`)
        const draft = this.drafts.draft(deed, 'serve', 'http', { is: 'host' }, operation, [path], root)
        draft.handler = { written: full }
      }
  }

  /** A route that stands as an annotation on a function, or on its class where that is called like one. */
  annotatedRoute(fn: Fn, annotation: AnnotationFact, gives: Extract<Gives, { effect: 'serve'; protocol: 'http' }>, isWhole: boolean): void {
    const frame = this.drafts.frame(fn.unit.path)
    const constants = constantsOf(frame, fn.unit, fn.owner)
    const prefix = fn.owner && !isWhole ? prefixOf(fn.owner, constants) : ''
    if (describesOther(frame, fn)) return
    for (const method of annotationMethods(annotation, gives.method)) {
      const path = routePath(fn, annotation, constants)
      const site = { file: fn.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
      const term = this.drafts.solution.state.terms.make({ kind: 'unknown', text: 'a route', sites: [site] })
      for (const below of this.prefixesOf(fn, annotation)) {
        const draft = this.drafts.draft(
          { kind: 'effect', term, site },
          'serve',
          'http',
          { is: 'host' },
          text(`${method} ${normalPath(`${this.mounts.ofAll}${below}/${prefix}/${path}`)}`),
          [term],
          handlerRequest(this.drafts.solution.state.terms, fn),
        )
        draft.handler = { fn, written: `${prefix}/${path}` }
      }
    }
  }

  /** `@GrpcMethod('Service', 'Method')`: without names, those of the class and the method. */
  annotatedRpc(fn: Fn, annotation: AnnotationFact): void {
    const site = { file: fn.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
    const service = annotationText(annotation.args[0]) ?? fn.owner?.fact.name ?? ''
    const rpc = annotationText(annotation.args[1]) ?? fn.fact.name.charAt(0).toUpperCase() + fn.fact.name.slice(1)
    const root = handlerRequest(this.drafts.solution.state.terms, fn)
    const term = this.drafts.solution.state.terms.make({ kind: 'unknown', text: 'an rpc', sites: [site] })
    this.drafts.draft({ kind: 'effect', term, site }, 'serve', 'grpc', text(service), text(`${service}/${rpc}`), [term], root)
  }

  /** A class that an annotation makes the server of an rpc service. */
  annotatedService(type: Type): void {
    for (const annotation of type.fact.annotations) {
      const match = annotationRow(this.drafts.frame(type.unit.path), type.unit, annotation)
      const gives = match?.row.gives
      const { terms } = this.drafts.solution.state
      if (gives && 'effect' in gives && gives.effect === 'offer') {
        const site = { file: type.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
        const term = terms.make({ kind: 'unknown', text: 'a service', sites: [site] })
        this.offer({ kind: 'effect', term, site }, offeredByAnnotation(this.drafts.frame(type.unit.path), type, annotation, gives, site))
      }
      if (!match || !gives || !('effect' in gives) || gives.effect !== 'serve' || gives.protocol !== 'grpc') continue
      const named = annotation.named.find(n => `${n.name}=` === gives.service)?.value
      const service = named?.is === 'ref' ? lastOfPath(named.name) : match.captures[gives.service.slice(1)]
      if (!service) continue
      const site = { file: type.unit.path, line: annotation.spot.line, says: `@${annotation.name}` }
      const term = terms.make({ kind: 'unknown', text: 'a service', sites: [site] })
      this.rpcsOf(
        this.drafts.frame(type.unit.path),
        { kind: 'effect', term, site },
        service,
        terms.make({ kind: 'anyinst', text: String(type.id) }),
      )
    }
  }

  /** The methods of an interface, under the name that a registry knows them by. */
  offer(deed: Deed, offered: Offered | undefined): void {
    if (!offered) return
    const key = toValue(this.drafts.frame(deed.site.file), offered.key)
    for (const name of offered.methods.length === 0 ? ['*'] : offered.methods)
      this.drafts.draft(deed, 'serve', 'dubbo', key, text(`${offered.name}/${name}`), [deed.term])
  }

  /** Prefixes of a route whose annotation is a member of a router: `@router.get`. */
  private prefixesOf(fn: Fn, annotation: AnnotationFact): string[] {
    const [router, member] = annotation.name.split('.')
    const frame = this.drafts.frame(fn.unit.path)
    const at = { text: '', sites: [{ file: fn.unit.path, line: annotation.spot.line, says: '' }] }
    if (router === undefined || member === undefined) return this.mounts.prefixes(frame, funcTerm(frame, [fn], undefined), at)
    return this.mounts.prefixes(frame, frame.heap(heapKey.global(fn.unit.path, router)), at)
  }
}
