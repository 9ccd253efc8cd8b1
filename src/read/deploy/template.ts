import type { TemplateFact } from '../../model/manifest.ts'
import type { FileFacts } from '../../model/scan.ts'
import { isTemplate, mayBeTemplate, nestedTemplates } from '../cloudformation/template.ts'
import type { Reader } from '../reader.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Files that are rendered before they say anything, and that are told by their content alone. What they deploy, renderers say. */
export const template: Reader = {
  name: 'deploy/template',
  version: 2,
  wants: mayBeTemplate,
  recognises: content => isTemplate(content) || CROSSPLANE.test(content),
  read: ({ content }) => {
    if (!isTemplate(content)) return crossplaneFact(content)
    const { documents, problems } = parseYaml(content)
    const [root] = documents
    if (!root) return { problems }
    const fact: TemplateFact = {
      says: 'template',
      kind: 'cloudformation',
      draws: nestedTemplates(root),
      ...(SYNTHESIZED.test(content) ? { isSynthesized: true } : {}),
      spot: { line: root.line, endLine: root.endLine },
    }
    return { manifest: [fact], problems: [] }
  },
}

/** Marks that the AWS CDK leaves in what it writes. */
const SYNTHESIZED = /aws:cdk:path|AWS::CDK::Metadata|\/cdk-bootstrap\//

/** Objects of Crossplane: managed resources, compositions, definitions. */
const CROSSPLANE = /^["']?apiVersion["']?:[ \t]{0,10}["']?[\w.-]{1,200}\.(?:crossplane|upbound)\.io\//m
const DEFINITION = /^["']?kind["']?:[ \t]{0,10}["']?CompositeResourceDefinition\b/m

/** A definition makes claims of any kind possible: they may lie anywhere. */
const crossplaneFact = (content: string): FileFacts => {
  if (!/forProvider|CompositeResourceDefinition|compositeTypeRef/.test(content)) return { problems: [] }
  const fact: TemplateFact = { says: 'template', kind: 'crossplane', draws: DEFINITION.test(content) ? ['.'] : [], spot: { line: 1 } }
  return { manifest: [fact], problems: [] }
}
