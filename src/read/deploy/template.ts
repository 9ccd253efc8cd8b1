import type { TemplateFact } from '../../model/manifest.ts'
import { isTemplate, mayBeTemplate, nestedTemplates } from '../cloudformation/template.ts'
import type { Reader } from '../reader.ts'
import { parseYaml } from '../syntax/yaml.ts'

/** Files that are rendered before they say anything, and that are told by their content alone. What they deploy, renderers say. */
export const template: Reader = {
  name: 'deploy/template',
  version: 1,
  wants: mayBeTemplate,
  recognises: isTemplate,
  read: ({ content }) => {
    const { documents, problems } = parseYaml(content)
    const [root] = documents
    if (!root) return { problems }
    const fact: TemplateFact = {
      says: 'template',
      kind: 'cloudformation',
      draws: nestedTemplates(root),
      spot: { line: root.line, endLine: root.endLine },
    }
    return { manifest: [fact], problems: [] }
  },
}
