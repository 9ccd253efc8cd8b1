import type { ReactNode } from 'react'
import type { Control, Evidence, Location } from '../../../index.ts'
import type { MapEdge, MapGraph, MapNode } from '../map/graph.ts'
import { problemsOf, sortBy } from '../map/graph.ts'
import type { Group, Grouping } from '../map/groups.ts'
import { about, brief, confidenceWord, count, place, protocolLabel, sentence, stageWords } from '../words.ts'
import { More, Section } from './parts.tsx'

export interface Going {
  toNode: (node: MapNode) => void
  toEdge: (edge: MapEdge) => void
  toGroup: (group: Group) => void
  open: (node: MapNode) => void
  openGroup: (group: Group) => void
}

/** A service or resource: who it is, who owns it, who calls it, whom it calls, and what is not known. */
export const NodeDetails = ({ node, graph, grouping, go }: { node: MapNode; graph: MapGraph; grouping: Grouping; go: Going }) => {
  const { service } = node
  const group = grouping.of.get(node.id)
  const contracts = graph.model.contracts.filter(c => c.providers.some(p => p.value === node.id))
  const problems = problemsOf(node, graph.model.problems)
  return (
    <>
      <h2>{node.name}</h2>
      <p className="kind">{about(node)}</p>
      <p className="actions">
        <button type="button" onClick={() => go.open(node)}>
          Show its neighbourhood
        </button>
      </p>
      <dl>
        {group && (
          <Fact name={grouping.way}>
            <button type="button" className="link" onClick={() => go.toGroup(group)}>
              {group.name}
            </button>
          </Fact>
        )}
        {service && (
          <Fact name="owners">
            {service.owners.length === 0 ? (
              <em className="unknown">nobody that was read says</em>
            ) : (
              service.owners.map(o => <Vouched key={o.value} value={o.value} evidence={o.evidence} />)
            )}
          </Fact>
        )}
        {service && service.runtime.length > 0 && <Fact name="language">{service.runtime.map(r => r.value).join(', ')}</Fact>}
        {service?.exposure && (
          <Fact name="exposed">
            <Vouched value={service.exposure.value} evidence={service.exposure.evidence} />
          </Fact>
        )}
        {service && <Fact name="code">{[service.repo, ...service.paths].join(' · ')}</Fact>}
        <Fact name="also called">
          {(service ?? node.resource)?.aliases.filter(a => a !== node.name).join(', ') || <em className="unknown">nothing else</em>}
        </Fact>
      </dl>
      <Unresolved node={node} />
      <Neighbours
        title="Called by"
        edges={node.into}
        end="from"
        go={go}
        none="No caller was found. That does not prove that there is none."
      />
      <Neighbours title="Calls" edges={node.out} end="to" go={go} none="No call was found in what was read." />
      {service && service.serves.length > 0 && (
        <Section title="Operations" many={service.serves.length}>
          <More items={service.serves} most={12} render={o => <Operation key={o.operation} name={o.operation} evidence={o.evidence} />} />
        </Section>
      )}
      <Controls controls={service?.controls ?? []} />
      {contracts.length > 0 && (
        <Section title="Contracts" many={contracts.length}>
          {contracts.map(c => (
            <div className="item" key={c.id}>
              <b>{c.name}</b> <span className="quiet">{c.format}</span>
              {c.files.slice(0, 4).map(file => (
                <code key={file}>{file}</code>
              ))}
              {c.copies.some(copy => copy.state === 'stale') && (
                <span className="warn">{count(c.copies.filter(copy => copy.state === 'stale').length, 'stale copy', 'stale copies')}</span>
              )}
            </div>
          ))}
        </Section>
      )}
      {problems.length > 0 && (
        <Section title="Problems in its files" many={problems.length}>
          <More items={problems} most={8} render={p => <ProblemLine key={p.code + p.message + (p.at ? place(p.at) : '')} problem={p} />} />
        </Section>
      )}
      <Section title="Seen in">
        <Chains evidence={(service ?? node.resource)?.evidence ?? []} />
      </Section>
    </>
  )
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const Vouched = ({ value, evidence }: { value: string; evidence: readonly Evidence[] }) => (
  <span className="vouched">
    {value}
    {evidence[0] && <Place at={evidence[0].at} />}
  </span>
)

const Unresolved = ({ node }: { node: MapNode }) =>
  node.unresolved.length === 0 ? null : (
    <Section title="Unresolved calls" many={node.unresolved.length} tone="warn">
      <More
        items={node.unresolved}
        most={6}
        render={u => (
          <div className="item" key={u.id}>
            {u.does} {u.protocol === 'unknown' ? '' : protocolLabel(u.protocol)} {u.operation ?? ''} to <b>{u.target}</b>:{' '}
            {u.reason || stageWords[u.stage]}
            {u.evidence[0] && <Place at={u.evidence[0].at} />}
            {u.hint && <code className="hint">{u.hint}</code>}
          </div>
        )}
      />
    </Section>
  )

const Neighbours = (props: { title: string; edges: readonly MapEdge[]; end: 'from' | 'to'; go: Going; none: string }) => {
  const { edges, end, go } = props
  return (
    <Section title={props.title} many={edges.length}>
      {edges.length === 0 ? (
        <p className="unknown">{props.none}</p>
      ) : (
        <More
          items={sortBy(edges, e => e[end].name)}
          most={14}
          render={edge => (
            <div className="neighbour" key={edge.id}>
              <button type="button" className="link" onClick={() => go.open(edge[end])}>
                {edge[end].name}
              </button>
              <button
                type="button"
                className="why"
                onClick={() => go.toEdge(edge)}
                title={`Evidence: ${edge.from.name} to ${edge.to.name}`}
              >
                {brief(edge)}
                {edge.confidence === 'high' ? '' : ` · ${edge.confidence}`}
              </button>
            </div>
          )}
        />
      )}
    </Section>
  )
}

/** What mesh, gateways and cluster ask of requests, or do for them. */
const Controls = ({ controls }: { controls: readonly Control[] }) =>
  controls.length === 0 ? null : (
    <Section title="Controls" many={controls.length}>
      <More
        items={controls}
        most={8}
        render={c => (
          <div className="item" key={JSON.stringify(c)}>
            <b className={c.denies ? 'bad' : ''}>{c.kind}</b> {c.value} {c.of !== undefined && <span className="quiet">for {c.of}</span>}
            {c.evidence[0] && <Place at={c.evidence[0].at} />}
          </div>
        )}
      />
    </Section>
  )

const Operation = ({ name, evidence }: { name: string; evidence: readonly Evidence[] }) => (
  <div className="item">
    <code>{name}</code>
    {evidence[0] && <Place at={evidence[0].at} />}
  </div>
)

export const ProblemLine = ({ problem }: { problem: { severity: string; message: string; at?: Location } }) => (
  <div className="item">
    <span className={problem.severity === 'error' ? 'bad' : 'warn'}>{problem.severity}</span> {problem.message}
    {problem.at && <Place at={problem.at} />}
  </div>
)

export const Place = ({ at }: { at: Location }) => <code className="place">{place(at)}</code>

/** Each witness with the joins that led from it to the statement, in order. */
const Chains = ({ evidence }: { evidence: readonly Evidence[] }) => {
  const unique = [...new Map(evidence.map(e => [JSON.stringify([e.at, e.via ?? []]), e])).values()]
  if (unique.length === 0) return <p className="unknown">No place is recorded.</p>
  return (
    <More
      items={unique}
      most={5}
      render={e => (
        <ol className="chain" key={JSON.stringify([e.at, e.via ?? []])}>
          {(e.via?.length ? e.via : [{ at: e.at, says: e.note ?? e.reader }]).map((step, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a chain may pass a place twice, and never changes
            <li key={i}>
              <Place at={step.at} />
              <span>{step.says}</span>
            </li>
          ))}
          <li className="basis">{e.basis}</li>
        </ol>
      )}
    />
  )
}

/** What is between two nodes, each statement with its chain of evidence. */
export const EdgeDetails = ({ edge, go }: { edge: MapEdge; go: Going }) => (
  <>
    <h2>
      {edge.from.name} → {edge.to.name}
    </h2>
    <p className="actions">
      {[edge.from, edge.to].map(node => (
        <button type="button" key={node.id} onClick={() => go.toNode(node)}>
          {node.name}
        </button>
      ))}
    </p>
    {edge.interactions.map(interaction => (
      <section key={interaction.id} className="part">
        <h3>{sentence(interaction, edge)}</h3>
        <p className={interaction.confidence === 'low' ? 'warn' : 'quiet'}>
          {confidenceWord[interaction.confidence]} · {interaction.style === 'sync' ? 'synchronous' : 'asynchronous'}
        </p>
        {interaction.operations.some(o => o.operation !== '') && (
          <p className="operations">
            {interaction.operations
              .filter(o => o.operation !== '')
              .map(o => (
                <code key={o.operation}>{o.operation}</code>
              ))}
          </p>
        )}
        <Controls controls={interaction.controls ?? []} />
        <Chains evidence={[...interaction.evidence, ...interaction.operations.flatMap(o => o.evidence)]} />
      </section>
    ))}
  </>
)

/** A domain: its members and the domains around it. */
export const GroupDetails = ({ group, grouping, go }: { group: Group; grouping: Grouping; go: Going }) => {
  const owners = [...new Set(group.nodes.flatMap(n => n.owners))].sort()
  const ends = (side: 'from' | 'to') => grouping.edges.filter(e => e[side === 'from' ? 'to' : 'from'] === group)
  return (
    <>
      <h2>{group.name}</h2>
      <p className="kind">
        {grouping.way} · {count(group.services, 'service')} ·{' '}
        {count(group.nodes.length - group.services, 'store, topic or external', 'stores, topics and externals')}
      </p>
      <p className="actions">
        <button type="button" onClick={() => go.openGroup(group)}>
          Look inside
        </button>
      </p>
      <dl>
        <Fact name="owners">
          {owners.length > 0 ? (
            owners.slice(0, 6).join(', ') + (owners.length > 6 ? ` and ${owners.length - 6} more` : '')
          ) : (
            <em className="unknown">nobody that was read says</em>
          )}
        </Fact>
      </dl>
      {(['from', 'to'] as const).map(side => (
        <Section key={side} title={side === 'from' ? 'Called by' : 'Calls'} many={ends(side).length}>
          {ends(side).length === 0 && (
            <p className="unknown">{side === 'from' ? 'Nothing found calls into it.' : 'Nothing found leads out of it.'}</p>
          )}
          <More
            items={[...ends(side)].sort((a, b) => b.edges.length - a.edges.length)}
            most={12}
            render={e => (
              <details className="between" key={e.id}>
                <summary>
                  {e[side].name} <span className="quiet">{count(e.edges.length, 'connection')}</span>
                </summary>
                {e.edges.map(edge => (
                  <button type="button" className="why" key={edge.id} onClick={() => go.toEdge(edge)}>
                    {edge.from.name} → {edge.to.name} · {brief(edge)}
                  </button>
                ))}
              </details>
            )}
          />
        </Section>
      ))}
      <Section title="Members" many={group.nodes.length}>
        <More
          items={[...group.nodes].sort((a, b) => b.into.length - a.into.length)}
          most={20}
          render={n => (
            <div className="neighbour" key={n.id}>
              <button type="button" className="link" onClick={() => go.open(n)}>
                {n.name}
              </button>
              <span className="quiet">{n.kind}</span>
            </div>
          )}
        />
      </Section>
    </>
  )
}
