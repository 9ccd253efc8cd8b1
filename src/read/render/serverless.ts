import { byText } from '../../base/names.ts'
import { basename, dirname } from '../../base/path.ts'
import { CLOUD_ENDING, literal, writeCloud } from '../cloud/document.ts'
import { renderStack } from '../cloudformation/stack.ts'
import { loadData, type Source } from '../cloudformation/template.ts'
import type { Rendered, Renderer } from '../reader.ts'
import { nameOf, templateOf } from '../serverless/service.ts'
import { type Surroundings, Variables } from '../serverless/variables.ts'
import { asText, Budget, member, type Placed } from '../syntax/placed.ts'

const MAX_NODES = 400_000
const MAX_PROBLEMS = 50
const DEFAULT_STAGE = 'dev'

/** Services of the Serverless Framework: the template that they are deployed by, with their variables filled in for the default stage. */
export const serverless: Renderer = {
  name: 'render/serverless',
  version: 1,
  units: paths =>
    paths
      .filter(path => /^serverless\.(ya?ml|json)$/.test(basename(path)))
      .sort(byText)
      .map(root => ({ root, kind: 'serverless' })),
  render: (unit, files) => {
    const problems: Rendered['problems'] = []
    const source: Source = {
      files,
      budget: new Budget(MAX_NODES),
      problem: (code, message, at, severity = 'warning') => {
        if (problems.length < MAX_PROBLEMS) problems.push({ code, message, severity, ...at })
      },
    }
    const nothing: Rendered = { documents: [], bases: [], problems }
    const root = loadData(unit.root, source)
    if (root?.is !== 'map') return nothing
    if (!isOfAmazon(root)) {
      source.problem('serverless/provider', 'only services of AWS are rendered; what this one deploys is missing', root.at)
      return nothing
    }
    const around: Surroundings = {
      ...{ root, file: unit.root, stage: DEFAULT_STAGE, budget: source.budget },
      load: path => loadData(path, source),
      text: files,
      problem: (code, message, at) => source.problem(`serverless/${code}`, message, at),
    }
    const stage = stageOf(root, around)
    const service = new Variables({ ...around, stage }).filled(root)
    const template = { file: unit.root, root: templateOf(service, stage, around.problem), isServerless: true }
    const stackName = literal(asText(member(service, 'provider', 'stackName')) ?? `${nameOf(service)}-${stage}`)
    const { resources, exports, outputs } = renderStack(template, { parameters: new Map(), stackName }, source)
    if (source.budget.isSpent) {
      const message = 'takes too many steps or nodes to render, left out'
      return { ...nothing, problems: [{ code: 'serverless/too-large', message, severity: 'error', file: unit.root, line: 1 }, ...problems] }
    }
    const named = [...outputs].map(([key, value]) => ({ key: `${stackName}.${key}`, value, at: value.at }))
    const written = resources.length + exports.length > 0 ? writeCloud(resources, [...exports, ...named]) : undefined
    const documents = written ? [{ path: `${unit.root}${CLOUD_ENDING}`, ...written }] : []
    return { documents, bases: [dirname(unit.root)], problems }
  },
}

const isOfAmazon = (root: Placed): boolean => {
  const provider = asText(member(root, 'provider', 'name')) ?? asText(member(root, 'provider'))
  return provider === undefined || provider === 'aws' || provider.includes('${')
}

/** The stage that is deployed where nothing else is said. */
const stageOf = (root: Placed, around: Surroundings): string => {
  const said = member(root, 'provider', 'stage')
  const text = said && asText(new Variables(around).filled(said))
  return text === undefined || text === '' || text.includes('${') ? DEFAULT_STAGE : text
}
