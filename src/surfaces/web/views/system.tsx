import type { MapGraph } from '../map/graph.ts'
import { groupBy } from '../map/graph.ts'
import { count, coverageSentence, grouped, shortRevision, stageWords } from '../words.ts'
import type { Going } from './details.tsx'
import { Place, ProblemLine } from './details.tsx'
import { More, Section } from './parts.tsx'

/** What the map is of, how much was seen, and what is missing: an empty picture must not look like a healthy one. */
export const SystemDetails = ({ graph, go }: { graph: MapGraph; go: Going }) => {
  const { model } = graph
  const { coverage } = model
  const skipped = Object.entries(coverage.skipped).sort((a, b) => b[1] - a[1])
  const broken = model.wirings.filter(w => w.to === undefined || w.wrongPort)
  return (
    <>
      <h2>This map</h2>
      <dl>
        <div>
          <dt>{model.revisions.length === 1 ? 'repository' : 'repositories'}</dt>
          <dd>
            <More
              items={model.revisions}
              most={6}
              render={r => (
                <div key={r.repo}>
                  {r.repo} <span className="quiet">at {shortRevision(r.revision)}</span>
                </div>
              )}
            />
          </dd>
        </div>
        <div>
          <dt>read</dt>
          <dd>
            {coverageSentence(coverage)}
            {skipped.length > 0 && (
              <span className="quiet"> · passed over: {skipped.map(([why, n]) => `${grouped(n)} ${why}`).join(', ')}</span>
            )}
          </dd>
        </div>
      </dl>
      <Legend />
      <Open graph={graph} go={go} />
      {broken.length > 0 && (
        <Section title="Settings that lead nowhere" many={broken.length} tone="warn">
          <More
            items={broken}
            most={5}
            render={w => (
              <div className="item" key={`${w.of} ${w.name} ${w.value}`}>
                {w.of}: <code>{w.name}</code> = {w.value}
                {w.evidence[0] && <Place at={w.evidence[0].at} />}
              </div>
            )}
          />
        </Section>
      )}
      <Section title="Problems" many={model.problems.length} {...(model.problems.length > 0 ? { tone: 'warn' as const } : {})}>
        {model.problems.length === 0 && <p className="quiet">Every file that says something could be read.</p>}
        <More items={model.problems} most={5} render={p => <ProblemLine key={JSON.stringify(p)} problem={p} />} />
      </Section>
      {coverage.budgets.some(b => b.exhausted) && (
        <p className="warn">
          {count(coverage.budgets.filter(b => b.exhausted).length, 'program')} could not be followed to the end: calls may be missing.
        </p>
      )}
    </>
  )
}

/** Calls whose other side is not known, by what is missing. */
const Open = ({ graph, go }: { graph: MapGraph; go: Going }) => {
  const { model } = graph
  const open = [...groupBy(model.unresolved, u => u.stage)]
  return (
    <Section title="Unresolved calls" many={model.unresolved.length} {...(model.unresolved.length > 0 ? { tone: 'warn' as const } : {})}>
      {model.unresolved.length === 0 ? (
        <p className="quiet">Every call that was found leads somewhere.</p>
      ) : (
        <>
          {open.map(([stage, all]) => (
            <p key={stage} className="quiet">
              {grouped(all.length)}: {stageWords[stage]}
            </p>
          ))}
          <More
            items={model.unresolved}
            most={5}
            render={u => {
              const node = graph.byId.get(u.from)
              return (
                <div className="item" key={u.id}>
                  {node ? (
                    <button type="button" className="link" onClick={() => go.toNode(node)}>
                      {node.name}
                    </button>
                  ) : (
                    u.from
                  )}{' '}
                  → {u.target}
                  {u.evidence[0] && <Place at={u.evidence[0].at} />}
                </div>
              )
            }}
          />
        </>
      )}
    </Section>
  )
}

const Legend = () => (
  <ul className="legend" aria-label="What the shapes mean">
    {(
      [
        ['entry', 'gateway, frontend'],
        ['service', 'service'],
        ['worker', 'worker, job, function'],
        ['store', 'store'],
        ['topic', 'topic, queue, broker'],
        ['platform', 'platform'],
        ['external', 'external'],
      ] as const
    ).map(([shape, text]) => (
      <li key={shape}>
        <i className={`swatch ${shape}`} /> {text}
      </li>
    ))}
    <li>
      <i className="stroke" /> call
    </li>
    <li>
      <i className="stroke dashed" /> message
    </li>
    <li>
      <i className="stroke unsure" /> low confidence
    </li>
  </ul>
)
