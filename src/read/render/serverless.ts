import { byText } from '../../base/names.ts'
import { basename, dirname } from '../../base/path.ts'
import { literal } from '../cloud/document.ts'
import { type Evaluated, rendered } from '../cloud/rendering.ts'
import { renderStack } from '../cloudformation/stack.ts'
import { loadData, type Source } from '../cloudformation/template.ts'
import type { Renderer } from '../reader.ts'
import { nameOf, templateOf } from '../serverless/service.ts'
import { type Surroundings, Variables } from '../serverless/variables.ts'
import { asText, member, type Placed } from '../syntax/placed.ts'

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
  render: (unit, files) =>
    rendered(unit.root, files, [dirname(unit.root)], 'serverless', source => {
      const root = loadData(unit.root, source)
      if (root?.is !== 'map') return undefined
      if (!isOfAmazon(root)) {
        source.problem('serverless/provider', 'only services of AWS are rendered; what this one deploys is missing', root.at)
        return undefined
      }
      const around: Surroundings = {
        ...{ root, file: unit.root, stage: DEFAULT_STAGE, budget: source.budget },
        load: path => loadData(path, source),
        text: files,
        problem: (code, message, at) => source.problem(`serverless/${code}`, message, at),
      }
      return evaluated(root, { ...around, stage: stageOf(root, around) }, source)
    }),
}

const evaluated = (root: Placed, around: Surroundings, source: Source): Evaluated => {
  const service = new Variables(around).filled(root)
  const template = { file: around.file, root: templateOf(service, around.stage, around.problem), isServerless: true }
  const stackName = literal(asText(member(service, 'provider', 'stackName')) ?? `${nameOf(service)}-${around.stage}`)
  const { resources, exports, outputs } = renderStack(template, { parameters: new Map(), stackName }, source)
  const named = [...outputs].map(([key, value]) => ({ key: `${stackName}.${key}`, value, at: value.at }))
  return { resources, exports: [...exports, ...named] }
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
